import { isRatio, personColumns, type Condition, type CountedMeasure, type FactTable, type Measure } from './measure';
import { countsPersons } from './sql';
import { largestShare, smallestGroup } from './suppression';

/** Columns that a fact's relation has and its table of the model reaches in another table. */
const elsewhere: Readonly<Record<string, string>> = { 'Enrollment.Role': 'AadUser[Role]' };

/**
 * The expression of a measure. It shows nothing where the number stands for too few persons, leaves too few of the total
 * that a visual shows beside it, or comes mostly from one person (CELL1, CELL4), just as `shownValue` does in SQL:
 * - rows are chosen inside what the visual chooses (KEEPFILTERS), as FILTER does;
 * - an empty cell is no value of a distinct count, and a number of no rows is blank, as NULLIF makes it;
 * - the total is that of everything selected on the page (ALLSELECTED), as that of the query without its groups.
 */
export function measureDax(measure: Measure): string {
  if (isRatio(measure)) return `DIVIDE([${measure.numerator}], [${measure.denominator}])`;
  const value = calculate(aggregateDax(measure), filtersOf(measure.fact, measure.where));
  const person = personColumns[measure.fact];
  return person === undefined ? value : suppressed(measure, value, daxColumn(measure.fact, person));
}

function suppressed(measure: CountedMeasure, value: string, person: string): string {
  const { fact } = measure;
  const [cell, whole] = [filtersOf(fact, measure.where), filtersOf(fact, measure.partOf ?? measure.where)];
  const known = `NOT ISBLANK(${person})`;
  const rows = `COUNTROWS(${fact})`;
  const weight = weightDax(measure);
  const everybody = `ADDCOLUMNS(VALUES(${person}), "@Rows", ${calculate(rows, whole)})`;
  return [
    `VAR Persons = ${calculate(`DISTINCTCOUNTNOBLANK(${person})`, cell)}`,
    `VAR Everybody = CALCULATETABLE(${everybody}, ALLSELECTED(), KEEPFILTERS(${known}))`,
    `VAR Others = COUNTROWS(FILTER(Everybody, [@Rows] > ${calculate(rows, cell)}))`,
    `VAR Shares = ADDCOLUMNS(FILTER(VALUES(${person}), ${known}), "@Part", ${calculate(weight, cell)})`,
    `VAR Largest = MAXX(Shares, [@Part])`,
    `VAR Together = SUMX(Shares, [@Part])`,
    'RETURN',
    `\tIF(`,
    `\t\tPersons >= ${smallestGroup} && (Others = 0 || Others >= ${smallestGroup}) && Largest <= ${largestShare} * Together,`,
    `\t\t${value}`,
    `\t)`,
  ].join('\n');
}

function aggregateDax({ aggregate, fact }: CountedMeasure): string {
  switch (aggregate.kind) {
    case 'rows':
      return `COUNTROWS(${fact})`;
    case 'distinct':
      return `DISTINCTCOUNTNOBLANK(${daxColumn(fact, aggregate.column)})`;
    case 'distinctPairs':
      return `COUNTROWS(SUMMARIZE(${fact}, ${aggregate.columns.map((column) => daxColumn(fact, column)).join(', ')}))`;
    case 'sum':
      return `SUM(${daxColumn(fact, aggregate.column)})`;
    case 'latest':
      return `MAX(${daxColumn(fact, aggregate.column)})`;
  }
}

function weightDax({ aggregate, fact }: CountedMeasure): string {
  if (aggregate.kind === 'sum') return `SUM(${daxColumn(fact, aggregate.column)})`;
  return countsPersons(aggregate, fact) ? `IF(NOT ISEMPTY(${fact}), 1)` : `COUNTROWS(${fact})`;
}

function filtersOf(fact: FactTable, conditions: readonly Condition[]): string[] {
  // The relationship of sections and schools is not active; a class of an unknown school counts nowhere, as in SQL.
  const school = fact === 'activity' ? [] : ['TREATAS(VALUES(Organization[Id]), Section[OrganizationId])'];
  return [...school, ...conditions.map((condition) => conditionDax(fact, condition))].map(
    (filter) => `KEEPFILTERS(${filter})`,
  );
}

function conditionDax(fact: FactTable, condition: Condition): string {
  const column = daxColumn(fact, condition.column);
  if ('isIn' in condition) return `${column} IN {${condition.isIn.map(quoteDax).join(', ')}}`;
  // A blank is different from every text in DAX, and from none in SQL.
  if ('isNot' in condition) return `NOT ISBLANK(${column}) && ${column} <> ${quoteDax(condition.isNot)}`;
  if ('isTrue' in condition) return `${column} = TRUE()`;
  if ('isNotAfter' in condition) return `${column} <= ${daxColumn(fact, condition.isNotAfter)}`;
  return `NOT ISBLANK(${column})`;
}

function calculate(expression: string, filters: readonly string[]): string {
  return `CALCULATE(${[expression, ...filters].join(', ')})`;
}

export function daxColumn(table: string, column: string): string {
  return elsewhere[`${table}.${column}`] ?? `${table}[${column}]`;
}

/** A text constant of DAX. */
export function quoteDax(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
