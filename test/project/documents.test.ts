import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../src/cli/program';
import { errorCatalogue } from '../../src/contract/error-catalogue';
import { captured } from '../cli/captured';

const root = path.resolve(__dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const markdownIn = (folder: string): string[] =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);

const documents = [
  'README.md',
  'CHANGELOG.md',
  'assets/README.md',
  'test_data/README.md',
  ...markdownIn('docs'),
  ...markdownIn('docs/decisions'),
].map((file) => [file, read(file)] as const);

/** The text with its blocks of commands, without them, and the commands alone. */
function partsOf(text: string): { readonly prose: string; readonly commands: readonly string[] } {
  const fence = /^ *```(\w*)\n([\s\S]*?)^ *```/gm;
  const blocks = [...text.matchAll(fence)].filter(([, language]) => language === 'sh' || language === '');
  const prose = text.replaceAll(fence, '');
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  const lines = blocks.flatMap(([, , body = '']) => body.split('\n').map((line) => line.replace(/ #.*$/, '').trim()));
  return { prose, commands: [...inline, ...lines].map((command) => command.replaceAll('\\|', '|')) };
}

/** The anchor that a heading gets where the documents are read. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

test.each(documents)('%s links to files and headings that are there', (file, text) => {
  const links = [...partsOf(text).prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const wrong = links
    .filter((link) => !link.startsWith('https://'))
    .filter((link) => {
      const [name = '', anchor] = link.split('#');
      const target = name === '' ? file : path.join(path.dirname(file), name);
      if (!existsSync(path.join(root, target))) return true;
      return anchor !== undefined && !headingsOf(read(target)).includes(anchor);
    });
  expect(wrong).toEqual([]);
});

function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

test.each(documents)('%s names files and folders that are there', (_file, text) => {
  const paths = [
    ...text.matchAll(/`((?:\.github|assets|bench|bin|constructs|docs|environments|src|test)\/[\w./-]+)`/g),
  ];
  expect(paths.map(([, name = '']) => name).filter((name) => !isThere(name))).toEqual([]);
});

/** A test may be named without its ending. */
function isThere(name: string): boolean {
  return ['', '.ts', '.test.ts'].some((ending) => existsSync(path.join(root, name + ending)));
}

const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
const helps = new Map<string, Promise<string | undefined>>();

/** The help of a command; undefined where there is no such command. */
function helpOf(words: readonly string[]): Promise<string | undefined> {
  const key = words.join(' ');
  let help = helps.get(key);
  if (help === undefined) {
    const surroundings = captured();
    help = runCli([...words, '--help'], surroundings).then((code) =>
      code === 0 ? surroundings.printed().stdout : undefined,
    );
    helps.set(key, help);
  }
  return help;
}

/** What is wrong with a command as documents write it: `insights salt backup|restore --env ENV`. */
async function wrongIn(command: string): Promise<readonly string[]> {
  const [, script] = /^npm (?:run (?:--silent )?)?(start|test|[\w:-]+)/.exec(command) ?? [];
  if (script !== undefined && /^npm (?:run|start|test)/.test(command)) {
    if (scripts[script] === undefined) return [command];
    if (script !== 'start') return [];
  }
  const [, name, rest = ''] = /^(?:(?:npx )?insights ([a-z][a-z-]*)|npm (?=start))(.*)$/.exec(command) ?? [];
  if (name === undefined && script !== 'start') return missingFilesIn(command);
  const words = [name ?? 'rehearse'];
  const help = await helpOf(words);
  if (help === undefined) return [command];
  const [, next = ''] = /^ ([a-z-]+(?:\|[a-z-]+)*)(?: |$)/.exec(rest) ?? [];
  const children = help.includes('\nCommands:\n') && next !== '' ? next.split('|') : [];
  const texts = children.length === 0 ? [help] : await Promise.all(children.map((child) => helpOf([...words, child])));
  if (texts.includes(undefined)) return [command];
  const flags = [...rest.matchAll(/ (--[a-z-]+)/g)].map(([, flag = '']) => flag);
  return flags.every((flag) => texts.some((text) => text?.includes(flag))) ? [] : [command];
}

/** Files that a command of a document runs. */
function missingFilesIn(command: string): readonly string[] {
  const [, list = ''] = /^(?:npx jest --ci|node --import tsx|bash)((?: [\w./-]+)+)/.exec(command) ?? [];
  const isLine = list.split(' ').every((word) => word === '' || !/[/.]/.test(word) || isThere(word));
  return isLine ? [] : [command];
}

test.each([
  'npx insights nonsense',
  'insights salt nonsense',
  'insights salt backup|nonsense',
  'npx insights verify --nonsense',
  'npm start -- --nonsense',
  'npm run nonsense',
  'npx jest --ci test/nonsense.test.ts',
])('%s would be found', async (command) => {
  expect(await wrongIn(command)).toEqual([command]);
});

test.each(documents)('%s names commands, flags and scripts that are there', async (_file, text) => {
  const wrong = await Promise.all(partsOf(text).commands.map(wrongIn));
  expect(wrong.flat()).toEqual([]);
});

const timings = "| what | budget | upstream at its best, warm | seconds | CPU seconds | × the yardstick's time |";

/** Rows of the table of a document that begins with these headings, a text per cell. */
function tableOf(text: string, headings: string): string[][] {
  const lines = text.split('\n');
  const rows = lines.slice(lines.indexOf(headings) + 2);
  const cells = rows.slice(0, rows.indexOf('')).map((line) => line.split('|').map((cell) => cell.trim()));
  return cells.map((row) => row.slice(1, -1));
}

test('each number that the README compares with upstream stands where it says that it is from', () => {
  const rows = tableOf(read('README.md'), '| | upstream | here | from |');
  const wrong = rows.filter(([what = '', upstream = '', here = '', from = '']) => {
    const [, name = '', file = ''] = /^\[(.+)\]\(([^#)]+)/.exec(from) ?? [];
    const source = tableOf(read(file), file === 'docs/upstream-defects.md' ? '| defect | upstream | ours |' : timings);
    return !source.some(([label = '', ...cells]) =>
      name === 'benchmarks'
        ? [upstream, here.replace(' s', '')].every((value) => cells.some((cell) => cell.split(/,| on /)[0] === value))
        : label === `${name}: ${what}` && cells.join() === [upstream, here].join(),
    );
  });
  expect([rows.length > 10, wrong]).toEqual([true, []]);
});

test('docs/contributing.md draws the layers that lint holds', () => {
  const [, list = ''] = /const layers = \[\n([\s\S]*?)\n\];/.exec(read('eslint.config.mjs')) ?? [];
  const layers = list.split('\n').map((line) => [...line.matchAll(/'([\w-]+)'/g)].map(([, name]) => name).join(', '));
  const drawn = [...read('docs/contributing.md').matchAll(/\bl(\d+)\[([\w, -]+)\]/g)].map(([, , names]) => names);
  expect(drawn).toEqual(layers.reverse());
});

test('the README has every folder of the project and of src', () => {
  const names = (folder: string): string[] =>
    execFileSync('git', ['ls-tree', '-d', '--name-only', 'HEAD', ...(folder === '' ? [] : [folder])], { cwd: root })
      .toString()
      .split('\n')
      .filter((name) => name !== '' && name !== 'src' && !name.startsWith('.'));
  const named = tableOf(read('README.md'), '| folder | what it holds |')
    .map(([folder = '']) => folder)
    .join();
  expect([...names(''), ...names('src/')].filter((name) => !named.includes(`\`${name}/\``))).toEqual([]);
});

test('the README names every command that is for people', async () => {
  const help = (await helpOf([])) ?? '';
  const commands = [...help.matchAll(/^ {2}([a-z][a-z-]+)(?=[ |].* {2}|\n)/gm)].map(([, name = '']) => name);
  const named = partsOf(read('README.md')).commands.map((command) => command.replace(/^(?:npx )?insights /, ''));
  const unnamed = commands.filter((name) => !named.some((command) => command.split(' ')[0] === name));
  expect([commands.length > 20, unnamed]).toEqual([true, ['operation', 'help']]);
});

test('each next step of the error catalogue names commands and flags that are there', async () => {
  const commands = Object.values(errorCatalogue).flatMap(({ nextStep }) => partsOf(nextStep).commands);
  const wrong = await Promise.all(commands.map(wrongIn));
  const helps = await Promise.all(['process', 'rehearse'].map((command) => helpOf([command])));
  const alone = commands.filter((command) => /^--[a-z]/.test(command));
  const unknown = alone.filter((flag) => !helps.some((help) => help?.includes(flag.split(' ')[0] ?? '')));
  expect([commands.length > 30, wrong.flat(), unknown]).toEqual([true, [], []]);
});
