import { smallCatalogue, smallRows, writeDrop } from '../support/small-drop';
import { readCommitLedgers, readLandingLedger, readTable, runEngine } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['PersonOrganizationRole', 'Session']);
const names = catalogue.tables.find(({ name }) => name === 'PersonOrganizationRole')!.columns.map(({ name }) => name);
const own = [...names.slice(0, 12), 'RoleEndDate', 'RoleStartDate'];
const folder = '2022-01-28T06-16-22';

function rowsWith(dates: readonly [string, string]): string[][] {
  return smallRows('PersonOrganizationRole').map((row) => [...row.slice(0, 12), ...dates]);
}

/** A drop whose roles have the dates of the CDM's order, with a manifest of the folder given. */
async function dropWithManifest(described: string, dates: readonly [string, string], drop?: string): Promise<string> {
  drop ??= await temporaryFolder();
  const entity = {
    entityName: 'PersonOrganizationRole',
    entityPath: 'local:/schema/roster.cdm.json/PersonOrganizationRole',
    dataPartitionPatterns: [{ rootLocation: `local:/roster/${described}/PersonOrganizationRole` }],
  };
  const attributes = own.map((name) => ({ name }));
  const files = {
    [`roster/${folder}/snapshot.roster.manifest.cdm.json`]: JSON.stringify({ entities: [entity] }),
    'schema/roster.cdm.json': JSON.stringify({
      definitions: [{ entityName: 'PersonOrganizationRole', hasAttributes: attributes }],
    }),
  };
  await writeDrop(drop, { roster: { [folder]: { PersonOrganizationRole: rowsWith(dates) } }, files }, catalogue);
  return drop;
}

test('ROW7: a run reads a file in the order of its own schema, and the commit says which cell was which column', async () => {
  const lake = await temporaryFolder();
  const drop = await dropWithManifest(folder, ['2022-06-03', '2021-09-01']);
  const report = await runEngine({ drop, lake, catalogue });
  expect([report.outcome, report.messages]).toEqual(['succeeded', []]);
  const dates = ['RoleStartDate', 'RoleEndDate'];
  expect((await readTable(lake, 'Ingested_Corrected', 'PersonOrganizationRole', dates))?.[0]).toEqual({
    RoleStartDate: '2021-09-01',
    RoleEndDate: '2022-06-03',
  });
  const ledgers = await readCommitLedgers(lake, 'Ingested_Corrected', 'PersonOrganizationRole');
  expect(ledgers.map(({ columns }) => columns)).toEqual([own]);
});

test('ROW7, ROW2: a stale manifest decides nothing, and is said to be stale', async () => {
  const lake = await temporaryFolder();
  const drop = await dropWithManifest('2021-09-05T06-16-22', ['2022-06-03', '2021-09-01']);
  const report = await runEngine({ drop, lake, catalogue });
  expect(report.outcome).toBe('failed');
  expect(report.messages.map(({ severity, code, message }) => ({ severity, code, message }))).toEqual([
    {
      severity: 'warning',
      code: 'MANIFEST_NOT_USED',
      message: 'The manifest describes another folder: it is stale and is not used (ROW2).',
    },
    {
      severity: 'error',
      code: 'COLUMNS_NOT_BORNE_OUT',
      message:
        'The data does not bear out the column order: 6 of 6 rows do not cast or break a row check. Rundate 2022-01-28 06:16:22.',
    },
  ]);
});

test('ROW7: what a drop says of its columns is in the ledger: a run without the drop decides the same', async () => {
  const lake = await temporaryFolder();
  const drop = await dropWithManifest(folder, ['2022-06-03', '2021-09-01']);
  const Session = [...smallRows('Session'), ['', ...smallRows('Session', 1)[0]!.slice(1)]];
  await writeDrop(
    drop,
    { roster: { [folder]: { PersonOrganizationRole: rowsWith(['2022-06-03', '2021-09-01']), Session } } },
    catalogue,
  );
  const noReject = { rejectShare: 0, rejectRows: 0 };
  expect((await runEngine({ drop, lake, catalogue, settings: noReject })).outcome).toBe('failed');
  expect((await runEngine({ lake, catalogue })).outcome).toBe('succeeded');
  const ledgers = await readCommitLedgers(lake, 'Ingested_Corrected', 'PersonOrganizationRole');
  expect(ledgers.map(({ columns }) => columns)).toEqual([own]);
});

test('ROW7: a description that is mended without the files counts from the next run with the drop on', async () => {
  const lake = await temporaryFolder();
  const drop = await dropWithManifest('2021-09-05T06-16-22', ['2022-06-03', '2021-09-01']);
  const described = async (): Promise<unknown[]> =>
    (await readLandingLedger(lake)).flatMap(({ events }) => events.filter(({ event }) => event === 'described'));
  expect([(await runEngine({ drop, lake, catalogue })).outcome, await described()]).toEqual(['failed', []]);
  // Another drop, which does not hold the folder, says nothing about it.
  const other = await temporaryFolder();
  await writeDrop(other, { files: { 'activity/note.txt': '' } });
  await dropWithManifest(folder, ['2022-06-03', '2021-09-01'], drop);
  expect((await runEngine({ drop: other, lake, catalogue })).outcome).toBe('failed');
  const mended = await runEngine({ drop, lake, catalogue });
  expect([mended.outcome, mended.messages, await described()]).toEqual([
    'succeeded',
    [],
    [
      {
        event: 'described',
        unit: `roster/${folder}`,
        rundate: '2022-01-28 06:16:22',
        columns: { PersonOrganizationRole: own },
      },
    ],
  ]);
  expect([(await runEngine({ drop, lake, catalogue })).outcome, (await described()).length]).toEqual([
    'nothing to do',
    1,
  ]);
});

test('ROW7: a delta whose own schema has the key elsewhere than the snapshot is refused', async () => {
  const sessions = smallCatalogue(['Session']);
  const lake = await temporaryFolder();
  const drop = await temporaryFolder();
  await writeDrop(drop, { roster: { [folder]: {} } }, sessions);
  expect((await runEngine({ drop, lake, catalogue: sessions })).outcome).toBe('succeeded');
  const later = '2022-01-29T06-16-22';
  const [first = '', second = '', ...rest] = sessions.tables[0]!.columns.map(({ name }) => name);
  const entity = {
    entityName: 'Session',
    entityPath: 'local:/schema/roster.cdm.json/Session',
    dataPartitionPatterns: [{ rootLocation: `local:/roster_delta/${later}/Session` }],
  };
  const hasAttributes = [second, first, ...rest].map((name) => ({ name }));
  await writeDrop(drop, {
    rosterDelta: { [later]: { Session: smallRows('Session').map(([a = '', b = '', ...cells]) => [b, a, ...cells]) } },
    files: {
      [`roster_delta/${later}/delta.roster.manifest.cdm.json`]: JSON.stringify({ entities: [entity] }),
      'schema/roster.cdm.json': JSON.stringify({ definitions: [{ entityName: 'Session', hasAttributes }] }),
    },
  });
  const report = await runEngine({ drop, lake, catalogue: sessions });
  const landed = 'oea/dev/stage1/Transactional/M365/v1.14/Session/delta_batch_data/rundate=2022-01-29 06:16:22';
  expect([report.outcome, report.messages]).toEqual([
    'failed',
    [
      {
        severity: 'error',
        code: 'COLUMNS_DIFFER',
        message: 'The key column Id is not where the snapshot has it. Rundate 2022-01-29 06:16:22.',
        table: 'Session',
        column: 'Id',
        file: `${landed}/session.csv`,
      },
    ],
  ]);
});
