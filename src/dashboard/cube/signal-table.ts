import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName, quoteText } from '../../catalogue/render/sql-text';
import { runStatement } from '../../engine/database';
import { factRelation, type SourceRelations } from '../../powerbi/measures/relations';
import type { FilterValue } from '../published';
import { kindGroupSql, kindPartSql, signalTypesOf, topicMeasures } from './kinds';
import { known, staffRoles, studentRole, valuesOf, valuesQuery, type SignalValues } from './signal-values';

/**
 * A row for each combination of nodes, account and person, with the number of its signals in `n`. Columns: `school`,
 * `role_group`, `role`, `app`, `device`, `class`, `hour`, `month`, `week`, `day`, `kind_group`, `kind_part`, `class_team`, `actor`,
 * `person`.
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
 * of names, 64-bit hashes instead of pseudonyms (among a million accounts, two are the same in one of 30 million lakes).
 * `person` is the person behind the account where the directory tells it: several accounts of one person are one (CELL1).
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
    ['week', values.weeks, values.months.length + 1],
    ['day', values.days, values.months.length + values.weeks.length + 1],
  ];
  for (const [name, list, first] of numbered) {
    const ids = list.map(({ id }) => quoteText(id)).join(', ');
    await run(
      `CREATE OR REPLACE TEMP TABLE dashboard_${name} AS SELECT unnest([${ids}]::VARCHAR[]) AS id, unnest(range(${first}, ${first + list.length}))::INTEGER AS node`,
    );
  }
  await run(`CREATE OR REPLACE TEMP TABLE dashboard_person AS
    SELECT "ObjectId_pseudonym" AS account, hash(min("PersonId_pseudonym")) AS person
    FROM ${relations.AadUserPersonMapping} GROUP BY ALL`);
  const types = [...new Set(topicMeasures.flatMap(signalTypesOf))].map(quoteText);
  await run(`CREATE OR REPLACE TEMP TABLE ${signalTable} AS
    SELECT ${nodeColumns(values)}, CAST(count(*) AS INTEGER) AS n FROM ${joined} GROUP BY ALL`);
  await run(`CREATE OR REPLACE TEMP TABLE ${topicTable} AS
    SELECT ${nodeColumns(values)}, ${topicColumns.map(topicColumn).join(', ')} FROM ${joined}
    WHERE "SignalType" IN (${types.join(', ')})`);
  return values;
}

function nodeColumns({ months, monthOfWeek }: SignalValues): string {
  return `school.node AS school, role_group.node AS role_group, role.node AS role, app.node AS app, device.node AS device, class.node AS class,
    CAST(24 * ("Weekday" - 1) + "Hour" + 1 AS INTEGER) AS hour,
    list_extract([${monthOfWeek.join(', ')}]::INTEGER[], week.node - ${months.length}) AS month, week.node AS week, day.node AS day,
    kind_group.node AS kind_group, kind_part.node AS kind_part,
    ${hashOf('ClassId_pseudonym')} AS class_team, ${hashOf('ActorId_pseudonym')} AS actor, coalesce(p.person, ${hashOf('ActorId_pseudonym')}) AS person`;
}

const roleGroupSql = `CASE ${known('ActorRole')} WHEN ${quoteText(studentRole)} THEN ${quoteText(studentRole)} ELSE ${quoteText(staffRoles)} END`;

const joined = `dashboard_source
    LEFT JOIN dashboard_person AS p ON p.account = "ActorId_pseudonym"
    JOIN dashboard_school AS school ON school.id = "SchoolId"
    JOIN dashboard_role AS role ON role.id = ${known('ActorRole')}
    JOIN dashboard_role AS role_group ON role_group.id = ${roleGroupSql}
    JOIN dashboard_app AS app ON app.id = ${known('AppName')}
    JOIN dashboard_device AS device ON device.id = ${known('UserAgent')}
    LEFT JOIN dashboard_class AS class ON class.id = "SectionId"
    JOIN dashboard_week AS week ON week.id = CAST("Week" AS VARCHAR)
    JOIN dashboard_day AS day ON day.id = CAST("Day" AS VARCHAR)
    JOIN dashboard_kind AS kind_group ON kind_group.id = ${kindGroupSql}
    JOIN dashboard_kind AS kind_part ON kind_part.id = ${kindPartSql}`;

function topicColumn(column: string): string {
  return column.endsWith('_pseudonym') ? `${hashOf(column)} AS ${quoteName(column)}` : quoteName(column);
}

/** An empty cell stays empty. */
function hashOf(column: string): string {
  return `CASE WHEN ${quoteName(column)} IS NOT NULL THEN hash(${quoteName(column)}) END`;
}
