import type { Catalogue } from '../model';
import { generalShape } from '../refined-shape';
import { reportViewNames } from './report-columns';
import { signalFacts } from './signal-facts';
import { placeTables, signalPlace, type PlaceRelations } from './signal-place';
import { tSqlDialect } from './sql-dialect';
import { quoteBracketName } from './sql-text';
import { markedView, someMonday, type SqlView } from './t-sql-views';

/**
 * Views for reports over those of general, so that a report computes nothing that needs its own code: signals with kind,
 * minutes and school (ROW17), and a calendar. Made after the others. None for the v0.2 profile, whose tables do not join,
 * nor without a table that they need.
 */
export function reportViews(catalogue: Catalogue): readonly SqlView[] {
  const names = new Set(catalogue.tables.map(({ name }) => name));
  const activity = catalogue.tables.find(({ name }) => name === 'activity');
  if (catalogue.profile !== 'strict' || activity === undefined) return [];
  if (Object.values(placeTables).some((name) => !names.has(name))) return [];
  const columns = [...generalShape(activity).map(({ name }) => name), 'Day', 'Week', 'Hour'];
  return [
    markedView(reportViewNames.activity, signalQuery(columns)),
    markedView(reportViewNames.calendar, calendarQuery()),
  ];
}

function signalQuery(columns: readonly string[]): string {
  const view = (name: string): string => `[dbo].${quoteBracketName(name)}`;
  const relations = Object.entries(placeTables).map(([relation, name]) => [relation, view(name)]);
  const place = signalPlace(Object.fromEntries(relations) as PlaceRelations, tSqlDialect);
  const computed = [
    `DATEDIFF(day, ${someMonday}, a.[Day]) % 7 + 1 AS [Weekday]`,
    ...signalFacts.map(({ name, sql }) => `${sql(tSqlDialect)} AS ${quoteBracketName(name)}`),
    `${place.school} AS [SchoolId]`,
  ];
  return [
    `WITH ${place.expressions}`,
    `SELECT ${columns.map((name) => `a.${quoteBracketName(name)}`).join(', ')},`,
    computed.map((column) => `  ${column}`).join(',\n'),
    `FROM ${view('activity')} AS a`,
    place.joins,
  ].join('\n');
}

/** Days enough for 27 years. */
function calendarQuery(): string {
  const digits = Array.from({ length: 10 }, (_, digit) => `(${digit})`).join(', ');
  const number = 'ones.[Digit] + 10 * tens.[Digit] + 100 * hundreds.[Digit] + 1000 * thousands.[Digit]';
  const week = `DATEADD(day, -(DATEDIFF(day, ${someMonday}, d.[Date]) % 7), d.[Date])`;
  const month = 'DATEADD(day, 1 - DATEPART(day, d.[Date]), d.[Date])';
  return [
    'WITH bounds AS (SELECT MIN([Day]) AS [First], MAX([Day]) AS [Last] FROM [dbo].[activity]),',
    `digits AS (SELECT v.[Digit] FROM (VALUES ${digits}) AS v([Digit])),`,
    `numbers AS (SELECT ${number} AS [Number]`,
    '  FROM digits AS ones CROSS JOIN digits AS tens CROSS JOIN digits AS hundreds CROSS JOIN digits AS thousands),',
    'days AS (SELECT CAST(DATEADD(day, n.[Number], b.[First]) AS DATE) AS [Date] FROM bounds AS b CROSS JOIN numbers AS n',
    '  WHERE n.[Number] <= DATEDIFF(day, b.[First], b.[Last]))',
    `SELECT d.[Date], CAST(${week} AS DATE) AS [WeekStart], CAST(${month} AS DATE) AS [MonthStart],`,
    '  DATEPART(year, d.[Date]) AS [Year] FROM days AS d',
  ].join('\n');
}
