import type { DuckDBConnection } from '@duckdb/node-api';
import { loadCatalogue } from '../../src/catalogue/load';
import { countMeasures, countSignals, countStructure } from '../../src/dashboard/cube/count';
import { signalDimensions, type SignalDimensions } from '../../src/dashboard/cube/dimensions';
import { topicMeasures } from '../../src/dashboard/cube/kinds';
import { makeSignalTables, signalTable } from '../../src/dashboard/cube/signal-table';
import { Lattice } from '../../src/dashboard/privacy/lattice';
import { FolderStore } from '../../src/lake/folder-store';
import { generalRelations } from '../../src/powerbi/general-relations';
import { sourceTables } from '../../src/powerbi/measures/relations';
import { countMeasuresSlowly, countStructureSlowly } from '../dashboard/cube/slow-count';
import { contributionsByCell, countsOf } from '../dashboard/privacy/attack';
import { committedSets, openSetLake, type SetLake } from '../support/set-lake';
import { smallPaths } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const folder = useTemporaryFolders();

describe.each(['k12', 'hed'] as const)('%s', (set) => {
  let lake: SetLake;
  let connection: DuckDBConnection;
  let dimensions: SignalDimensions;

  beforeAll(async () => {
    lake = await openSetLake(set, await folder());
    connection = lake.database.connections[0];
    const store = new FolderStore(lake.folder, { durable: false });
    const source = { store, paths: smallPaths, catalogue: loadCatalogue('strict'), connection };
    const values = await makeSignalTables(connection, await generalRelations(sourceTables, source), committedSets[set]);
    dimensions = signalDimensions(values);
    await store.close();
  });
  afterAll(() => lake.database.close());

  test('signals, persons and accounts of all cells are those of the rows, added up cell by cell', async () => {
    const { school, role, app, period, kind } = dimensions;
    const wanted = [school, role, app, period, kind];
    const { counts } = await countSignals(connection, wanted);
    const columns = wanted.map(({ column }) => column).join(', ');
    const rows = (await connection.runAndReadAll(`SELECT person, actor, ${columns} FROM ${signalTable}`)).getRows();
    const byCell = (key: number) =>
      countsOf(
        contributionsByCell(
          new Lattice(wanted),
          rows.map((row) => ({ person: Number(row[key]), nodes: row.slice(2).map(Number), amount: 1 })),
        ),
      );
    expect(counts).toEqual({ ...byCell(0), users: byCell(1).persons });
  });

  test('measures and the persons behind them are those of a query for each combination of levels', async () => {
    const { school, role, app, period } = dimensions;
    const wanted = [school, role, app, period];
    const counted = await countMeasures(connection, wanted, topicMeasures);
    expect([...counted.keys()]).toEqual(topicMeasures);
    for (const [measure, counts] of counted) {
      const slow = await countMeasuresSlowly(connection, wanted, measure);
      const differences = Object.entries(slow).flatMap(([name, expected]) =>
        [...expected].flatMap((number, cell) => {
          const found = counts[name as keyof typeof counts][cell]!;
          // Fractions of minutes are added in another order.
          return Object.is(found, number) || Math.abs(found - number) < 1e-6
            ? []
            : [`${name} ${cell}: ${found}, not ${number}`];
        }),
      );
      expect([measure.name, ...differences]).toEqual([measure.name]);
    }
  });

  test('classes, days and schools are those of a query for each combination of levels', async () => {
    const { school, role, app, period } = dimensions;
    const wanted = [school, role, app, period];
    const columns = { classes: 'class_team', days: 'day', schools: 'nullif(school, 1)' };
    for (const [name, counts] of await countStructure(connection, wanted, columns)) {
      expect([name, counts]).toEqual([
        name,
        await countStructureSlowly(connection, wanted, columns[name as keyof typeof columns]),
      ]);
    }
  });
});
