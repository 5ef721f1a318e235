import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName, quoteText } from '../../catalogue/render/sql-text';
import { runStatement } from '../../engine/database';
import { factRelation, type SourceRelations } from '../../powerbi/measures/relations';
import type { FilterValue } from '../published';
import { kindPartSql, signalTypesOf, topicMeasures } from './kinds';
import { known, valuesOf, valuesQuery, type SignalValues } from './signal-values';

/**
 * A row for each signal. Columns: the nodes `school`, `role`, `app`, `device`, `class`, `hour`, `week`, `day` and `kind`, each of them the
 * lowest of its dimension; `class_team`; `actor` and `person`, numbers from 1. The last four are empty where it is not known.
 */
export const signalTable = 'dashboard_signals';

/** A row for each signal that a topic measure is about: the same columns, and those that the measures read. */
export const topicTable = 'dashboard_topics';

/** Columns that topic measures read; identifiers become hashes. */
const topicColumns: readonly string[] = [
  ...new Set(
    topicMeasures.flatMap(({ aggregate, where }) => [
      ...('columns' in aggregate ? aggregate.columns : 'column' in aggregate ? [aggregate.column] : []),
      ...where.flatMap((condition) => [condition.column, ...('isNotAfter' in condition ? [condition.isNotAfter] : [])]),
    ]),
  ),
];

/**
 * Makes two tables of small numbers out of the signals of a lake, so that counting is fast: nodes of the dimensions instead
 * of names, numbers of accounts and persons instead of pseudonyms.
 * `person` is the person behind the account where the directory tells it: several accounts of one person are one (CELL1).
 * Persons of one school have numbers near each other, because they are counted in cells near each other.
 * @throws InsightsError DASHBOARD_FAILED
 */
export async function makeSignalTables(
  connection: DuckDBConnection,
  relations: SourceRelations,
  timeZone: string,
): Promise<SignalValues> {
  const run = (sql: string) =>
    runStatement(connection, sql, {
      code: 'DASHBOARD_FAILED',
      doing: 'counting signals',
      place: { table: 'activity' },
    });
  await run(`CREATE OR REPLACE TEMP VIEW dashboard_source AS ${factRelation('activity', relations, timeZone)}`);
  const [row = {}] = await run(valuesQuery('dashboard_source'));
  const values = valuesOf(row);
  const numbered: readonly (readonly [name: string, values: readonly FilterValue[], first: number])[] = [
    ['school', values.schools, 1],
    ['role', values.roles, 1],
    ['app', values.apps, 1],
    ['device', values.devices, 1],
    ['class', values.classes, values.schools.length + 1],
    ['kind', values.kinds, 1],
  ];
  for (const [name, list, first] of numbered) {
    const ids = list.map(({ id }) => quoteText(id)).join(', ');
    await run(
      `CREATE OR REPLACE TEMP TABLE dashboard_${name} AS SELECT unnest([${ids}]::VARCHAR[]) AS id, unnest(range(${first}, ${first + list.length}))::INTEGER AS node`,
    );
  }
  await run(`CREATE OR REPLACE TEMP TABLE dashboard_actor AS
    SELECT a.account, CAST(row_number() OVER () AS INTEGER) AS actor,
      CAST(dense_rank() OVER (ORDER BY s.school, p.person, CASE WHEN p.person IS NULL THEN a.account END) AS INTEGER) AS person
    FROM (SELECT DISTINCT "ActorId_pseudonym" AS account FROM ${relations.activity} WHERE account IS NOT NULL) AS a
    LEFT JOIN (
      SELECT "ObjectId_pseudonym" AS account, min("PersonId_pseudonym") AS person
      FROM ${relations.AadUserPersonMapping} GROUP BY ALL
    ) AS p ON p.account = a.account
    LEFT JOIN (
      SELECT "PersonId_pseudonym" AS person, min("OrganizationId") AS school
      FROM ${relations.PersonOrganizationRole} GROUP BY ALL
    ) AS s ON s.person = p.person`);
  const types = [...new Set(topicMeasures.flatMap(signalTypesOf))].map(quoteText);
  await run(`CREATE OR REPLACE TEMP TABLE ${signalTable} AS SELECT ${nodeColumns(values)} FROM ${joined}`);
  await run(`CREATE OR REPLACE TEMP TABLE ${topicTable} AS
    SELECT ${nodeColumns(values)}, ${topicColumns.map(topicColumn).join(', ')} FROM ${joined}
    WHERE "SignalType" IN (${types.join(', ')})`);
  return values;
}

/** Days and weeks from the first to the last have nodes one after the other. */
function nodeColumns({ months, weeks, days }: SignalValues): string {
  const since = (column: string, unit: number, [first]: readonly FilterValue[], node: number): string =>
    `CAST(${node} + date_diff('day', DATE '${first?.id ?? ''}', ${quoteName(column)}) // ${unit} AS INTEGER)`;
  return `school.node AS school, role.node AS role, app.node AS app, device.node AS device, class.node AS class, kind.node AS kind,
    CAST(24 * ("Weekday" - 1) + "Hour" + 1 AS INTEGER) AS hour,
    ${since('Week', 7, weeks, months.length + 1)} AS week, ${since('Day', 1, days, months.length + weeks.length + 1)} AS day,
    ${hashOf('ClassId_pseudonym')} AS class_team, actor.actor, actor.person`;
}

const joined = `dashboard_source
    LEFT JOIN dashboard_actor AS actor ON actor.account = "ActorId_pseudonym"
    JOIN dashboard_school AS school ON school.id = "SchoolId"
    JOIN dashboard_role AS role ON role.id = ${known('ActorRole')}
    JOIN dashboard_app AS app ON app.id = ${known('AppName')}
    JOIN dashboard_device AS device ON device.id = ${known('UserAgent')}
    LEFT JOIN dashboard_class AS class ON class.id = "SectionId"
    JOIN dashboard_kind AS kind ON kind.id = ${kindPartSql}`;

function topicColumn(column: string): string {
  return column.endsWith('_pseudonym') ? `${hashOf(column)} AS ${quoteName(column)}` : quoteName(column);
}

/** An empty cell stays empty. */
function hashOf(column: string): string {
  return `CASE WHEN ${quoteName(column)} IS NOT NULL THEN hash(${quoteName(column)}) END`;
}
