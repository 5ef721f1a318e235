import type { DuckDBConnection } from '@duckdb/node-api';
import type { CountedDimension, MeasureCounts } from '../../../src/dashboard/cube/count';
import { signalTable, topicTable } from '../../../src/dashboard/cube/signal-table';
import { emptyCounts } from '../../../src/dashboard/privacy/cell-counts';
import { Lattice } from '../../../src/dashboard/privacy/lattice';
import type { CountedMeasure } from '../../../src/powerbi/measures/measure';
import { aggregateSql, conditionSql, weightSql } from '../../../src/powerbi/measures/sql';

/** Measures in all cells of a lattice, by a query for each combination of levels: slow, and what `count.ts` is compared with. */
export async function countMeasuresSlowly(
  connection: DuckDBConnection,
  dimensions: readonly CountedDimension[],
  measure: CountedMeasure,
): Promise<MeasureCounts> {
  const { size } = new Lattice(dimensions);
  const value = new Float64Array(size).fill(NaN);
  const counts = { ...emptyCounts(size), value, others: new Int32Array(size) };
  const own = conditionSql(measure.where);
  const all = conditionSql(measure.partOf ?? measure.where);
  await eachGrouping(dimensions, async (source, keys) => {
    const values = `SELECT ${keys}, ${aggregateSql(measure)} AS value FROM (${source(topicTable)}) GROUP BY ALL`;
    for (const [cell, [number]] of await numbersByCell(connection, values, dimensions)) {
      if (number !== null) value[cell] = Number(number);
    }
    const people = `SELECT ${keys}, person, count(*) FILTER (${own}) AS own_rows, count(*) FILTER (${all}) AS all_rows,
        coalesce(${weightSql(measure)} FILTER (${own}), 0) AS weight
      FROM (${source(topicTable)}) GROUP BY ALL`;
    const facts = `SELECT ${keys}, count(person) FILTER (own_rows > 0), count(person) FILTER (all_rows > own_rows),
        CAST(sum(weight) AS DOUBLE), CAST(max(weight) AS DOUBLE) FROM (${people}) GROUP BY ALL`;
    for (const [cell, numbers] of await numbersByCell(connection, facts, dimensions)) {
      const [persons = 0, others = 0, total = 0, largest = 0] = numbers.map(Number);
      counts.persons[cell] = persons;
      counts.others[cell] = others;
      counts.total[cell] = total;
      counts.largest[cell] = largest;
    }
  });
  return counts;
}

/** Distinct values of a column of the signals, in the same way. */
export async function countStructureSlowly(
  connection: DuckDBConnection,
  dimensions: readonly CountedDimension[],
  column: string,
): Promise<Float64Array> {
  const counts = new Float64Array(new Lattice(dimensions).size);
  await eachGrouping(dimensions, async (source, keys) => {
    const values = `SELECT ${keys}, count(DISTINCT ${column}) FROM (${source(signalTable)}) GROUP BY ALL`;
    for (const [cell, [number]] of await numbersByCell(connection, values, dimensions)) counts[cell] = Number(number);
  });
  return counts;
}

async function numbersByCell(
  connection: DuckDBConnection,
  query: string,
  dimensions: readonly CountedDimension[],
): Promise<(readonly [cell: number, numbers: readonly unknown[]])[]> {
  const lattice = new Lattice(dimensions);
  const rows = (await connection.runAndReadAll(query)).getRows();
  return rows.map((row) => [lattice.cellAt(row.slice(0, dimensions.length).map(Number)), row.slice(dimensions.length)]);
}

/** Calls `visit` for each combination of levels: with the rows of a table that have their nodes of those levels as `keys`. */
async function eachGrouping(
  dimensions: readonly CountedDimension[],
  visit: (source: (table: string) => string, keys: string) => Promise<void>,
): Promise<void> {
  const keys = dimensions.map((_, index) => `key_${index}`).join(', ');
  const groupings = dimensions.reduce<string[][]>(
    (found, dimension) => found.flatMap((levels) => levelsOf(dimension).map((level) => [...levels, level])),
    [[]],
  );
  for (const levels of groupings) {
    const columns = levels.map((level, index) => `${level} AS key_${index}`).join(', ');
    await visit((table) => `SELECT *, ${columns} FROM ${table}`, keys);
  }
}

/** SQL of a row's node of each level, "all" first. */
function levelsOf({ column, parents }: CountedDimension): string[] {
  const paths = parents.map((_, node) => {
    const path = [node];
    while (path[0]! > 0) path.unshift(parents[path[0]!]!);
    return path;
  });
  const depth = Math.max(...paths.map((path) => path.length));
  return Array.from({ length: depth }, (_, level) => {
    const nodes = paths.map((path) => path[level] ?? path.at(-1)!);
    return `list_extract([${nodes.join(', ')}], ${column} + 1)`;
  });
}
