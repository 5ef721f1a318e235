import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleProgram } from '../../src/review/collect/revision-program';
import { useTemporaryFolders } from '../support/temporary-folder';

const newFolder = useTemporaryFolders();

const files = {
  'main.ts': "import { place } from './src/place';\nprocess.stdout.write(place);\n",
  'src/place.ts': "/** Where it is. */\nexport const place: string = __dirname + ' by ' + process.cwd();\n",
  'assets/rules.csv': 'a,b\n',
};

async function programOf(changes: Readonly<Record<string, string>> = {}, reads: readonly string[] = ['assets']) {
  const [tree, output] = [await newFolder(), await newFolder()];
  for (const [name, text] of Object.entries({ ...files, ...changes })) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    writeFileSync(join(tree, name), text);
  }
  return { tree, program: await bundleProgram({ tree, entry: 'main.ts', reads, output }) };
}

async function digestOf(changes?: Readonly<Record<string, string>>): Promise<string> {
  const { program } = await programOf(changes);
  return typeof program === 'string' ? program : program.digest;
}

test('a program in one file finds the folders of its files where it is started', async () => {
  const { tree, program } = await programOf();
  if (typeof program === 'string') throw new Error(program);
  const { stdout } = spawnSync(process.execPath, [program.file], { cwd: tree, encoding: 'utf8' });
  expect(stdout).toBe(`${join(tree, 'src')} by ${tree}`);
});

test('its digest tells of what it does and reads, not of comments, other files or the folder that it is in', async () => {
  const digest = await digestOf();
  const same = [
    await digestOf({ 'src/place.ts': files['src/place.ts'].replace('Where', 'The place where') }),
    await digestOf({ 'docs/read-me.md': 'Other words.\n', 'src/other.ts': 'export {};\n' }),
  ];
  expect(same).toEqual([digest, digest]);
  const others = [
    await digestOf({ 'src/place.ts': files['src/place.ts'].replace(' by ', ' in ') }),
    await digestOf({ 'assets/rules.csv': 'a,c\n' }),
    await digestOf({ 'assets/more/rules.csv': '' }),
  ];
  expect(new Set([digest, ...others]).size).toBe(4);
});

test('what cannot be put together is told by file and line', async () => {
  const { program } = await programOf({ 'src/place.ts': 'export const = 1;\n' });
  expect(program).toBe('main.ts cannot be put together:\n  src/place.ts:1: Expected identifier but found "="');
});
