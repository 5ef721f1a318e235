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

/** SQL of the general tables (strict profile, pseudonyms) that tell where a signal belongs: names or `read_parquet(…)`. */
export interface PlaceRelations {
  readonly activity: string;
  readonly aadGroup: string;
  readonly section: string;
  readonly aadUserPersonMapping: string;
  readonly personOrganizationRole: string;
}

/**
 * A query that gives each signal its school (ROW17): columns `SignalId` and `OrganizationId`, a row for each row of
 * activity. The school is the organisation of the class's section; of a signal without a class the organisation of the
 * actor's primary role; else `none`. A class that leads to no section counts as a class: its school is `none`, because
 * the actor's own school would be a guess. Several persons or primary roles of an actor: the smallest organisation id,
 * so that it is the same each time.
 */
export function signalSchoolQuery(relations: PlaceRelations): string {
  return `WITH class_school AS (
  SELECT g."ObjectId_pseudonym" AS class, min(s."OrganizationId") AS school
  FROM ${relations.aadGroup} AS g JOIN ${relations.section} AS s ON s."Id" = g."SectionId"
  GROUP BY g."ObjectId_pseudonym"
), actor_school AS (
  SELECT m."ObjectId_pseudonym" AS actor, min(r."OrganizationId") AS school
  FROM ${relations.aadUserPersonMapping} AS m
  JOIN ${relations.personOrganizationRole} AS r ON r."PersonId_pseudonym" = m."PersonId_pseudonym" AND r."IsPrimary"
  GROUP BY m."ObjectId_pseudonym"
)
SELECT a."SignalId", coalesce(CASE WHEN a."ClassId_pseudonym" IS NULL THEN p.school ELSE c.school END, ${quoteText(noSchool)}) AS "OrganizationId"
FROM ${relations.activity} AS a
LEFT JOIN class_school AS c ON c.class = a."ClassId_pseudonym"
LEFT JOIN actor_school AS p ON p.actor = a."ActorId_pseudonym"`;
}
