import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { nameRights } from '../../src/cli/privacy-session';
import { InsightsError } from '../../src/contract/errors';
import { refusal } from '../support/refusal';
import { smallSalt } from '../support/small-place';
import { insights, lakeWithSalt } from '../support/privacy-command';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();

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

test('a link does not hide that a file of an access request would lie in the lake', async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'lake'));
  symlinkSync(join(folder, 'lake'), join(folder, 'link'));
  for (const [lake, out] of [
    ['lake', 'link'],
    ['link', 'lake'],
  ] as const) {
    const file = join(folder, out, 'a.json');
    const { exitCode, stderr } = await insights(
      'access-request',
      '--person',
      'p',
      '--lake',
      join(folder, lake),
      '--out',
      file,
    );
    expect([exitCode, stderr.split('\n')[0]]).toEqual([2, 'ACCESS_REQUEST_PLACE: The file would lie in the lake.']);
  }
});

test('a rekey that is not confirmed changes nothing', async () => {
  const { lake, salt } = lakeWithSalt(await temporaryFolder());
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

test.each([
  ['AZURE_REFUSED', { details: { status: 403 } }],
  ['LAKE_STORE_FAILED', { cause: { statusCode: 403 } }],
] as const)(
  '%s for want of a right says which rights are needed, for how long, and where that is written',
  (code, why) => {
    expect(refusal(() => nameRights(new InsightsError(code, 'Refused (403).', why)))).toBe(
      [
        `${code}: Refused (403).`,
        '  next:  Get Storage Blob Data Contributor on the containers of the workspace (dev: oea; prod: oea, stage1, stage2 and stage3), Key Vault Secrets Officer on the vault, and a way in, for this hour: docs/operations.md, "Rights for an hour".',
      ].join('\n'),
    );
    expect(readFileSync('docs/operations.md', 'utf8')).toContain('\n### Rights for an hour\n');
  },
);

test('any other refusal stays as it is', () => {
  const busy = new InsightsError('AZURE_REFUSED', 'Busy.', { details: { status: 429 } });
  expect(() => nameRights(busy)).toThrow(busy);
});
