import type { Catalogue } from '../../src/catalogue/model';
import { openDatabase } from '../../src/engine/database';
import { FolderStore } from '../../src/lake/folder-store';
import { countSmallGroups, joinedTables, type SmallGroups } from '../../src/review/data/small-groups';
import { verifyLake } from '../../src/verify/verify-lake';
import { smallCatalogue, smallRow, writeDrop, type SmallTables } from '../support/small-drop';
import { runEngine } from '../support/small-lake';
import { smallPaths, smallSalt } from '../support/small-place';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();

async function findings(lake: string, catalogue: Catalogue, check: string): Promise<[string, object | undefined][]> {
  const store = new FolderStore(lake, { durable: false });
  const database = await openDatabase();
  try {
    const [connection] = database.connections;
    const { checks } = await verifyLake({ store, paths: smallPaths, catalogue, connection, salt: smallSalt });
    const found = checks.find((one) => one.check === check);
    return (found?.findings ?? []).map(({ table, counts }) => [table ?? '', counts]);
  } finally {
    database.close();
    await store.close();
  }
}

/** What a review keeps of it. */
async function counted(lake: string, catalogue: Catalogue): Promise<SmallGroups | undefined> {
  const store = new FolderStore(lake, { durable: false });
  const database = await openDatabase();
  try {
    return await countSmallGroups({ store, paths: smallPaths, catalogue, connection: database.connections[0] });
  } finally {
    database.close();
    await store.close();
  }
}

async function lakeOf(catalogue: Catalogue, tables: SmallTables): Promise<string> {
  const [lake, drop] = [await temporaryFolder(), await temporaryFolder()];
  await writeDrop(drop, { roster: { '2022-01-28T06-16-22': tables } }, catalogue);
  await runEngine({ drop, lake, catalogue });
  return lake;
}

test('PRIV5: groups of fewer than five are counted, in a table and joined; five are no small group', async () => {
  const catalogue = smallCatalogue(['Enrollment', 'PersonOrganizationRole']);
  const same = { SectionId: 'Section-1', RefSectionRoleId: 'RefDefinition-1', SourceSystemId: 'SourceSystem-1' };
  const enrolled = (section: (n: number) => string) =>
    Array.from({ length: 10 }, (_, index) => smallRow('Enrollment', index + 1, { ...same, SectionId: section(index) }));
  const roles = (school: (n: number) => string) =>
    Array.from({ length: 10 }, (_, index) =>
      smallRow('PersonOrganizationRole', index + 1, {
        OrganizationId: school(index),
        RefRoleId: 'RefDefinition-1',
        RefGradeLevelId: 'RefDefinition-2',
        SessionId: 'Session-1',
        SourceSystemId: 'SourceSystem-1',
      }),
    );
  const check = 'groups of persons are not small';
  const large = await lakeOf(catalogue, {
    Enrollment: enrolled((n) => `Section-${n % 2}`),
    PersonOrganizationRole: roles((n) => `Organization-${n % 2}`),
  });
  expect(await findings(large, catalogue, check)).toEqual([]);
  expect(await counted(large, catalogue)).toEqual({});
  const small = await lakeOf(catalogue, {
    Enrollment: enrolled((n) => (n < 4 ? 'Section-1' : 'Section-2')),
    PersonOrganizationRole: roles((n) => `Organization-${n % 2}`),
  });
  expect(await findings(small, catalogue, check)).toEqual([
    ['Enrollment', { groups: 2, small: 1, persons: 4, ofPersons: 10 }],
    ['', { persons: 10, alone: 0, ofPersons: 10 }],
  ]);
  expect(await counted(small, catalogue)).toEqual({
    Enrollment: { persons: 4, ofPersons: 10 },
    [joinedTables]: { persons: 10, ofPersons: 10 },
  });
});

test('pseudonyms of the treatment hmac are held against their values', async () => {
  const strict = smallCatalogue(['Person', 'PersonRelationship']);
  const catalogue: Catalogue = {
    ...strict,
    tables: strict.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) =>
        column.domain === 'person' ? { ...column, treatment: { kind: 'hmac' as const } } : column,
      ),
    })),
  };
  const lake = await lakeOf(catalogue, {});
  expect(await findings(lake, catalogue, 'pseudonyms round-trip')).toEqual([]);
  const hashed = await lakeOf(strict, {});
  const compared = await findings(hashed, catalogue, 'pseudonyms round-trip');
  expect(compared).toContainEqual(['PersonRelationship', { missing: 6, foreign: 6 }]);
});
