import { signalFacts } from '../../catalogue/render/signal-facts';
import { localTime, signalPlace } from '../../catalogue/render/signal-place';
import { duckdbDialect } from '../../catalogue/render/sql-dialect';
import { quoteName } from '../../catalogue/render/sql-text';
import type { FactTable } from './measure';

/** Tables of general (strict profile) that measures need. */
export const sourceTables = [
  'activity',
  'AadGroup',
  'AadUser',
  'AadUserPersonMapping',
  'Enrollment',
  'Organization',
  'PersonOrganizationRole',
  'Section',
] as const;

/** SQL of each for FROM, such as a name or `read_parquet([…])`. */
export type SourceRelations = Readonly<Record<(typeof sourceTables)[number], string>>;

/**
 * A query of DuckDB for the rows that measures count, with the columns of every dimension beside those of general.
 * - `activity`: a row for each signal, with `Day`, `Week`, `Hour`, `Weekday` (ROW16), `SchoolId`, `School` (ROW17),
 *   `SectionId`, `Class`, the groups of signals, `MeetingMinutes` and `ReadingAccuracy`.
 * - `Section`: a row for each class of a known school. `Enrollment`: one for each enrolment in such a class and each role
 *   that the person's accounts have.
 *
 * The connection needs the `icu` extension and the time zone UTC, as `openDatabase` gives it.
 * @param timeZone IANA name; of use for `activity` only
 */
export function factRelation(fact: FactTable, relations: SourceRelations, timeZone: string): string {
  switch (fact) {
    case 'activity':
      return signalRelation(relations, timeZone);
    case 'Section':
      return `SELECT s.*, s."Id" AS "SectionId", ${structurePlace} FROM ${relations.Section} AS s ${schoolJoin(relations)}`;
    case 'Enrollment':
      return [
        `SELECT e.*, u."Role", ${structurePlace} FROM ${relations.Enrollment} AS e`,
        `JOIN ${relations.Section} AS s ON s."Id" = e."SectionId" ${schoolJoin(relations)}`,
        `JOIN (SELECT DISTINCT m."PersonId_pseudonym", u."Role" FROM ${relations.AadUserPersonMapping} AS m`,
        `JOIN ${relations.AadUser} AS u ON u."ObjectId_pseudonym" = m."ObjectId_pseudonym") AS u`,
        'ON u."PersonId_pseudonym" = e."PersonId_pseudonym"',
      ].join(' ');
  }
}

function signalRelation(relations: SourceRelations, timeZone: string): string {
  const place = signalPlace(
    {
      activity: relations.activity,
      aadGroup: relations.AadGroup,
      section: relations.Section,
      aadUserPersonMapping: relations.AadUserPersonMapping,
      personOrganizationRole: relations.PersonOrganizationRole,
    },
    duckdbDialect,
  );
  const local = localTime('a."StartTime"', timeZone);
  const facts = signalFacts.map(({ name, sql }) => `${sql(duckdbDialect)} AS ${quoteName(name)}`);
  return `WITH ${place.expressions}
SELECT a.*, ${local.day} AS "Day", ${local.weekStart} AS "Week", ${local.hour} AS "Hour",
  CAST(isodow(${local.day}) AS INTEGER) AS "Weekday", ${facts.join(', ')},
  ${place.section} AS "SectionId", n."Name" AS "Class", ${place.school} AS "SchoolId", coalesce(o."Name", ${place.school}) AS "School"
FROM ${relations.activity} AS a
${place.joins}
LEFT JOIN ${relations.Section} AS n ON n."Id" = ${place.section}
LEFT JOIN ${relations.Organization} AS o ON o."Id" = ${place.school}`;
}

const structurePlace = 's."Name" AS "Class", o."Id" AS "SchoolId", o."Name" AS "School"';

function schoolJoin(relations: SourceRelations): string {
  return `JOIN ${relations.Organization} AS o ON o."Id" = s."OrganizationId"`;
}
