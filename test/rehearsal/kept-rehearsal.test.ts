import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeFingerprint, markKept, takeKept, type KeptMark } from '../../src/rehearsal/kept-rehearsal';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const mark: KeptMark = { environment: 'dev', testData: 'k12', engine: 'duckdb', code: 'c1' };

async function keptFolder(): Promise<string> {
  const folder = join(await temporaryFolder(), 'rehearsal');
  mkdirSync(folder);
  writeFileSync(join(folder, 'lake'), '');
  markKept(folder, mark);
  return folder;
}

test('what came to a good end is gone on with, once: a rehearsal that dies leaves nothing to go on with', async () => {
  const folder = await keptFolder();
  expect(takeKept(folder, mark)).toBe(true);
  expect(readdirSync(folder)).toEqual(['lake']);
  expect(takeKept(folder, mark)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['environment', { ...mark, environment: 'test' }],
  ['test data', { ...mark, testData: 'hed' }],
  ['engine', { ...mark, engine: 'spark' as const }],
  ['code', { ...mark, code: 'c2' }],
])('another %s begins from nothing', async (_, other) => {
  const folder = await keptFolder();
  expect(takeKept(folder, other)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test('the first rehearsal makes its folder', async () => {
  const folder = join(await temporaryFolder(), 'rehearsal');
  expect(takeKept(folder, mark)).toBe(false);
  expect(existsSync(folder)).toBe(true);
});

test('the fingerprint of the code changes with contents and names of source, catalogue and packages', async () => {
  const root = await temporaryFolder();
  const write = (file: string, text: string): void => {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  write('package-lock.json', '{}');
  write(join('src', 'engine', 'land.ts'), 'a');
  write(join('assets', 'catalogue', 'tables.json'), '[]');
  const seen = [codeFingerprint(root)];
  write('README.md', 'no code');
  expect(codeFingerprint(root)).toBe(seen[0]);
  for (const [file, text] of [
    [join('src', 'engine', 'land.ts'), 'b'],
    [join('src', 'engine', 'new.ts'), ''],
    [join('assets', 'catalogue', 'tables.json'), '[1]'],
    ['package-lock.json', '{"a":1}'],
  ] as const) {
    write(file, text);
    seen.push(codeFingerprint(root));
  }
  expect(new Set(seen).size).toBe(5);
});
