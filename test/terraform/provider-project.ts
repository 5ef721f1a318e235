import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenRehearsal } from '../../src/rehearsal/open-rehearsal';
import { copyProject, isInstalled, synthesiseProject, terraform } from './synthesised-project';

/** What a deployment with the real providers takes is their own waits: minutes, whatever the machine. */
export const longest = 45 * 60_000;

/** A project of its own, whose assets can be changed; undefined where the set-up here has no providers. */
export function projectWithProviders(): string | undefined {
  if (!isInstalled('terraform')) return undefined;
  const copy = copyProject();
  rmSync(join(copy, 'node_modules'), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  for (const part of ['bin', 'package.json', 'package-lock.json', 'test_data']) {
    cpSync(part, join(copy, part), { recursive: true });
  }
  const [name] = Object.keys(synthesiseProject(copy));
  const initialised = terraform(
    join(copy, 'cdktf.out', 'stacks', name as string),
    'init',
    '-backend=false',
    '-input=false',
  );
  if (initialised.status === 0) return copy;
  rmSync(copy, { recursive: true });
  return undefined;
}

/** The title of a test, and whether it can run here. */
export function withProviders(project: string | undefined, title: string) {
  const run = project === undefined ? test.skip : test;
  return { run, title: `${title}${project === undefined ? ' (skipped: no providers here)' : ''}` };
}

export type Changes = Readonly<Record<string, unknown>>;

/** An environment in a local Azure, and the commands of a project that deploy to it. */
export class ProviderProject {
  constructor(
    readonly folder: string,
    readonly environment: string,
    private readonly changes: Changes,
    private readonly testData: 'none' | 'k12' = 'none',
  ) {}

  /** A local Azure with nothing in it. */
  open(): Promise<OpenRehearsal> {
    return OpenRehearsal.open({
      projectRoot: this.folder,
      folder: this.place,
      environment: this.environment,
      testData: this.testData,
      changes: this.changes,
      variables: process.env,
      progress: () => undefined,
    });
  }

  /** Runs a command on the environment. @returns its exit code, and what it printed */
  async insights(rehearsal: OpenRehearsal, words: readonly string[]) {
    const { exitCode, stdout, stderr } = await rehearsal.insights(
      [...words, '--env', this.environment],
      this.variables,
    );
    return { exitCode, stdout, stderr };
  }

  /** The same, which must succeed. @returns what it printed as its result */
  async run(rehearsal: OpenRehearsal, words: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.insights(rehearsal, words);
    const error = exitCode === 0 ? '' : stderr.slice(-3000);
    expect({ words, exitCode, error }).toEqual({ words, exitCode: 0, error: '' });
    // What a deployment takes is worth knowing, and nothing that a test could demand.
    for (const [line] of stdout.matchAll(/^.* (?:done in|left of it after) \d+ s.*$/gm))
      process.stdout.write(`${line}\n`);
    return stdout;
  }

  /** Starts a deployment and presses Ctrl-C as soon as an artifact is published. @returns its exit code */
  interrupt(rehearsal: OpenRehearsal): Promise<number | null> {
    const words = [join(this.folder, 'bin', 'insights.cjs'), 'deploy', '--env', this.environment, '--yes'];
    const child = spawn(process.execPath, words, {
      cwd: this.folder,
      env: { ...rehearsal.variables, ...this.variables },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own, as on a terminal: Ctrl-C reaches Terraform as well.
      detached: true,
    });
    let isPressed = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (isPressed || child.pid === undefined || !/azapi_data_plane_resource\S+: Creation complete/.test(text)) return;
      isPressed = true;
      process.kill(-child.pid, 'SIGINT');
    });
    return new Promise((resolve) => child.once('close', (code) => resolve(code)));
  }

  /** Changes a file of the project, which must have `from` in it. */
  change(file: string, from: string, to: string): void {
    const path = join(this.folder, file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  }

  private get place(): string {
    return join(this.folder, '.insights', `terraform-${this.environment}`);
  }

  private get variables(): Readonly<Record<string, string>> {
    return {
      ENVIRONMENTS: join(this.place, 'environments'),
      // The endpoint of a stand-in works at once; Azure's is waited for (ORDER1).
      TF_VAR_stability_seconds: '0',
    };
  }
}
