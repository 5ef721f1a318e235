import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import * as nodePath from 'node:path';
import { hostMark } from '../../src/lake/process-identity';
import {
  makeTemporary,
  memoryParent,
  ownFolderMark,
  removeAbandoned,
  removeTemporary,
} from '../../src/lake/temporary-folder';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();

test('a temporary folder is for this user only, says whose it is, and goes', () => {
  const folder = makeTemporary();
  expect(nodePath.basename(folder)).toMatch(new RegExp(`^insights-${ownFolderMark()}-`));
  writeFileSync(nodePath.join(folder, 'file'), '');
  removeTemporary(folder);
  expect(existsSync(folder)).toBe(false);
});

test('a process that makes many, one after the other, listens to its end once', () => {
  const before = process.listenerCount('exit');
  for (let made = 0; made < 3; made += 1) removeTemporary(makeTemporary());
  expect(process.listenerCount('exit')).toBe(before);
  const kept = [makeTemporary(), makeTemporary()];
  expect(process.listenerCount('exit')).toBe(before + 1);
  kept.forEach(removeTemporary);
});

test('what a killed process left is removed; what runs, what is a link and what has another name is not', async () => {
  const parent = await temporaryFolder();
  const { pid: dead } = spawnSync(process.execPath, ['-e', '']);
  const living = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  try {
    const host = hostMark(hostname());
    const names = [`x-${host}-${dead}-a`, `x-${host}-${living.pid}-b`, `x-0000-${dead}-c`, `y-${host}-${dead}-d`];
    for (const name of names) mkdirSync(nodePath.join(parent, name));
    symlinkSync(nodePath.join(parent, names[1] ?? ''), nodePath.join(parent, `x-${host}-${dead}-link`));
    removeAbandoned(parent, 'x-');
    expect(readdirSync(parent).sort()).toEqual([...names.slice(1), `x-${host}-${dead}-link`].sort());
  } finally {
    living.kill('SIGKILL');
  }
});

test('what is to lie in memory lies there where there is such a place with room, and else where all else does', async () => {
  const place = await temporaryFolder();
  expect(memoryParent(1, place)).toBe(place);
  expect([memoryParent(1e18, place), memoryParent(1, nodePath.join(place, 'absent'))]).toEqual([tmpdir(), tmpdir()]);
  const folder = makeTemporary(place);
  expect(nodePath.dirname(folder)).toBe(place);
  removeTemporary(folder);
});
