import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { quoteName } from '../../catalogue/render/sql-text';
import { runStatement, toNumber } from '../../engine/database';
import type { CountedMeasure } from '../../powerbi/measures/measure';
import { aggregateSql, conditionSql, weightSql } from '../../powerbi/measures/sql';
import { Lattice, type Dimension } from '../privacy/lattice';
import { emptyCounts, type CellCounts } from '../privacy/suppress';
import { signalTable, topicTable } from './signal-table';

/** A dimension with the columns that hold its nodes: one for each level below "all". */
export interface CountedDimension extends Dimension {
  readonly levels: readonly string[];
}

export interface SignalCounts extends CellCounts {
  /** Distinct accounts. */
  readonly users: Int32Array;
}

export interface MeasureCounts extends CellCounts {
  /** NaN where the measure has no value. */
  readonly value: Float64Array;
  /** Distinct persons of the total that the measure is a part of who have something outside it (CELL1). */
  readonly others: Int32Array;
}

/** A column for each dimension, or undefined where a query is about all of it: every combination once. */
type Grouping = readonly (string | undefined)[];

function groupingsOf(dimensions: readonly CountedDimension[]): Grouping[] {
  return dimensions.reduce<Grouping[]>(
    (groupings, { levels }) =>
      groupings.flatMap((columns) => [undefined, ...levels].map((level) => [...columns, level])),
    [[]],
  );
}

/** Counts signals, persons and accounts in all cells of a lattice. `where` is SQL over `signalTable`. */
export async function countSignals(
  connection: DuckDBConnection,
  dimensions: readonly CountedDimension[],
  where = 'true',
): Promise<{ readonly lattice: Lattice; readonly counts: SignalCounts }> {
  const lattice = new Lattice(dimensions);
  const counts = { ...emptyCounts(lattice.size), users: new Int32Array(lattice.size) };
  const columns = [...dimensions.flatMap(({ levels }) => levels), 'actor', 'person'].join(', ');
  const source = 'dashboard_cells';
  await run(
    connection,
    `CREATE OR REPLACE TEMP TABLE ${source} AS
    SELECT ${columns}, CAST(sum(n) AS INTEGER) AS n FROM ${signalTable} WHERE ${where} GROUP BY ALL`,
  );
  for (const grouping of groupingsOf(dimensions)) {
    const keys = keysOf(grouping);
    const accounts = `SELECT ${[...keys, 'person', 'actor', 'sum(n) AS n'].join(', ')} FROM ${source} GROUP BY ALL`;
    const persons = `SELECT ${[...keys, 'person', 'sum(n) AS n', 'count(actor) AS users'].join(', ')} FROM (${accounts}) GROUP BY ${[...keys, 'person'].join(', ')}`;
    const facts =
      'CAST(sum(n) AS DOUBLE) AS total, count(person) AS persons, CAST(max(n) AS DOUBLE) AS largest, CAST(sum(users) AS INTEGER) AS users';
    const rows = await run(connection, `SELECT ${[...keys, facts].join(', ')} FROM (${persons})${groupBy(keys)}`);
    for (const row of rows) {
      const cell = cellOf(lattice, grouping, row);
      counts.total[cell] = toNumber(row['total']);
      counts.persons[cell] = toNumber(row['persons']);
      counts.largest[cell] = toNumber(row['largest']);
      counts.users[cell] = toNumber(row['users']);
    }
  }
  return { lattice, counts };
}

