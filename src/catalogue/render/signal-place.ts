import { duckdbDialect, type SqlDialect } from './sql-dialect';
import { quoteText } from './sql-text';

/** Value of a signal's school where neither a class nor a role tells it (ROW17). */
export const noSchool = 'none';

/**
 * SQL of when a signal happened in an institution's own time (ROW16): StartTime is UTC, and day, week and hour are those
 * of the environment's IANA time zone, daylight saving time included. DuckDB needs its `icu` extension.
 * @param timestamp SQL of a TIMESTAMPTZ
 * @param timeZone IANA name such as `America/Los_Angeles`
 */
export function localTime(timestamp: string, timeZone: string): LocalTime {
  const local = `timezone(${quoteText(timeZone)}, ${timestamp})`;
  return {
    day: `CAST(${local} AS DATE)`,
    weekStart: `CAST(date_trunc('week', ${local}) AS DATE)`,
    hour: `CAST(hour(${local}) AS INTEGER)`,
  };
}

export interface LocalTime {
  /** DATE. */
  readonly day: string;
  /** DATE: the Monday with which the ISO week begins. */
  readonly weekStart: string;
  /** INTEGER, 0 to 23. */
  readonly hour: string;
}

/** The general tables (strict profile, pseudonyms) that tell where a signal belongs. */
export const placeTables = {
  activity: 'activity',
  aadGroup: 'AadGroup',
  section: 'Section',
  aadUserPersonMapping: 'AadUserPersonMapping',
  personOrganizationRole: 'PersonOrganizationRole',
} as const;

/** SQL of them for FROM: names or `read_parquet(…)`. */
export type PlaceRelations = Readonly<Record<keyof typeof placeTables, string>>;

/** SQL of where a signal belongs, to be put together around `activity AS a`. */
export interface SignalPlace {
  /** Common table expressions, without WITH. */
  readonly expressions: string;
  /** Joins of them to `a`; none multiplies its rows. */
  readonly joins: string;
  /** The section of the signal's class; null where there is none. */
  readonly section: string;
  /** The school (ROW17); never null. */
  readonly school: string;
}

/**
 * Where a signal belongs (ROW17): its school is the organisation of the class's section; of a signal without a class the
 * organisation of the actor's primary role; else `none`. A class that leads to no section counts as a class: its school is
 * `none`, because the actor's own school would be a guess. Several persons or primary roles of an actor: the smallest
 * organisation id, so that it is the same each time.
 */
export function signalPlace(relations: PlaceRelations, dialect: SqlDialect): SignalPlace {
  const q = dialect.quoteName;
  return {
    expressions: `class_place AS (
  SELECT g.${q('ObjectId_pseudonym')} AS class, min(s.${q('Id')}) AS section, min(s.${q('OrganizationId')}) AS school
  FROM ${relations.aadGroup} AS g JOIN ${relations.section} AS s ON s.${q('Id')} = g.${q('SectionId')}
  GROUP BY g.${q('ObjectId_pseudonym')}
), actor_place AS (
  SELECT m.${q('ObjectId_pseudonym')} AS actor, min(r.${q('OrganizationId')}) AS school
  FROM ${relations.aadUserPersonMapping} AS m
  JOIN ${relations.personOrganizationRole} AS r
    ON r.${q('PersonId_pseudonym')} = m.${q('PersonId_pseudonym')} AND ${dialect.isTrue(`r.${q('IsPrimary')}`)}
  GROUP BY m.${q('ObjectId_pseudonym')}
)`,
    joins: `LEFT JOIN class_place AS c ON c.class = a.${q('ClassId_pseudonym')}
LEFT JOIN actor_place AS p ON p.actor = a.${q('ActorId_pseudonym')}`,
    section: 'c.section',
    school: `coalesce(CASE WHEN a.${q('ClassId_pseudonym')} IS NULL THEN p.school ELSE c.school END, ${dialect.quoteText(noSchool)})`,
  };
}

/** A query that gives each signal its school: columns `SignalId` and `OrganizationId`, a row for each row of activity. */
export function signalSchoolQuery(relations: PlaceRelations): string {
  const { expressions, joins, school } = signalPlace(relations, duckdbDialect);
  return `WITH ${expressions}
SELECT a."SignalId", ${school} AS "OrganizationId"
FROM ${relations.activity} AS a
${joins}`;
}
