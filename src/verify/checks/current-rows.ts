import { quoteName } from '../../catalogue/render/sql-text';
import { generalColumns, lookupColumns, type RenderedColumn } from '../../catalogue/render/duckdb-treatment';
import { toNumber } from '../../engine/database';
import type { Check, CheckReport } from '../check';
import { hasField, hasHistory, verifySalt } from '../columns';
import type { RefinedTable, VerifyContext } from '../context';
import { rowKey } from '../entities';
import type { StageTable } from '../stage-table';

/**
 * No stale rows: general and sensitive are what the rows of Corrected become, cell by cell, and nothing more; only
 * structure that left the snapshot is kept, marked (ROW15). Without the salt the columns without pseudonyms are compared.
 */
export const currentRows: Check = {
  name: 'refined rows are those of Corrected',
  rules: ['ROW15', 'ROW14'],
  async run(context, report) {
    for (const refined of context.refined) {
      const { table, general, sensitive } = refined;
      const isHistory =
        hasHistory(context.catalogue, table) && hasField(general, 'IsCurrent') && hasField(general, 'GoneSince');
      if (isHistory) await checkMarks(refined, context, report);
      const current = isHistory ? `(SELECT * FROM ${general.relation} WHERE IsCurrent)` : general.relation;
      await compare(refined, general, current, generalColumns(table, verifySalt), context, report);
      if (sensitive !== undefined) {
        const lookup = lookupColumns(table, context.catalogue, verifySalt);
        if (isHistory) await compareKept(refined, sensitive, lookup, context, report);
        else await compare(refined, sensitive, sensitive.relation, lookup, context, report);
      }
    }
  },
};

/** Compares two tables as multisets, by the sum of their rows' hashes: one pass, constant memory. */
async function compare(
  { table, corrected }: RefinedTable,
  stage: StageTable,
  relation: string,
  rendered: readonly RenderedColumn[],
  context: VerifyContext,
  report: CheckReport,
): Promise<void> {
  const columns = comparable(rendered, stage, context);
  if (columns.length === 0) return;
  const place = { table: table.name };
  const sums = (select: readonly string[], from: string): string =>
    `SELECT count(*) AS rows, ${select.map((sql, index) => `sum(CAST(hash(${sql}) AS HUGEINT)) AS c${index}`).join(', ')},
     sum(CAST(hash(${select.join(', ')}) AS HUGEINT)) AS whole FROM ${from}`;
  const [expected = {}] = await context.query(
    sums(
      columns.map(({ sql }) => sql),
      corrected.relation,
    ),
    'refining Corrected once more',
    place,
  );
  const [actual = {}] = await context.query(
    sums(
      columns.map(({ name }) => quoteName(name)),
      relation,
    ),
    `reading ${stage.stage}`,
    place,
  );
  report.examine(toNumber(actual['rows']));
  const counts = { corrected: toNumber(expected['rows']), [stage.stage]: toNumber(actual['rows']) };
  if (expected['rows'] !== actual['rows']) {
    report.error(`${stage.stage} has another number of current rows than Corrected. Process the lake with --rebuild.`, {
      ...place,
      counts,
    });
    return;
  }
  const changed = columns.filter((_, index) => expected[`c${index}`] !== actual[`c${index}`]);
  for (const { name } of changed) {
    report.error(
      `${stage.stage} has a column whose values are not those that Corrected gives. Process the lake with --rebuild.`,
      {
        ...place,
        column: name,
      },
    );
  }
  if (changed.length === 0 && expected['whole'] !== actual['whole']) {
    report.error(`${stage.stage} has the right values in the wrong rows. Process the lake with --rebuild.`, place);
  }
}

/** What cannot be computed without a salt is left out; a missing column is a finding of the schema's check. */
function comparable(rendered: readonly RenderedColumn[], stage: StageTable, context: VerifyContext): RenderedColumn[] {
  return rendered.filter(({ name, sql }) => hasField(stage, name) && (context.hasSalt || !sql.includes(verifySalt)));
}

/** A lookup keeps what its general keeps (ROW15): every current row is there, and none whose key general does not have. */
async function compareKept(
  { table, corrected, general }: RefinedTable,
  sensitive: StageTable,
  rendered: readonly RenderedColumn[],
  context: VerifyContext,
  report: CheckReport,
): Promise<void> {
  const columns = comparable(rendered, sensitive, context);
  if (columns.length === 0) return;
  const place = { table: table.name };
  const select = columns.map(({ name, sql }) => `${sql} AS ${quoteName(name)}`).join(', ');
  const key = rowKey(table);
  const [row = {}] = await context.query(
    `SELECT (SELECT count(*) FROM (SELECT ${select} FROM ${corrected.relation}
       EXCEPT ALL SELECT ${columns.map(({ name }) => quoteName(name)).join(', ')} FROM ${sensitive.relation})) AS missing,
     (SELECT count(*) FROM ${sensitive.relation} WHERE ${key} NOT IN (SELECT ${key} FROM ${general.relation})) AS stale`,
    'comparing the lookup with Corrected',
    place,
  );
  report.examine(sensitive.rows);
  const [missing, stale] = [toNumber(row['missing']), toNumber(row['stale'])];
  if (missing + stale > 0) {
    report.error(
      'sensitive does not have the rows of Corrected and the kept rows of general. Process the lake with --rebuild.',
      {
        ...place,
        counts: { missing, stale },
      },
    );
  }
}

/** Kept rows say that they are not current, and since when; current ones say neither. */
async function checkMarks(
  { table, general }: RefinedTable,
  context: VerifyContext,
  report: CheckReport,
): Promise<void> {
  const place = { table: table.name };
  const [row = {}] = await context.query(
    `SELECT count(*) FILTER (IsCurrent IS NULL OR IsCurrent <> (GoneSince IS NULL)) AS wrong,
            count(*) FILTER (NOT IsCurrent) AS kept FROM ${general.relation}`,
    'looking at kept rows',
    place,
  );
  const [wrong, kept] = [toNumber(row['wrong']), toNumber(row['kept'])];
  if (wrong > 0) {
    report.error('General has rows whose IsCurrent and GoneSince contradict each other.', {
      ...place,
      counts: { rows: wrong },
    });
  }
  const told = general.commits.findLast(({ ledger }) => ledger !== undefined)?.ledger?.rows.kept;
  if (told !== undefined && told !== kept) {
    report.error('General has another number of kept rows than its ledger says.', {
      ...place,
      counts: { ledger: told, general: kept },
    });
  }
}
