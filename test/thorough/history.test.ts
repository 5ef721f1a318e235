import { useTemporaryFolders } from '../support/temporary-folder';
import { ledgerProblems } from '../support/ledger-equations';
import { smallCatalogue, smallRow, smallRows, writeDrop, type SmallTables } from '../support/small-drop';
import { readTable, runEngine, type StoredRow } from '../support/small-lake';

/** ROW15: who left leaves; structure that left stays, marked. */

const temporaryFolder = useTemporaryFolders();
const settings = { requiredTables: [] };

interface Lake {
  readonly drop: string;
  readonly lake: string;
  readonly catalogue: ReturnType<typeof smallCatalogue>;
}

async function emptyLake(tables: readonly string[], profile: 'strict' | 'v0.2' = 'strict'): Promise<Lake> {
  return { drop: await temporaryFolder(), lake: await temporaryFolder(), catalogue: smallCatalogue(tables, profile) };
}

async function day(at: Lake, number: number, changes: SmallTables): Promise<void> {
  await writeDrop(at.drop, { roster: { [`2022-02-0${number}T06-00-00`]: changes } }, at.catalogue);
  const report = await runEngine({ ...at, settings });
  expect([report.outcome, report.messages]).toEqual(['succeeded', []]);
  expect(await ledgerProblems(at.lake, at.catalogue)).toEqual([]);
}

const without = (table: string, n: number): string[][] => smallRows(table).filter((_, index) => index + 1 !== n);

async function history(lake: string): Promise<StoredRow[] | undefined> {
  return readTable(lake, 'general', 'Organization', ['Id', 'IsCurrent', 'GoneSince']);
}

const present = (n: number): StoredRow => ({ Id: `Organization-${n}`, IsCurrent: 'true', GoneSince: null });
const gone = (n: number, number: number): StoredRow => ({
  Id: `Organization-${n}`,
  IsCurrent: 'false',
  GoneSince: `2022-02-0${number} 06:00:00+00`,
});

test('ROW15: a withdrawn person leaves general and sensitive, and is there again on return', async () => {
  const at = await emptyLake(['Person']);
  await day(at, 1, {});
  const pseudonyms = (await readTable(at.lake, 'general', 'Person', ['Id_pseudonym'])) ?? [];
  await day(at, 2, { Person: without('Person', 3) });
  const left = (await readTable(at.lake, 'sensitive', 'Person', ['Id', 'Id_pseudonym'])) ?? [];
  expect(left.map(({ Id }) => Id)).toEqual(['Person-1', 'Person-2', 'Person-4', 'Person-5', 'Person-6']);
  const shown = left.map((row) => ({ Id_pseudonym: row['Id_pseudonym'] ?? null }));
  expect(new Set(await readTable(at.lake, 'general', 'Person', ['Id_pseudonym']))).toEqual(new Set(shown));
  await day(at, 3, {});
  expect(await readTable(at.lake, 'general', 'Person', ['Id_pseudonym'])).toEqual(pseudonyms);
});

test('ROW15: a class that left stays with IsCurrent and GoneSince, and keeps the day on which it left', async () => {
  const at = await emptyLake(['Organization']);
  await day(at, 1, {});
  expect(await history(at.lake)).toEqual([1, 2, 3, 4, 5, 6].map(present));
  await day(at, 2, { Organization: without('Organization', 2) });
  expect(await history(at.lake)).toEqual([present(1), gone(2, 2), ...[3, 4, 5, 6].map(present)]);
  await day(at, 3, { Organization: without('Organization', 2).slice(1) });
  expect(await history(at.lake)).toEqual([gone(1, 3), gone(2, 2), ...[3, 4, 5, 6].map(present)]);
  expect((await readTable(at.lake, 'Ingested_Corrected', 'Organization'))?.length).toBe(4);
});

test('ROW15: what returns is current again, and may leave anew', async () => {
  const at = await emptyLake(['Organization']);
  await day(at, 1, {});
  await day(at, 2, { Organization: without('Organization', 2) });
  await day(at, 3, {});
  expect(await history(at.lake)).toEqual([1, 2, 3, 4, 5, 6].map(present));
  await day(at, 4, { Organization: without('Organization', 2) });
  expect(await history(at.lake)).toEqual([present(1), gone(2, 4), ...[3, 4, 5, 6].map(present)]);
});

