import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AccessDocument } from '../../src/privacy/access-request';
import { erasureCatalogue, erasureRoster } from '../support/erasure-drop';
import { writeDrop } from '../support/small-drop';
import { runEngine } from '../support/small-lake';
import { smallPaths } from '../support/small-place';
import { insights, lakeWithSalt } from '../support/privacy-command';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();

test('ERASE1: erasing from the command line, from the dry run to the report; an access request before it', async () => {
  const { lake, salt, root } = lakeWithSalt(await temporaryFolder());
  const drop = await temporaryFolder();
  await writeDrop(drop, { roster: { '2022-01-28T06-16-22': erasureRoster } }, erasureCatalogue);
  await runEngine({ drop, lake, catalogue: erasureCatalogue });
  const place = ['--lake', lake, '--salt-file', salt];
  const out = path.join(root, 'person-2.json');

  const access = await insights('access-request', '--person', 'Person-2', '--out', out, ...place);
  expect([access.exitCode, access.stdout.split('\n').at(-2)]).toEqual([
    0,
    `Accounts: 2, persons: 1. Written to ${out}.`,
  ]);
  expect((JSON.parse(readFileSync(out, 'utf8')) as AccessDocument).persons).toEqual(['Person-2']);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  const again = await insights('access-request', '--person', 'Person-2', '--out', out, ...place);
  expect([again.exitCode, again.stderr.split('\n')[0]]).toEqual([
    2,
    'ACCESS_REQUEST_PLACE: The file is there already.',
  ]);

  const dry = await insights('erase', '--person', 'Person-2', ...place);
  const code = /--confirm ([0-9a-f]{8})\n$/.exec(dry.stdout)?.[1] ?? '';
  expect(dry.stdout.split('\n').slice(0, 4)).toEqual([
    'Reached through the mapping: 2 accounts and 1 persons.',
    'Version 1.14: rows that would go',
    'table                  landed  Ingested  Ingested_Corrected  Rejected  general  sensitive  digital_engagement',
    '---------------------  ------  --------  ------------------  --------  -------  ---------  ------------------',
  ]);
  const erased = await insights('erase', '--person', 'Person-2', '--confirm', code, ...place);
  expect([erased.exitCode, /for \d+ texts: found in 0\.\n/.test(erased.stdout)]).toEqual([0, true]);
  expect(statSync(path.join(root, 'oeaErasureKey-dev')).mode & 0o777).toBe(0o600);
  const verified = (await insights('verify', ...place)).stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
  expect(verified[0]?.at(-1)).toBe('erased');
  expect(verified.find(([table]) => table === '5 tables')?.at(-1)).toBe('8');
  expect(verified.flat().join()).not.toContain('was not checked: the erasure key');
  const held = await insights('erase', '--person', 'Person-3', '--hold', ...place);
  expect(held.stdout).toBe('Held: the person may not be erased until --release. Identifiers: 2.\n');

  writeFileSync(path.join(lake, smallPaths.erasureFolder, `${'0'.repeat(20)}.json`), '{}');
  const broken = await insights('erase', '--person', 'Person-3', ...place);
  expect(broken.stderr.split('\n').slice(0, 1)).toEqual([
    'TOMBSTONES_BROKEN: The list of erased persons does not fit its schema: /format is missing.',
  ]);
});

test('ERASE1: a text of the person that nothing of ours wrote stays, and the command says where and fails', async () => {
  const { lake, salt } = lakeWithSalt(await temporaryFolder());
  const drop = await temporaryFolder();
  await writeDrop(drop, { roster: { '2022-01-28T06-16-22': erasureRoster } }, erasureCatalogue);
  await runEngine({ drop, lake, catalogue: erasureCatalogue });
  const place = ['--lake', lake, '--salt-file', salt];
  writeFileSync(path.join(lake, 'oea/dev/stage2/Ingested/M365/v1.14/note.txt'), 'about Person-2 ');
  const dry = await insights('erase', '--person', 'Person-2', ...place);
  const code = /--confirm ([0-9a-f]{8})\n$/.exec(dry.stdout)?.[1] ?? '';
  const erased = await insights('erase', '--person', 'Person-2', '--confirm', code, ...place);
  expect([
    erased.exitCode,
    ...erased.stdout.split('\n').slice(-4, -2),
    ...erased.stderr.split('\n').slice(-3, -1),
  ]).toEqual([
    1,
    expect.stringMatching(/: found in 1\.$/),
    '  oea/dev/stage2/Ingested/M365/v1.14/note.txt',
    'ERASURE_INCOMPLETE: The search still found the person, in the files above.',
    '  next:  Run `insights erase --resume`. Where files remain that are no part of the lake, remove them by hand.',
  ]);
});