/** Computes measures of `topicTable` in all cells of a lattice, each with the persons behind it. */
export async function countMeasures(
  connection: DuckDBConnection,
  dimensions: readonly CountedDimension[],
  measures: readonly CountedMeasure[],
): Promise<ReadonlyMap<CountedMeasure, MeasureCounts>> {
  const lattice = new Lattice(dimensions);
  const counts = measures.map(() => ({
    ...emptyCounts(lattice.size),
    value: new Float64Array(lattice.size).fill(NaN),
    others: new Int32Array(lattice.size),
  }));
  for (const grouping of groupingsOf(dimensions)) {
    const keys = keysOf(grouping);
    const values = measures.map((measure, index) => `${aggregateSql(measure)} AS value_${index}`);
    const found = await run(connection, `SELECT ${[...keys, ...values].join(', ')} FROM ${topicTable}${groupBy(keys)}`);
    for (const row of found) {
      const cell = cellOf(lattice, grouping, row);
      counts.forEach(({ value }, index) => {
        const one = row[`value_${index}`];
        if (one !== null && one !== undefined) value[cell] = Number(one);
      });
    }
    const byPerson = `SELECT ${[...keys, 'person', ...measures.flatMap(personParts)].join(', ')} FROM ${topicTable} GROUP BY ${[...keys, 'person'].join(', ')}`;
    const facts = await run(
      connection,
      `SELECT ${[...keys, ...measures.flatMap((_, index) => groupParts(index))].join(', ')} FROM (${byPerson})${groupBy(keys)}`,
    );
    for (const row of facts) {
      const cell = cellOf(lattice, grouping, row);
      counts.forEach(({ persons, total, largest, others }, index) => {
        persons[cell] = toNumber(row[`persons_${index}`]);
        total[cell] = toNumber(row[`total_${index}`]);
        largest[cell] = toNumber(row[`largest_${index}`]);
        others[cell] = toNumber(row[`others_${index}`]);
      });
    }
  }
  return new Map(measures.map((measure, index) => [measure, counts[index]!]));
}

/** Structure that has signals: how many classes, days and schools; no number of persons. */
export async function countStructure(
  connection: DuckDBConnection,
  dimensions: readonly CountedDimension[],
  columns: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Int32Array>> {
  const lattice = new Lattice(dimensions);
  const counts = new Map(Object.keys(columns).map((name) => [name, new Int32Array(lattice.size)]));
  const aggregates = Object.entries(columns).map(([name, column]) => `count(DISTINCT ${column}) AS ${quoteName(name)}`);
  for (const grouping of groupingsOf(dimensions)) {
    const keys = keysOf(grouping);
    const rows = await run(
      connection,
      `SELECT ${[...keys, ...aggregates].join(', ')} FROM ${signalTable}${groupBy(keys)}`,
    );
    for (const row of rows) {
      const cell = cellOf(lattice, grouping, row);
      for (const [name, count] of counts) count[cell] = toNumber(row[name]);
    }
  }
  return counts;
}

function personParts(measure: CountedMeasure, index: number): string[] {
  const condition = conditionSql(measure.where);
  return [
    `count(*) FILTER (${condition}) AS rows_${index}`,
    `count(*) FILTER (${conditionSql(measure.partOf ?? measure.where)}) AS all_${index}`,
    `coalesce(${weightSql(measure)} FILTER (${condition}), 0) AS weight_${index}`,
  ];
}

function groupParts(index: number): string[] {
  return [
    `count(person) FILTER (rows_${index} > 0) AS persons_${index}`,
    `count(person) FILTER (all_${index} > rows_${index}) AS others_${index}`,
    `CAST(sum(weight_${index}) AS DOUBLE) AS total_${index}`,
    `CAST(max(weight_${index}) AS DOUBLE) AS largest_${index}`,
  ];
}

function keysOf(grouping: Grouping): string[] {
  return grouping.flatMap((column) => column ?? []);
}

function groupBy(keys: readonly string[]): string {
  return keys.length === 0 ? ' HAVING count(*) > 0' : ` GROUP BY ${keys.join(', ')}`;
}

function cellOf(lattice: Lattice, grouping: Grouping, row: Readonly<Record<string, DuckDBValue>>): number {
  return lattice.cellAt(grouping.map((column) => (column === undefined ? 0 : toNumber(row[column]))));
}

function run(connection: DuckDBConnection, sql: string): ReturnType<typeof runStatement> {
  return runStatement(connection, sql, {
    code: 'DASHBOARD_FAILED',
    doing: 'counting signals',
    place: { table: 'activity' },
  });
}
