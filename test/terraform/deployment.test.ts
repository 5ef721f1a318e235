import { spawn } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareInventories, takeInventory } from '../../src/rehearsal/azure-inventory';
import { OpenRehearsal } from '../../src/rehearsal/open-rehearsal';
import { deployedState, type DeployedState } from './deployed-state';
import { copyProject, isInstalled, synthesiseProject, terraform } from './synthesised-project';

/**
 * `insights deploy` and `destroy` with the real providers against a local Azure. Most of the time is the providers' own
 * waits: minutes, whatever the machine.
 */
const minutes = 60_000;

/** A project of its own, whose assets can be changed; undefined where the set-up here has no providers. */
function projectWithProviders(): string | undefined {
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

const project = projectWithProviders();
const testWithProviders = project === undefined ? test.skip : test;

/** The environment dev without test data, whose platform may be destroyed, in a local Azure. */
function open(): Promise<OpenRehearsal> {
  return OpenRehearsal.open({
    projectRoot: project ?? '',
    folder: join(project ?? '', '.insights', 'terraform'),
    environment: 'dev',
    testData: 'none',
    changes: { teardown: { deleteData: true } },
    variables: process.env,
    progress: () => undefined,
  });
}

const variables = {
  ENVIRONMENTS: join(project ?? '', '.insights', 'terraform', 'environments'),
  // The endpoint of a stand-in works at once; Azure's is waited for (ORDER1).
  TF_VAR_stability_seconds: '0',
};

async function run(rehearsal: OpenRehearsal, words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await rehearsal.insights([...words, '--env', 'dev', '--yes'], variables);
  expect({ words, exitCode, error: exitCode === 0 ? '' : stderr.slice(-2000) }).toEqual({
    words,
    exitCode: 0,
    error: '',
  });
  return stdout;
}

/** Starts a deployment and presses Ctrl-C as soon as an artifact is published. @returns its exit code */
function interrupt(rehearsal: OpenRehearsal): Promise<number | null> {
  const words = [join(project ?? '', 'bin', 'insights.cjs'), 'deploy', '--env', 'dev', '--yes'];
  const child = spawn(process.execPath, words, {
    cwd: project,
    env: { ...rehearsal.variables, ...variables },
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

function change(file: string, from: string, to: string): void {
  const path = join(project ?? '', file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

afterAll(() => {
  if (project !== undefined) rmSync(project, { recursive: true });
});

testWithProviders(
  `deploys what was interrupted, changes in place, and leaves nothing${project === undefined ? ' (skipped: no providers here)' : ''}`,
  async () => {
    const direct = await directlyProvisioned();
    const rehearsal = await open();
    const { world } = rehearsal.azure.services;
    try {
      const nothing = takeInventory(world);
      expect(await interrupt(rehearsal)).toBe(3);
      expect(await run(rehearsal, ['deploy'])).toContain('dev-insights: done in');
      expect(deployedState(world)).toEqual(direct);

      const again = await run(rehearsal, ['deploy']);
      expect(again.split('\n').filter((line) => line.endsWith('nothing to do'))).toEqual([
        'dev-platform: nothing to do',
        'dev-insights: nothing to do',
      ]);

      change('assets/pipelines/5_maintain_insights.json', '"description": "', '"description": "Changed. ');
      const changed = await run(rehearsal, ['deploy']);
      expect(changed).toMatch(/ {8}update azapi_data_plane_resource\.\w*5_maintain_insights\w*\n/);
      expect(changed).not.toMatch(/(replace|destroy) azapi_data_plane_resource/);

      await run(rehearsal, ['destroy', '--platform', '--confirm', 'dev']);
      const left = compareInventories(nothing, takeInventory(world));
      expect(left).toEqual({ added: [], removed: [], changed: [] });
      expect(rehearsal.azure.unknownOperations).toEqual([]);
    } finally {
      await rehearsal.stop();
    }
  },
  45 * minutes,
);

/** What the provisioning without Terraform makes of the same stacks. */
async function directlyProvisioned(): Promise<DeployedState> {
  const rehearsal = await open();
  try {
    await rehearsal.provision();
    return deployedState(rehearsal.azure.services.world);
  } finally {
    await rehearsal.stop();
  }
}
