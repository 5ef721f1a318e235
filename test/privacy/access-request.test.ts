import { collectAccess } from '../../src/privacy/access-request';
import { FolderStore } from '../../src/lake/folder-store';
import { erasureClock } from '../support/erasure';
import { erasureCatalogue, erasureRoster } from '../support/erasure-drop';
import { MemorySecrets } from '../support/memory-secrets';
import { writeDrop } from '../support/small-drop';
import { runEngine } from '../support/small-lake';
import { smallSalt } from '../support/small-place';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const catalogue = erasureCatalogue;
let lake: string;

beforeAll(async () => {
  const drop = await temporaryFolder();
  lake = await temporaryFolder();
  await writeDrop(drop, { roster: { '2022-01-28T06-16-22': erasureRoster } }, catalogue);
  await runEngine({ drop, lake, catalogue });
});

test('ERASE5: everything about a person, all accounts, and of others only that there are some', async () => {
  const store = new FolderStore(lake, { durable: false });
  const document = await collectAccess({
    store,
    workspace: 'dev',
    salt: smallSalt,
    catalogue,
    keeper: new MemorySecrets(),
    person: 'aaduser-6',
    runId: 'access-1',
    now: erasureClock,
    progress: () => undefined,
  });
  await store.close();
  const { versions, ...head } = document;
  expect(head).toEqual({
    format: 1,
    document: 'access request',
    workspace: 'dev',
    at: '2026-03-01T12:00:00.000Z',
    accounts: ['AadUser-2', 'AadUser-6'],
    persons: ['Person-2'],
    notHere: [
      'What was delivered and not yet landed, and what the sender of the share keeps: ask there.',
      'Rows that were refused (Rejected), because they could not be read or contradicted another row: they are kept as they came, and are not in this file. An erasure removes them.',
    ],
  });
  const tables = versions[0]?.tables ?? [];
  expect(tables.map(({ table, rows }) => [table, rows.length])).toEqual([
    ['AadUser', 2],
    ['AadUserPersonMapping', 2],
    ['Person', 1],
    ['PersonDemographicRace', 1],
    ['PersonRelationship', 1],
  ]);
  const relationship = tables.find(({ table }) => table === 'PersonRelationship');
  expect(relationship?.rows[0]).toMatchObject({ PersonId: '(another person)', RelatedPersonId: 'Person-2' });
  expect(relationship?.columns['RelatedPersonId']).toMatch(/^[A-Z].+\.$/);
  const { length } = JSON.stringify(document).match(/Person-[13456]\b|AadUser-[1345]\b/g) ?? [];
  expect(length ?? 0).toBe(0);
});
