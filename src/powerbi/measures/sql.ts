import { quoteName, quoteText } from '../../catalogue/render/sql-text';
import { InsightsError } from '../../contract/errors';
import { dimensionNamed, type DimensionName } from './dimensions';
import { isRatio, personColumns, type Aggregate, type Condition, type CountedMeasure, type FactTable } from './measure';
import { measureNamed } from './measures';

/** What a dimension must be: one of some values, or from a first to a last one (days as `yyyy-MM-dd`), both included. */
export type Filter =
  | { readonly dimension: DimensionName; readonly values: readonly (string | number)[] }
  | { readonly dimension: DimensionName; readonly from?: string | number; readonly until?: string | number };

export interface MeasureQuery {
  /** Of the name of each fact table that is asked for: a relation with the rows of `factRelation`. */
  readonly relation: string;
  readonly fact: FactTable;
  /** Counted measures of the fact table; a ratio's two sides with `countedMeasures`. */
  readonly measures: readonly CountedMeasure[];
  /** @default one row for everything */
  readonly by?: readonly DimensionName[];
  readonly filters?: readonly Filter[];
}

/** The counted measures that measures are made of, each once, by fact table. */
export function countedMeasures(names: readonly string[]): ReadonlyMap<FactTable, readonly CountedMeasure[]> {
  const counted = new Map<FactTable, CountedMeasure[]>();
  const add = (name: string): void => {
    const measure = measureNamed(name);
    if (isRatio(measure)) return [measure.numerator, measure.denominator].forEach(add);
    const list = counted.get(measure.fact) ?? [];
    if (!list.includes(measure)) counted.set(measure.fact, [...list, measure]);
  };
  names.forEach(add);
  return counted;
}

/**
 * A query of DuckDB that computes measures, a row for each combination of the dimensions that has rows. Columns: the
 * dimensions by their names in `dimensions`, then for each measure its value under its name and, under the names of
 * `factColumns`, what suppression must know (CELL1, CELL4). Nothing is suppressed here: see `shownValue`.
 * @throws InsightsError MEASURE_UNKNOWN for a dimension that the fact table does not have
 */
export function measureQuery({ relation, fact, measures, by = [], filters = [] }: MeasureQuery): string {
  // Under names of their own: a dimension may be called like a column.
  const keys = by.map((_, index) => `key_${index}`);
  const conditions = filters.map((filter) => filterCondition(filter, columnOf(filter.dimension, fact)));
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const grouping = by.map((name, index) => `, ${columnOf(name, fact)} AS key_${index}`);
  const source = `SELECT *${grouping.join('')} FROM ${relation}${where}`;
  const values = measures.map((measure) => `${aggregateSql(measure)} AS ${quoteName(measure.name)}`);
  const cells = `SELECT ${[...keys, ...values].join(', ')} FROM source${groupBy(keys)}`;
  const named = by.map((name, index) => `cells.key_${index} AS ${quoteName(name)}`);
  const person = personColumns[fact];
  if (person === undefined) {
    const names = measures.map(({ name }) => quoteName(name));
    return `WITH source AS (${source}), cells AS (${cells}) SELECT ${[...named, ...names].join(', ')} FROM cells`;
  }
  return `WITH source AS (${source}),
cells AS (${cells}),
persons AS (
  SELECT ${[...keys, `${quoteName(person)} AS person`, ...measures.flatMap(personFacts)].join(', ')}
  FROM source WHERE ${quoteName(person)} IS NOT NULL${groupBy([...keys, 'person'])}
), everybody AS (
  SELECT person, ${measures.map((_, index) => `sum(all_${index}) AS total_${index}`).join(', ')} FROM persons GROUP BY person
), groups AS (
  SELECT ${[...keys, ...measures.flatMap(groupFacts)].join(', ')} FROM persons JOIN everybody USING (person)${groupBy(keys)}
)
SELECT ${[...named, ...measures.flatMap((measure, index) => outputColumns(measure, index))].join(', ')}
FROM cells LEFT JOIN groups ON ${keys.map((key) => `cells.${key} IS NOT DISTINCT FROM groups.${key}`).join(' AND ') || 'true'}`;
}

/** Names of the columns beside a measure's value: persons behind it, others of its total, share of the one with most. */
export function factColumns(measure: string): {
  readonly persons: string;
  readonly others: string;
  readonly share: string;
} {
  return { persons: `${measure} persons`, others: `${measure} others`, share: `${measure} share` };
}

