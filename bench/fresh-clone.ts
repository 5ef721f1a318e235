import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { rounded, type Sample } from './report';
import { projectRoot, usageHook } from './runner';
import type { Usage } from './tasks';

/** A clone of what is committed, and what a command in it takes together with everything that it starts. */
export interface FreshClone {
  readonly folder: string;
  /**
   * CPU time is that of all processes; memory that of the largest of Node's that ended by themselves.
   * @throws Error with the end of what it printed when the command fails
   */
  measure(command: string): { readonly sample: Sample; readonly output: string };
}

/** @param packages `linked`: those of this project; `none`: the command has to install them */
export async function withFreshClone<Result>(
  packages: 'linked' | 'none',
  use: (clone: FreshClone) => Promise<Result>,
): Promise<Result> {
  const work = mkdtempSync(path.join(os.tmpdir(), 'insights-bench-clone-'));
  const folder = path.join(work, 'clone');
  try {
    run('git', ['clone', '--quiet', '--no-hardlinks', projectRoot, folder], projectRoot, {});
    if (packages === 'linked') {
      symlinkSync(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
    }
    return await use({ folder, measure: (command) => measured(command, folder, path.join(work, 'usage')) });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function measured(command: string, folder: string, notes: string): ReturnType<FreshClone['measure']> {
  mkdirSync(notes, { recursive: true });
  const environment = { NODE_OPTIONS: `--require ${JSON.stringify(usageHook)}`, BENCH_USAGE_FOLDER: notes };
  const started = performance.now();
  // `times` of the shell has the processor time of everything that was started, children of children included.
  const output = run('sh', ['-c', `${command} 2>&1 && times`], folder, environment);
  const wallMs = performance.now() - started;
  const peaks = readdirSync(notes).map(
    (note) => (JSON.parse(readFileSync(path.join(notes, note), 'utf8')) as Usage).peakMegabytes,
  );
  rmSync(notes, { recursive: true });
  const sample = { wallMs, cpuMs: childTime(output), peakMegabytes: Math.max(0, ...peaks), processMs: wallMs };
  return { sample: rounded(sample), output };
}

/** @param output of `times`: the shell's own user and system time, then those of its children, as `0m1.250s`. */
export function childTime(output: string): number {
  const [user, system] = (output.trim().split('\n').at(-1) ?? '').split(/\s+/).map((text) => {
    const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text) ?? [];
    return (Number(minutes) * 60 + Number(seconds)) * 1000;
  });
  return (user ?? Number.NaN) + (system ?? Number.NaN);
}

/** Runs a command. @returns what it printed @throws Error with the end of it when the command fails */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): string {
  const options = { cwd, env: { ...process.env, ...environment }, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  const { status, stdout, stderr } = spawnSync(command, args, options);
  if (status === 0) return stdout;
  const words = `${stdout ?? ''}${stderr ?? ''}`.trimEnd().split('\n').slice(-8).join('\n');
  throw new Error(`${command} ${args[0]} failed.\n${words}`);
}
