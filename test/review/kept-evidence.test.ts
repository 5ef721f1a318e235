import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptEvidenceFolder, keptLake, keptStacks, onceMade } from '../../src/review/collect/kept-evidence';
import { useTemporaryFolders } from '../support/temporary-folder';

const newFolder = useTemporaryFolders();

function textOf(file: string): readonly string[] {
  return existsSync(file) ? [readFileSync(file, 'utf8')] : [];
}

/** Has evidence made as `text`; says how often it had to be, and what lies in the output then. */
async function made(folder: string, key: string, text: string | undefined): Promise<unknown> {
  const output = await newFolder();
  let times = 0;
  await onceMade(folder, { key, files: ['proof', 'folder', 'absent'] }, output, async () => {
    times += 1;
    mkdirSync(join(output, 'folder/inner'), { recursive: true });
    writeFileSync(join(output, 'folder/inner/file'), `more of ${text}`);
    if (text !== undefined) writeFileSync(join(output, 'proof'), text);
  });
  return [times, ...['proof', 'folder/inner/file'].flatMap((file) => textOf(join(output, file)))];
}

test('what was made once is there the next time, whole, and under no other key', async () => {
  const folder = keptEvidenceFolder(await newFolder());
  expect(await made(folder, 'one', 'first')).toEqual([1, 'first', 'more of first']);
  expect(await made(folder, 'one', 'never')).toEqual([0, 'first', 'more of first']);
  expect(await made(folder, 'other', 'second')).toEqual([1, 'second', 'more of second']);
  expect(readdirSync(folder).sort()).toEqual(['one', 'other']);
});

test('what failed is tried again', async () => {
  const folder = await newFolder();
  expect(await made(folder, 'one', undefined)).toEqual([1, 'more of undefined']);
  expect(await made(folder, 'one', 'first')).toEqual([1, 'first', 'more of first']);
});

test('what was used longest ago is dropped, and not what was made longest ago', async () => {
  const folder = await newFolder();
  for (let at = 0; at < 25; at++) {
    mkdirSync(join(folder, `old-${at}`));
    utimesSync(join(folder, `old-${at}`), at, at);
  }
  writeFileSync(join(folder, 'old-0', 'proof'), 'the base');
  expect(await made(folder, 'old-0', 'never')).toEqual([0, 'the base']);
  await made(folder, 'new', 'text');
  const kept = readdirSync(folder);
  expect([kept.length, ...['new', 'old-0', 'old-2', 'old-3'].map((name) => kept.includes(name))]).toEqual([
    24,
    true,
    true,
    false,
    true,
  ]);
});

test('where nothing can be kept it is made all the same', async () => {
  const folder = join(await newFolder(), 'a file');
  writeFileSync(folder, '');
  expect(await made(folder, 'one', 'first')).toEqual([1, 'first', 'more of first']);
});

test('the key changes with everything that decides, and with nothing else', async () => {
  const [project, drop] = [await newFolder(), await newFolder()];
  mkdirSync(join(project, 'src'));
  mkdirSync(join(project, 'node_modules'));
  mkdirSync(join(drop, 'M365'));
  const lake = (digest = 'program', variables = {}) => keptLake({ file: 'x', digest }, drop, variables, project).key;
  const stacks = (digest = 'program', today = '2026-11-30', variables = {}) =>
    keptStacks({ file: 'x', digest }, today, variables, project).key;
  const lakes = [lake(), lake('other'), lake('program', { A: 'b' })];
  const synthesised = [
    stacks(),
    stacks('other'),
    stacks('program', '2026-12-01'),
    stacks('program', '2026-11-30', { A: 'b' }),
  ];
  for (const file of ['src/a.ts', 'node_modules/.package-lock.json']) {
    writeFileSync(join(project, file), 'x');
    lakes.push(lake());
    synthesised.push(stacks());
  }
  writeFileSync(join(drop, 'M365/a'), 'x');
  lakes.push(lake());
  expect([new Set(lakes).size, new Set(synthesised).size, new Set([...lakes, ...synthesised]).size]).toEqual([
    6, 5, 11,
  ]);
  writeFileSync(join(project, 'README.md'), 'x');
  expect([lake(), stacks()]).toEqual([lakes.at(-1), synthesised.at(-1)]);
  expect(stacks('program', '2026-11-30', { A: '1', B: '2' })).toBe(stacks('program', '2026-11-30', { B: '2', A: '1' }));
});
