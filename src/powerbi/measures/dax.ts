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

/**
 * `Persons`, `Others` and the largest part, as `sql.ts` counts them. A row for each person of each cell is asked for where
 * nothing cheaper decides, because DirectQuery takes a million rows of one query:
 * - who is not in the cell at all is among the others, so that 5 of those are enough;
 * - a number of persons has parts of one each, never more than 80 % of 5 or more;
 * - nobody has more rows in a cell than in everything selected, where one row for each person tells the most.
 */
function suppressed(measure: CountedMeasure, value: string, person: string): string {
  const { fact, aggregate } = measure;
  const [cell, whole] = [filtersOf(fact, measure.where), filtersOf(fact, measure.partOf ?? measure.where)];
  const known = `NOT ISBLANK(${person})`;
  const rows = `COUNTROWS(${fact})`;
  const persons = `DISTINCTCOUNTNOBLANK(${person})`;
  const everybody = `ADDCOLUMNS(VALUES(${person}), "@Rows", ${calculate(rows, whole)})`;
  const arePersons = countsPersons(aggregate, fact);
  return [
    `VAR Persons = ${calculate(persons, cell)}`,
    `VAR Outside = CALCULATE(${calculate(persons, whole)}, ALLSELECTED()) - Persons`,
    `VAR Everybody = CALCULATETABLE(${everybody}, ALLSELECTED(), KEEPFILTERS(${known}))`,
    `VAR Others = IF(Outside >= ${smallestGroup}, Outside, COUNTROWS(FILTER(Everybody, [@Rows] > ${calculate(rows, cell)})))`,
    ...(arePersons ? [] : largestPart(measure, cell, person)),
    'RETURN',
    `\tIF(`,
    `\t\tPersons >= ${smallestGroup} && (Others = 0 || Others >= ${smallestGroup})${arePersons ? '' : ' && NOT IsOfOne'},`,
    `\t\t${value}`,
    `\t)`,
  ].join('\n');
}

/** `IsOfOne`: whether one person makes up more than 80 % (CELL4). A sum may have parts below zero: it is never cut short. */
function largestPart({ fact, aggregate }: CountedMeasure, cell: readonly string[], person: string): readonly string[] {
  const known = `NOT ISBLANK(${person})`;
  const isSum = aggregate.kind === 'sum';
  const weight = isSum ? `SUM(${daxColumn(fact, aggregate.column)})` : `COUNTROWS(${fact})`;
  const shares = `ADDCOLUMNS(FILTER(VALUES(${person}), ${known}), "@Part", ${calculate(weight, cell)})`;
  const isMore = `MAXX(Shares, [@Part]) > ${largestShare} * SUMX(Shares, [@Part])`;
  if (isSum) return [`VAR Shares = ${shares}`, `VAR IsOfOne = ${isMore}`];
  const together = calculate(weight, [...cell, `KEEPFILTERS(${known})`]);
  return [
    `VAR Together = ${together}`,
    `VAR IsOfOne = IF(MAXX(Everybody, [@Rows]) <= ${largestShare} * Together, FALSE(), VAR Shares = ${shares} RETURN ${isMore})`,
  ];
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

function daxColumn(table: string, column: string): string {
  return elsewhere[`${table}.${column}`] ?? `${table}[${column}]`;
}

/** A text constant of DAX. */
export function quoteDax(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
