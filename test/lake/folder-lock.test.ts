import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { hostname } from 'node:os';
import * as nodePath from 'node:path';
import { FolderStore } from '../../src/lake/folder-store';
import { currentProcess, isDead, type ProcessIdentity } from '../../src/lake/process-identity';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

const temporaryFolder = useTemporaryFolders();
const path = 'oea/.insights.lock';
const since = '2026-02-03T04:05:06.000Z';

/** A pid that was in use and is not any more. */
function deadPid(): number {
  return Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());
}

function held(process: ProcessIdentity, id = 'first'): string {
  return JSON.stringify({ holder: 'insights process', process, id, since });
}

function identity(pid: number, token = 'another'): ProcessIdentity {
  return { pid, host: hostname(), token };
}

async function withLockFile(text: string): Promise<{ store: FolderStore; root: string }> {
  const root = await temporaryFolder();
  const store = new FolderStore(root);
  await store.write(path, text);
  return { store, root };
}

test('one lock at a time; a released one is free and leaves no file', async () => {
  const root = await temporaryFolder();
  const [one, two] = [new FolderStore(root), new FolderStore(root)];
  const lock = await one.lock(path, 'insights process');
  expect(lock.takenOver).toBe(false);
  const content = JSON.parse((await one.read(path)).toString()) as Record<string, string>;
  expect(content).toEqual({
    holder: 'insights process',
    process: currentProcess(),
    id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
  });
  expect(await thrownBy(() => two.lock(path, 'insights verify'))).toEqual({
    code: 'LAKE_LOCKED',
    message: `The lake is locked by insights process (process ${process.pid}) since ${content['since']}.`,
    place: { path },
  });
  await lock.release();
  expect(await one.list('')).toEqual([]);
  expect((await two.lock(path, 'insights verify')).takenOver).toBe(false);
  await lock.release();
  expect(await two.stat(path)).not.toBeUndefined();
});

test('the lock of a dead process is taken over, and what it left in staging is removed', async () => {
  const { store, root } = await withLockFile(held(identity(deadPid())));
  const dead = new FolderStore(root, { identity: identity(deadPid()) });
  const living = new FolderStore(root);
  await fs.writeFile(nodePath.join(await dead.stagingFolder(), 'half a file'), 'x');
  const kept = [await living.stagingFolder(), await store.stagingFolder()]
    .map((name) => nodePath.basename(name))
    .sort();
  const lock = await store.lock(path, 'insights process');
  expect(lock.takenOver).toBe(true);
  expect((await fs.readdir(nodePath.join(root, '.staging'))).sort()).toEqual(kept);
  expect((await store.list('')).map((file) => file.path)).toEqual([path]);
  await lock.release();
  expect(await store.list('')).toEqual([]);
});

test('a lock of our own pid but another process token is of an earlier process', async () => {
  const { store, root } = await withLockFile(held(identity(process.pid)));
  expect((await store.lock(path, 'insights process')).takenOver).toBe(true);
  const later = new FolderStore(root, { identity: currentProcess('a later process') });
  expect((await later.lock(path, 'insights process')).takenOver).toBe(true);
});

test('a lock of a process on another host is never taken over', async () => {
  const { store } = await withLockFile(held({ pid: 1, host: 'elsewhere', token: 'another' }));
  const error = await store.lock(path, 'insights process').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'LAKE_LOCKED',
    exitCode: 1,
    message: `The lake is locked by insights process (process 1 on elsewhere) since ${since}.`,
    nextStep: 'Wait for that run; if it is surely dead, remove the lock file and try again.',
    details: { holder: 'insights process', pid: 1, host: 'elsewhere', since },
  });
});

test('a lock file that cannot be read is not guessed about', async () => {
  for (const text of ['', '{', '{"holder":"x"}', '[]']) {
    const { store } = await withLockFile(text);
    expect(await thrownBy(() => store.lock(path, 'insights process'))).toEqual({
      code: 'LAKE_LOCKED',
      message: 'The lock file of the lake cannot be read, so its holder is not known.',
      place: { path },
    });
  }
});

test('of many that find a dead lock exactly one takes it over', async () => {
  const pid = deadPid();
  for (let round = 0; round < 20; round++) {
    const { root } = await withLockFile(held(identity(pid)));
    const contenders = Array.from({ length: 6 }, () => new FolderStore(root, { durable: false }));
    const results = await Promise.allSettled(contenders.map((store) => store.lock(path, 'insights process')));
    const won = results.filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
    expect(won[0]).toMatchObject({ value: { takenOver: true } });
    expect((await contenders[0]!.list('')).map((file) => file.path)).toEqual([path]);
  }
});

test('a contender that died while taking over is taken over from in turn', async () => {
  const { store } = await withLockFile(held(identity(deadPid())));
  await store.write(`${path}.first.taken`, held(identity(deadPid()), 'second'));
  const lock = await store.lock(path, 'insights process');
  expect(lock.takenOver).toBe(true);
  expect((await store.list('')).map((file) => file.path)).toEqual([path]);
});

test('a contender that lives while taking over holds the lock', async () => {
  const { store } = await withLockFile(held(identity(deadPid())));
  await store.write(`${path}.first.taken`, held(currentProcess(), 'second'));
  expect(await thrownBy(() => store.lock(path, 'insights process'))).toEqual({
    code: 'LAKE_LOCKED',
    message: `The lake is locked by insights process (process ${process.pid}) since ${since}.`,
    place: { path },
  });
});

test('a living process is told from a later one with its pid by the time it started', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
  try {
    const alive = identity(child.pid ?? 0);
    expect(isDead(alive, currentProcess())).toBe(false);
    const hasStartTimes = currentProcess().started !== undefined;
    expect(isDead({ ...alive, started: '1' }, currentProcess())).toBe(hasStartTimes);
  } finally {
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('exit', resolve));
  }
  expect(isDead(identity(child.pid ?? 0), currentProcess())).toBe(true);
  expect(isDead({ pid: child.pid ?? 0, host: 'elsewhere', token: 'x' }, currentProcess())).toBe(false);
});