function personFacts(measure: CountedMeasure, index: number): string[] {
  const condition = conditionSql(measure.where);
  return [
    `count(*) FILTER (${condition}) AS rows_${index}`,
    `count(*) FILTER (${conditionSql(measure.partOf ?? measure.where)}) AS all_${index}`,
    `coalesce(${weightSql(measure)} FILTER (${condition}), 0) AS weight_${index}`,
  ];
}

/** Others are persons of the total who have something in it that is not of the cell. */
function groupFacts(_measure: CountedMeasure, index: number): string[] {
  return [
    `count(*) FILTER (rows_${index} > 0) AS persons_${index}`,
    `(SELECT count(*) FROM everybody WHERE total_${index} > 0) - count(*) FILTER (total_${index} > 0 AND rows_${index} >= total_${index}) AS others_${index}`,
    `max(weight_${index}) / nullif(sum(weight_${index}), 0) AS share_${index}`,
  ];
}

function outputColumns(measure: CountedMeasure, index: number): string[] {
  const { persons, others, share } = factColumns(measure.name);
  return [
    `cells.${quoteName(measure.name)}`,
    `coalesce(persons_${index}, 0) AS ${quoteName(persons)}`,
    `coalesce(others_${index}, 0) AS ${quoteName(others)}`,
    `share_${index} AS ${quoteName(share)}`,
  ];
}

export function aggregateSql({ aggregate, where }: CountedMeasure): string {
  const filter = ` FILTER (${conditionSql(where)})`;
  switch (aggregate.kind) {
    case 'rows':
      return `nullif(count(*)${filter}, 0)`;
    case 'distinct':
      return `nullif(count(DISTINCT ${quoteName(aggregate.column)})${filter}, 0)`;
    case 'distinctPairs':
      return `nullif(count(DISTINCT (${aggregate.columns.map(quoteName).join(', ')}))${filter}, 0)`;
    case 'sum':
      return `sum(${quoteName(aggregate.column)})${filter}`;
    case 'latest':
      return `max(${quoteName(aggregate.column)})${filter}`;
  }
}

/** What a row adds to a person's part of a number: its amount, or one. */
export function weightSql({ aggregate, fact }: CountedMeasure): string {
  if (aggregate.kind === 'sum') return `sum(${quoteName(aggregate.column)})`;
  return countsPersons(aggregate, fact) ? 'max(1)' : 'count(*)';
}

/** Of different persons each adds one, however many rows. */
export function countsPersons(aggregate: Aggregate, fact: FactTable): boolean {
  return aggregate.kind === 'distinct' && aggregate.column === personColumns[fact];
}

export function conditionSql(conditions: readonly Condition[]): string {
  if (conditions.length === 0) return 'WHERE true';
  const parts = conditions.map((condition) => {
    const column = quoteName(condition.column);
    if ('isIn' in condition) return `${column} IN (${condition.isIn.map(quoteText).join(', ')})`;
    if ('isNot' in condition) return `${column} <> ${quoteText(condition.isNot)}`;
    if ('isTrue' in condition) return column;
    if ('isNotAfter' in condition) return `${column} <= ${quoteName(condition.isNotAfter)}`;
    return `${column} IS NOT NULL`;
  });
  return `WHERE ${parts.join(' AND ')}`;
}

function filterCondition(filter: Filter, column: string): string {
  const constant = (value: string | number): string => (typeof value === 'number' ? String(value) : quoteText(value));
  if ('values' in filter) {
    // Nothing chosen is nothing, not everything.
    return filter.values.length === 0 ? 'false' : `${column} IN (${filter.values.map(constant).join(', ')})`;
  }
  const bounds = [
    ...(filter.from === undefined ? [] : [`${column} >= ${constant(filter.from)}`]),
    ...(filter.until === undefined ? [] : [`${column} <= ${constant(filter.until)}`]),
  ];
  return bounds.length === 0 ? 'true' : bounds.join(' AND ');
}

function columnOf(name: DimensionName, fact: FactTable): string {
  const { column, isStructure } = dimensionNamed(name);
  if (fact === 'activity' || isStructure) return quoteName(column);
  throw new InsightsError('MEASURE_UNKNOWN', `Measures of ${fact} have no dimension "${name}".`);
}

function groupBy(keys: readonly string[]): string {
  return keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`;
}
