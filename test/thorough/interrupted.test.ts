import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import * as nodePath from 'node:path';
import { setTimeout as timer } from 'node:timers/promises';
import { useTemporaryFolders } from '../support/temporary-folder';

/** What a process that is ended from outside leaves behind: no emulator, no proxy, no folder. */

const temporaryFolder = useTemporaryFolders();
const root = nodePath.resolve(__dirname, '..', '..');

interface Started {
  readonly child: ChildProcess;
  /** System's folder for temporary files, of this process only. */
  readonly temporary: string;
  readonly exit: Promise<number | string | null>;
}

/** Starts Node in the project, waits until it has printed what is looked for. */
async function start(words: readonly string[], awaited: RegExp): Promise<Started> {
  const temporary = await temporaryFolder();
  const child = spawn(process.execPath, words, { cwd: root, env: { ...process.env, TMPDIR: temporary } });
  const exit = new Promise<number | string | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      if (awaited.test(said)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('close', () => reject(new Error(`It ended, having said: ${said}`)));
  });
  return { child, temporary, exit };
}

/** Ids of the processes that a process has started and that still run. */
function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...words]) => Number(parent) === pid && words.join(' ').includes('azurite'))
    .map(([id]) => Number(id));
}

/** Whether none of them runs any more; each has its moment to write what it holds. */
async function areGone(pids: readonly number[]): Promise<boolean> {
  const runs = (pid: number): boolean => spawnSync('ps', ['-p', `${pid}`]).status === 0;
  for (let tries = 0; tries < 200 && pids.some(runs); tries++) await timer(50);
  return !pids.some(runs);
}

/** A fault that happens at once, when all is provisioned: no child but the emulator is at work. */
const library = ['bin/insights.cjs', 'rehearse', '--faults', 'salt-deleted'];
const happens = /salt-deleted: /;

test('SIGTERM ends faults with their emulator and folders', async () => {
  const { child, temporary, exit } = await start(library, happens);
  const pid = child.pid ?? 0;
  const emulators = childrenOf(pid);
  expect([emulators.length, foldersOf(pid).length]).toEqual([1, 1]);
  child.kill('SIGTERM');
  expect(await exit).toBe(143);
  expect(await areGone(emulators)).toBe(true);
  expect(ownIn(temporary)).toEqual([]);
  expect(foldersOf(pid)).toEqual([]);
});

test('kill -9 ends the emulator too, and the next faults remove the folder', async () => {
  const killed = await start(library, happens);
  const pid = killed.child.pid ?? 0;
  const emulators = childrenOf(pid);
  killed.child.kill('SIGKILL');
  expect(await killed.exit).toBe('SIGKILL');
  expect(await areGone(emulators)).toBe(true);
  expect(foldersOf(pid)).toHaveLength(1);
  const next = await start(library, happens);
  expect(foldersOf(pid)).toEqual([]);
  next.child.kill('SIGTERM');
  expect(await next.exit).toBe(143);
});

/** What is ours in a folder for temporary files; others keep caches there. */
function ownIn(temporary: string): readonly string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('insights-'));
}

function foldersOf(pid: number): readonly string[] {
  const parent = nodePath.join(root, '.insights', 'faults');
  return existsSync(parent) ? readdirSync(parent).filter((name) => name.includes(`-${pid}-`)) : [];
}

test.each(['SIGTERM', 'SIGHUP'] as const)('%s ends a local Azure, which says so, and its emulator', async (signal) => {
  const project = await temporaryFolder();
  writeFileSync(nodePath.join(project, 'package.json'), '{"version": "0.0.0"}');
  const words = ['--import', 'tsx', 'test/local-azure/clients/command.ts', project];
  const state = nodePath.join(project, 'state');
  const { child, temporary, exit } = await start(
    [...words, 'local-azure', 'start', '--foreground', '--state', state],
    /Ctrl-C ends it/,
  );
  const emulators = childrenOf(child.pid ?? 0);
  expect(emulators).toHaveLength(1);
  child.kill(signal);
  expect(await exit).toBe(0);
  expect(await areGone(emulators)).toBe(true);
  expect(ownIn(temporary)).toEqual([]);
  expect(readdirSync(nodePath.join(project, '.insights', 'local-azure')).sort()).toEqual([
    'authority.pem',
    'ended.json',
  ]);
  expect(readdirSync(state).sort()).toEqual(['blobs', 'state.json']);
});
