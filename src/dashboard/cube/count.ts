import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from '../../catalogue/render/sql-text';
import type { CountedMeasure } from '../../powerbi/measures/measure';
import { conditionSql, countsPersons, weightSql } from '../../powerbi/measures/sql';
import { emptyCounts, type CellCounts } from '../privacy/cell-counts';
import { Lattice, type Dimension } from '../privacy/lattice';
import { readColumns } from './read-columns';
import { forEachRun, RollUp } from './roll-up';
import { signalTable, topicTable } from './signal-table';

/** A dimension with the column that holds the node of a row. */
export interface CountedDimension extends Dimension {
  readonly column: string;
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

/**
 * Counts signals, persons and accounts in all cells of a lattice. The database adds up the leaves, once and person by
 * person; the other cells are made of those: a query for each level of each dimension would read everything a hundred times.
 * @param where SQL over `signalTable`
 */
export async function countSignals(
  connection: DuckDBConnection,
  dimensions: readonly CountedDimension[],
  where = 'true',
): Promise<{ readonly lattice: Lattice; readonly counts: SignalCounts }> {
  const lattice = new Lattice(dimensions);
  const counts = { ...emptyCounts(lattice.size), users: new Int32Array(lattice.size) };
  const { length, whole, double } = await readColumns(
    connection,
    `SELECT person, actor, ${leafSql(lattice, dimensions)} AS cell, CAST(count(*) AS DOUBLE) AS n
    FROM ${signalTable} WHERE ${where} GROUP BY ALL ORDER BY person NULLS LAST, actor`,
    3,
  );
  const [person, actor, cells] = whole as [Int32Array, Int32Array, Int32Array];
  const rollUp = new RollUp(lattice, 1);
  forEachRun(person, 0, length, (key, start, end) => {
    rollUp.fill(cells, double, start, end);
    for (let at = 0; at < rollUp.count; at += 1) addPerson(counts, rollUp.cells[at]!, key, rollUp.sums[at]!);
    forEachRun(actor, start, end, (account, first, next) => {
      if (account === 0) return;
      // Of a person with one account it is there already.
      if (next - first < end - start) rollUp.fill(cells, double, first, next);
      for (let at = 0; at < rollUp.count; at += 1) counts.users[rollUp.cells[at]!]! += 1;
    });
  });
  return { lattice, counts };
}

/** Computes measures of `topicTable` in all cells of a lattice, each with the persons behind it. */
export async function countMeasures(
  connection: DuckDBConnection,
  dimensions: readonly CountedDimension[],
  measures: readonly CountedMeasure[],
): Promise<ReadonlyMap<CountedMeasure, MeasureCounts>> {
  const lattice = new Lattice(dimensions);
  const leaf = leafSql(lattice, dimensions);
  const counted = new Map<CountedMeasure, MeasureCounts>();
  for (const measure of measures) {
    const value = await measureValues(connection, lattice, leaf, measure);
    counted.set(measure, { value, ...(await measurePersons(connection, lattice, leaf, measure)) });
  }
  return counted;
}

/** Structure that has signals: how many classes, days and schools; no number of persons. */
export async function countStructure(
  connection: DuckDBConnection,
  dimensions: readonly CountedDimension[],
  columns: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Float64Array>> {
  const lattice = new Lattice(dimensions);
  const leaf = leafSql(lattice, dimensions);
  const counted = new Map<string, Float64Array>();
  for (const [name, column] of Object.entries(columns)) {
    const things = `SELECT DISTINCT ${column} AS thing, ${leaf} AS cell FROM ${signalTable} WHERE ${column} IS NOT NULL`;
    counted.set(name, await countThings(connection, lattice, things));
  }
  return counted;
}

async function measureValues(
  connection: DuckDBConnection,
  lattice: Lattice,
  leaf: string,
  { aggregate, where, name }: CountedMeasure,
): Promise<Float64Array> {
  const rows = `FROM ${topicTable} ${conditionSql(where)}`;
  switch (aggregate.kind) {
    case 'rows':
      return addUp(
        connection,
        lattice,
        `SELECT ${leaf} AS cell, CAST(count(*) AS DOUBLE) AS amount ${rows} GROUP BY cell`,
      );
    case 'sum': {
      const column = quoteName(aggregate.column);
      const isThere = `${rows} AND ${column} IS NOT NULL`;
      return addUp(
        connection,
        lattice,
        `SELECT ${leaf} AS cell, CAST(sum(${column}) AS DOUBLE) AS amount ${isThere} GROUP BY cell`,
      );
    }
    case 'distinct': {
      const column = quoteName(aggregate.column);
      const things = `SELECT DISTINCT ${column} AS thing, ${leaf} AS cell ${rows} AND ${column} IS NOT NULL`;
      return blankNothing(await countThings(connection, lattice, things));
    }
    case 'distinctPairs': {
      const pair = aggregate.columns.map(quoteName).join(', ');
      return blankNothing(
        await countThings(connection, lattice, `SELECT DISTINCT (${pair}) AS thing, ${leaf} AS cell ${rows}`),
      );
    }
    case 'latest':
      throw new Error(`${name} is a day: those have no persons behind them.`);
  }
}

/** The persons behind a measure, and those of the total that it is a part of. */
async function measurePersons(
  connection: DuckDBConnection,
  lattice: Lattice,
  leaf: string,
  measure: CountedMeasure,
): Promise<Omit<MeasureCounts, 'value'>> {
  const counts = { ...emptyCounts(lattice.size), others: new Int32Array(lattice.size) };
  const own = conditionSql(measure.where);
  const { length, whole, double } = await readColumns(
    connection,
    `SELECT person, ${leaf} AS cell, CAST(count(*) FILTER (${own}) AS DOUBLE) AS own_rows,
      CAST(count(*) FILTER (${conditionSql(measure.partOf ?? measure.where)}) AS DOUBLE) AS all_rows,
      CAST(coalesce(${weightSql(measure)} FILTER (${own}), 0) AS DOUBLE) AS weight
    FROM ${topicTable} GROUP BY ALL HAVING own_rows > 0 OR all_rows > 0 ORDER BY person NULLS LAST`,
    2,
  );
  const [person, cells] = whole as [Int32Array, Int32Array];
  const isCounted = countsPersons(measure.aggregate, measure.fact);
  const rollUp = new RollUp(lattice, 3);
  forEachRun(person, 0, length, (key, start, end) => {
    rollUp.fill(cells, double, start, end);
    for (let at = 0; at < rollUp.count; at += 1) {
      const cell = rollUp.cells[at]!;
      const ownRows = rollUp.sums[3 * at]!;
      if (rollUp.sums[3 * at + 1]! > ownRows) addOne(counts.others, cell, key);
      // Who is counted is one, in however many leaves.
      if (ownRows > 0) addPerson(counts, cell, key, isCounted ? 1 : rollUp.sums[3 * at + 2]!);
    }
  });
  return counts;
}

function addPerson(counts: CellCounts, cell: number, person: number, amount: number): void {
  addOne(counts.persons, cell, person);
  counts.total[cell]! += amount;
  if (amount > counts.largest[cell]!) counts.largest[cell] = amount;
}

/** Whoever is not known (0, the last one) may be anybody: somebody where nobody else is, and else no other person. */
function addOne(persons: Int32Array, cell: number, person: number): void {
  if (person !== 0 || persons[cell] === 0) persons[cell]! += 1;
}

/** How many different things each cell has. `things` is a query for each thing in each leaf that has it, as `thing` and `cell`. */
async function countThings(connection: DuckDBConnection, lattice: Lattice, things: string): Promise<Float64Array> {
  const { length, whole } = await readColumns(
    connection,
    `SELECT CAST(dense_rank() OVER (ORDER BY thing) AS INTEGER) AS number, cell FROM (${things}) ORDER BY number`,
    2,
  );
  const [numbers, cells] = whole as [Int32Array, Int32Array];
  const counts = new Float64Array(lattice.size);
  const rollUp = new RollUp(lattice, 0);
  forEachRun(numbers, 0, length, (_, start, end) => {
    rollUp.fill(cells, [], start, end);
    for (let at = 0; at < rollUp.count; at += 1) counts[rollUp.cells[at]!]! += 1;
  });
  return counts;
}

/** Adds amounts of leaves, columns `cell` and `amount`, up in all cells; NaN where there are none. */
async function addUp(connection: DuckDBConnection, lattice: Lattice, leaves: string): Promise<Float64Array> {
  const { length, whole, double } = await readColumns(connection, leaves, 1);
  const sums = new Float64Array(lattice.size).fill(NaN);
  const rollUp = new RollUp(lattice, 1);
  rollUp.fill(whole[0]!, double, 0, length);
  for (let at = 0; at < rollUp.count; at += 1) sums[rollUp.cells[at]!] = rollUp.sums[at]!;
  return sums;
}

/** A number of nothing is none. */
function blankNothing(counts: Float64Array): Float64Array {
  return counts.map((count) => (count === 0 ? NaN : count));
}

/** SQL of the cell in which a row stands. */
function leafSql(lattice: Lattice, dimensions: readonly CountedDimension[]): string {
  const parts = dimensions.map(({ column }, dimension) => `${lattice.stride(dimension)} * ${column}`);
  return `CAST(${parts.join(' + ')} AS INTEGER)`;
}
