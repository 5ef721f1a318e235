import fs from 'node:fs/promises';
import path from 'node:path';
import type { Catalogue } from '../../src/catalogue/model';
import { openDatabase } from '../../src/engine/database';
import { FolderStore } from '../../src/lake/folder-store';
import { countSmallGroups, joinedTables, type SmallGroups } from '../../src/review/data/small-groups';
import { smallCells } from '../../src/verify/checks/small-cells';
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
  const large = await lakeOf(catalogue, {
    Enrollment: enrolled((n) => `Section-${n % 2}`),
    PersonOrganizationRole: roles((n) => `Organization-${n % 2}`),
  });
  expect(await findings(large, catalogue, smallCells.name)).toEqual([]);
  expect(await counted(large, catalogue)).toEqual({});
  const small = await lakeOf(catalogue, {
    Enrollment: enrolled((n) => (n < 4 ? 'Section-1' : 'Section-2')),
    PersonOrganizationRole: roles((n) => `Organization-${n % 2}`),
  });
  expect(await findings(small, catalogue, smallCells.name)).toEqual([
    ['Enrollment', { groups: 2, small: 1, persons: 4, ofPersons: 10 }],
    ['', { persons: 10, alone: 0, ofPersons: 10 }],
  ]);
  expect(await counted(small, catalogue)).toEqual({
    Enrollment: { persons: 4, ofPersons: 10 },
    [joinedTables]: { persons: 10, ofPersons: 10 },
  });
});

test('PRIV5: months and bands count as facts, and who is in two small groups counts once', async () => {
  const catalogue = smallCatalogue(['Enrollment']);
  const lake = await lakeOf(catalogue, {
    Enrollment: Array.from({ length: 10 }, (_, index) =>
      smallRow('Enrollment', index + 1, {
        PersonId: `Person-${index === 9 ? 1 : index + 1}`,
        SectionId: 'Section-1',
        RefSectionRoleId: 'RefDefinition-1',
        SourceSystemId: 'SourceSystem-1',
        // Days of one month are one fact. Two came a month later, and the first leaves a month earlier, by both rows.
        EntryDate: index < 2 ? '2021-10-04' : `2021-09-${String(10 + index)}`,
        ExitDate: index === 0 || index === 9 ? '2022-05-02' : '2022-06-03',
      }),
    ),
  });
  expect(await findings(lake, catalogue, smallCells.name)).toEqual([
    ['Enrollment', { groups: 4, small: 3, persons: 2, ofPersons: 9 }],
  ]);
});

test('PRIV5: activity is judged by account, role, app, device, bands and class, and accounts join with their persons', async () => {
  const catalogue = smallCatalogue(['activity', 'AadUser', 'AadUserPersonMapping', 'Person']);
  const drop = await temporaryFolder();
  const lake = await temporaryFolder();
  const rows = (table: string, cells: (n: number) => Record<string, string>): string[][] =>
    Array.from({ length: 12 }, (_, n) => smallRow(table, n + 1, cells(n)));
  const roster = {
    // Three accounts are of teachers: person 10 has two of them, person 9 one beside that of a student; 11 and 12 have none.
    AadUser: rows('AadUser', (n) => ({ Role: n > 8 ? 'Faculty' : 'Student' })),
    AadUserPersonMapping: rows('AadUserPersonMapping', (n) => ({
      ObjectId: `AadUser-${n + 1}`,
      PersonId: `Person-${n < 10 ? n + 1 : n - 1}`,
    })),
    Person: rows('Person', () => ({})),
  };
  const signals = rows('activity', (n) => ({
    ActorId: `AadUser-${n + 1}`,
    ClassId: `AadGroup-${n < 6 ? 1 : 2}`,
    UserAgent: `Mozilla/5.0 (Windows NT 10.0) Chrome/${90 + n}.0 Safari/537.36`,
    Grade: n < 2 ? '95' : String(71 + (n % 8)),
    ReadingSubmissionWordsPerMinute: '',
    ReadingSubmissionAccuracyScore: '',
  }));
  await writeDrop(
    drop,
    { roster: { '2022-01-28T06-16-22': roster }, activity: { '2022-01-28/a.csv': signals } },
    catalogue,
  );
  await runEngine({ drop, lake, catalogue });
  expect(await findings(lake, catalogue, smallCells.name)).toEqual([
    ['activity', { groups: 3, small: 2, persons: 6, ofPersons: 12 }],
    ['AadUser', { groups: 2, small: 1, persons: 3, ofPersons: 12 }],
    ['', { persons: 4, alone: 2, ofPersons: 12 }],
  ]);
});

test('PRIV5: docs/security.md says whom the committed K-12 set singles out', async () => {
  const root = path.resolve(__dirname, '../..');
  const lake = await temporaryFolder();
  await runEngine({ drop: path.join(root, 'test_data/k12'), lake });
  const counts = Object.entries((await counted(lake, smallCatalogue())) ?? {});
  const security = (await fs.readFile(path.join(root, 'docs/security.md'), 'utf8'))
    .split('\n')
    .map((line) => line.trim());
  const [head = -1] = security.flatMap((line, index) => (line.startsWith('| singled out by ') ? [index] : []));
  const said = security.slice(head + 2, security.indexOf('', head));
  expect(said).toEqual(
    counts.map(
      ([table, { persons, ofPersons }]) =>
        `| ${table === joinedTables ? table : `\`${table}\``} | ${persons} | ${ofPersons} |`,
    ),
  );
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
