import { quoteName } from '../../catalogue/render/sql-text';
import type { Treatment } from '../../catalogue/model';
import { isPseudonymised } from '../../catalogue/treatment';
import { toNumber } from '../../engine/database';
import type { Check, CheckReport } from '../check';
import { columnOf, generalName, hasField, hasHistory } from '../columns';
import type { RefinedTable, VerifyContext } from '../context';

/** The joins that the reports and dashboards make (lake-rules.md §7, last line). */
const neededJoins: readonly (readonly [from: string, to: string])[] = [
  ['activity.ActorId', 'AadUser.ObjectId'],
  ['activity.ClassId', 'AadGroup.ObjectId'],
  ['AadUserPersonMapping.ObjectId', 'AadUser.ObjectId'],
  ['AadUserPersonMapping.PersonId', 'Person.Id'],
  ['Enrollment.PersonId', 'Person.Id'],
  ['Enrollment.SectionId', 'Section.Id'],
  ['Section.OrganizationId', 'Organization.Id'],
  ['AadGroup.SectionId', 'Section.Id'],
];

/** In general, through pseudonyms, each join hits every row that it hits in Corrected through raw values. */
export const dashboardJoins: Check = {
  name: 'joins of the dashboards hit',
  rules: ['PRIV1', 'ROW17'],
  async run(context, report) {
    for (const [from, to] of neededJoins) {
      const [left, right] = [sideOf(from, context), sideOf(to, context)];
      if (left !== undefined && right !== undefined) await checkJoin(left, right, `${from} to ${to}`, context, report);
    }
  },
};

interface Side {
  readonly refined: RefinedTable;
  readonly raw: string;
  readonly published: string;
}

function sideOf(qualified: string, context: VerifyContext): Side | undefined {
  const [table = '', name = ''] = qualified.split('.');
  const refined = context.refinedTable(table);
  if (refined === undefined) return undefined;
  const published = generalName(columnOf(refined.table, name));
  // A missing column is a finding of the schema's check.
  if (published === undefined || !hasField(refined.general, published) || !hasField(refined.corrected, name))
    return undefined;
  return { refined, raw: name, published };
}

async function checkJoin(
  left: Side,
  right: Side,
  join: string,
  context: VerifyContext,
  report: CheckReport,
): Promise<void> {
  const place = { table: left.refined.table.name, column: left.raw };
  const isHistory = hasHistory(context.catalogue, left.refined.table) && hasField(left.refined.general, 'IsCurrent');
  const current = isHistory ? ' AND IsCurrent' : '';
  const [row = {}] = await context.query(
    `SELECT c.rows AS rows, c.hits AS corrected, g.hits AS general FROM
     (${hits(left.refined.corrected.relation, left.raw, right.refined.corrected.relation, right.raw, '')}) c,
     (${hits(left.refined.general.relation, left.published, right.refined.general.relation, right.published, current)}) g`,
    'joining tables',
    place,
  );
  const [rows, corrected, general] = [toNumber(row['rows']), toNumber(row['corrected']), toNumber(row['general'])];
  report.examine(rows);
  // More hits than in Corrected are fine: general keeps structure that left the snapshot (ROW15).
  const isKnownLeak =
    context.catalogue.profile === 'v0.2' && isPseudonymised(treatmentOf(left)) !== isPseudonymised(treatmentOf(right));
  if (general < corrected && isKnownLeak) {
    report.warning(`The profile v0.2 shows one side of the join ${join} raw, as upstream does: it cannot hit.`, place);
  } else if (general < corrected) {
    report.error(`The join ${join} hits fewer rows in general than in Corrected. Process the lake with --rebuild.`, {
      ...place,
      counts: { corrected, general },
    });
  }
  const unknown = rows - Math.max(general, corrected);
  if (unknown > 0) {
    report.warning(
      `The join ${join} does not hit every row: the source has values that the other table does not know.`,
      {
        ...place,
        counts: { rows, unknown },
      },
    );
  }
}

function treatmentOf({ refined, raw }: Side): Treatment {
  return columnOf(refined.table, raw).treatment;
}

function hits(from: string, column: string, to: string, target: string, condition: string): string {
  const quoted = quoteName(column);
  return `SELECT count(*) AS rows, count(*) FILTER (coalesce(${quoted} IN (SELECT ${quoteName(target)} FROM ${to}), false)) AS hits
    FROM ${from} WHERE ${quoted} IS NOT NULL${condition}`;
}
