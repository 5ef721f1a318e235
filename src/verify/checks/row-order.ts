import { quoteName } from '../../catalogue/render/sql-text';
import { quoteList, toNumber } from '../../engine/database';
import type { Check, CheckReport } from '../check';
import { generalName, isHashed } from '../columns';
import type { VerifyContext } from '../context';
import { localFiles, type StageTable } from '../stage-table';

/** Row order tells who is who: Refined tables about persons lie in the order of their digests (PRIV2). */
export const rowOrder: Check = {
  name: 'rows about persons lie in digest order',
  rules: ['PRIV2'],
  async run(context, report) {
    for (const { table, general, sensitive } of context.refined) {
      if (!table.aboutPersons) continue;
      const pseudonyms = table.columns.filter(isHashed).flatMap((column) => generalName(column) ?? []);
      const keyFirst = [
        ...pseudonyms.filter((name) => table.key.some((key) => name === `${key}_pseudonym`)),
        ...pseudonyms,
      ];
      for (const stage of [general, sensitive]) {
        const column = keyFirst.find((name) => stage?.fields.some((field) => field.name === name));
        if (stage !== undefined && column !== undefined) await checkOrder(stage, column, context, report);
      }
    }
  },
};

async function checkOrder(
  stage: StageTable,
  column: string,
  context: VerifyContext,
  report: CheckReport,
): Promise<void> {
  const files = localFiles(stage.files);
  if (files.length === 0) return;
  const quoted = quoteName(column);
  const [row = {}] = await context.query(
    `SELECT count(*) AS rows, count(*) FILTER (value < previous) AS disordered FROM (
       SELECT ${quoted} AS value, lag(${quoted}) OVER (PARTITION BY filename ORDER BY file_row_number) AS previous
       FROM read_parquet(${quoteList(files)}, filename = true, file_row_number = true, union_by_name = true))`,
    'looking at the order of rows',
    { table: stage.table },
  );
  report.examine(toNumber(row['rows']));
  const disordered = toNumber(row['disordered']);
  if (disordered > 0) {
    report.error(
      `${stage.stage} is not in ascending order of ${column}: the order can be the delivered one. Process the lake with --rebuild.`,
      {
        table: stage.table,
        column,
        counts: { rows: disordered },
      },
    );
  }
}
