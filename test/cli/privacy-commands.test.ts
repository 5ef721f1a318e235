import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../src/cli/program';
import { smallSalt } from '../support/small-place';
import { useTemporaryFolders } from '../support/temporary-folder';
import { captured } from './captured';

const temporaryFolder = useTemporaryFolders();

async function insights(...words: string[]) {
  const surroundings = captured();
  const exitCode = await runCli(words, surroundings);
  return { exitCode, ...surroundings.printed() };
}

async function folderWithSalt(): Promise<{ lake: string; salt: string; root: string }> {
  const root = await temporaryFolder();
  const [lake, salt] = [path.join(root, 'lake'), path.join(root, 'salt')];
  mkdirSync(lake);
  writeFileSync(salt, `${smallSalt}\n`);
  return { lake, salt, root };
}

test.each([
  [['erase', '--lake', 'x'], 'USAGE: Say who: --person <id>. Only --resume goes without.'],
  [
    ['erase', '--lake', 'x', '--person', 'p', '--hold', '--confirm', 'c'],
    'USAGE: --confirm, --resume, --hold, --release and --lift exclude each other.',
  ],
  [['erase', '--person', 'p'], 'USAGE: Say which lake: --lake <folder|url> or --env <name>.'],
  [
    ['access-request', '--person', 'p', '--lake', 'x', '--out', 'x/y.json'],
    'ACCESS_REQUEST_PLACE: The file would lie in the lake.',
  ],
  [['reset', '--lake', 'x'], "USAGE: Required option '--workspace <name>' not specified."],
  [
    ['reset', '--lake', 'https://a.blob.core.windows.net', '--workspace', 'dev'],
    'USAGE: Reset a deployed lake with --env: its databases go with the data.',
  ],
  [
    ['reset', '--lake', 'x', '--workspace', 'prod', '--confirm', 'prod'],
    'RESET_PRODUCTION_GUARDED: prod is production, and stays as it is.',
  ],
  [
    ['reset', '--env', 'prod', '--workspace', 'dev', '--production', '--confirm', 'dev'],
    'RESET_PRODUCTION_GUARDED: prod/dev is production, and stays as it is.',
  ],
])('%j is a mistake of the caller', async (words, message) => {
  const { exitCode, stderr } = await insights(...words);
  expect([exitCode, stderr.split('\n')[0]]).toEqual([2, message]);
});

test('a rekey that is not confirmed changes nothing', async () => {
  const { lake, salt } = await folderWithSalt();
  const { exitCode, stderr } = await insights('rekey', '--lake', lake, '--salt-file', salt);
  expect([exitCode, stderr]).toEqual([
    2,
    [
      'REKEY_NOT_CONFIRMED: Every pseudonym of workspace dev would change, and nothing was changed.',
      '  next:  Back up the salt, tell those who keep pseudonyms elsewhere, and give the name of the workspace with --confirm.',
      '',
    ].join('\n'),
  ]);
  expect(readFileSync(salt, 'utf8')).toBe(`${smallSalt}\n`);
});