test('ROW15: a renamed class has its new name only; one that left keeps the last it had', async () => {
  const at = await emptyLake(['Organization']);
  const renamed = (n: number, Name: string): string[] => smallRow('Organization', n, { Name });
  await day(at, 1, {});
  const others = smallRows('Organization').slice(2);
  await day(at, 2, { Organization: [renamed(1, 'New'), renamed(2, 'Last'), ...others] });
  await day(at, 3, { Organization: [renamed(1, 'Newer'), ...others] });
  const names = (await readTable(at.lake, 'general', 'Organization', ['Id', 'Name', 'IsCurrent'])) ?? [];
  expect(names.slice(0, 3)).toEqual([
    { Id: 'Organization-1', Name: 'Newer', IsCurrent: 'true' },
    { Id: 'Organization-2', Name: 'Last', IsCurrent: 'false' },
    { Id: 'Organization-3', Name: 'Name of Organization 3', IsCurrent: 'true' },
  ]);
  expect(names.length).toBe(6);
});

test('ROW15: the lookup of a structure table keeps what its general keeps', async () => {
  const at = await emptyLake(['AadGroup']);
  await day(at, 1, {});
  await day(at, 2, { AadGroup: without('AadGroup', 5) });
  const lookup = (await readTable(at.lake, 'sensitive', 'AadGroup', ['ObjectId'])) ?? [];
  expect(lookup.map((row) => row['ObjectId'])).toEqual([1, 2, 3, 4, 5, 6].map((n) => `AadGroup-${n}`));
  const pairs = await readTable(at.lake, 'general', 'AadGroup', ['IsCurrent', 'GoneSince']);
  expect(pairs?.filter((row) => row['IsCurrent'] === 'false')).toEqual([
    { IsCurrent: 'false', GoneSince: '2022-02-02 06:00:00+00' },
  ]);
});

test('ROW15: a delete marks a structure row as gone since its rundate', async () => {
  const at = await emptyLake(['Organization']);
  await day(at, 1, {});
  await writeDrop(at.drop, { rosterDelete: { '2022-02-05T06-00-00': { Organization: [['Organization-4']] } } });
  await runEngine({ ...at, settings });
  expect(await history(at.lake)).toEqual([...[1, 2, 3].map(present), gone(4, 5), ...[5, 6].map(present)]);
  expect(await ledgerProblems(at.lake, at.catalogue)).toEqual([]);
});

test('ROW15: tables that are neither persons nor structure follow the snapshot', async () => {
  const at = await emptyLake(['SourceSystem']);
  await day(at, 1, {});
  await day(at, 2, { SourceSystem: without('SourceSystem', 1) });
  const rows = (await readTable(at.lake, 'general', 'SourceSystem')) ?? [];
  expect([rows.length, Object.keys(rows[0] ?? {})]).toEqual([
    5,
    ['Id', 'FirstSeenDateTime', 'LastSeenDateTime', 'Name'],
  ]);
});

test('ROW15: the v0.2 profile has upstream columns only and keeps nothing', async () => {
  const at = await emptyLake(['AadGroup', 'Organization'], 'v0.2');
  await day(at, 1, {});
  await day(at, 2, { Organization: without('Organization', 2), AadGroup: without('AadGroup', 5) });
  const rows = (await readTable(at.lake, 'general', 'Organization')) ?? [];
  expect(rows.map((row) => row['Id'])).toEqual([1, 3, 4, 5, 6].map((n) => `Organization-${n}`));
  expect(Object.keys(rows[0] ?? {})).toEqual(
    at.catalogue.tables.find(({ name }) => name === 'Organization')?.columns.map(({ name }) => name),
  );
  expect((await readTable(at.lake, 'sensitive', 'AadGroup'))?.length).toBe(5);
});

test('ROW15: a rebuild keeps what left, with the day on which it left', async () => {
  const at = await emptyLake(['Person', 'AadGroup', 'Organization']);
  await day(at, 1, {});
  await day(at, 2, { Organization: without('Organization', 2), AadGroup: without('AadGroup', 5) });
  await day(at, 3, { Person: without('Person', 1) });
  const before = { organizations: await history(at.lake), groups: await readTable(at.lake, 'sensitive', 'AadGroup') };
  const report = await runEngine({ lake: at.lake, catalogue: at.catalogue, settings, rebuild: true });
  expect([report.outcome, report.messages]).toEqual(['succeeded', []]);
  const after = { organizations: await history(at.lake), groups: await readTable(at.lake, 'sensitive', 'AadGroup') };
  expect(after).toEqual(before);
  expect((await readTable(at.lake, 'general', 'Person'))?.length).toBe(5);
});
