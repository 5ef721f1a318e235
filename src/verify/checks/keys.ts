import { quoteName } from '../../catalogue/render/sql-text';
import { toNumber } from '../../engine/database';
import type { Check, CheckReport } from '../check';
import { columnOf, generalName, hasField, joined } from '../columns';
import type { VerifyContext } from '../context';
import type { StageTable } from '../stage-table';

/** Keys are unique and whole in Corrected and general; required columns are filled in Corrected (ROW10, ROW11). */
export const keys: Check = {
  name: 'keys are unique and required columns are filled',
  rules: ['ROW10', 'ROW11'],
  async run(context, report) {
    for (const { table, corrected, general } of context.refined) {
      const generalKey = table.key.flatMap((name) => generalName(columnOf(table, name)) ?? []);
      const required = table.columns.filter((column) => column.required && !table.key.includes(column.name));
      await checkKey(
        corrected,
        table.key,
        required.map(({ name }) => name),
        context,
        report,
      );
      await checkKey(general, generalKey, [], context, report);
    }
  },
};

async function checkKey(
  stage: StageTable,
  key: readonly string[],
  required: readonly string[],
  context: VerifyContext,
  report: CheckReport,
): Promise<void> {
  const place = { table: stage.table };
  // A missing column is a finding of the schema's check.
  if (!key.every((name) => hasField(stage, name))) return;
  const filled = [...key, ...required].filter((name) => hasField(stage, name));
  const nulls = filled.map((name, index) => `count(*) - count(${quoteName(name)}) AS nulls_${index}`);
  const [row = {}] = await context.query(
    `SELECT count(${joined(key)}) - count(DISTINCT ${joined(key)}) AS repeated, ${nulls.join(', ')} FROM ${stage.relation}`,
    'looking at keys',
    place,
  );
  report.examine();
  const repeated = toNumber(row['repeated']);
  if (repeated > 0) {
    report.error(`${stage.stage} has rows with a key that another row has: ${key.join(', ')}.`, {
      ...place,
      counts: { rows: repeated },
    });
  }
  filled.forEach((column, index) => {
    const count = toNumber(row[`nulls_${index}`]);
    if (count > 0) {
      const what = key.includes(column) ? 'a key column' : 'a required column';
      report.error(`${stage.stage} has rows where ${what} is empty.`, { ...place, column, counts: { rows: count } });
    }
  });
}
