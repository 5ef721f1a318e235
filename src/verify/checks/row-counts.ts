import { quoteList, toNumber } from '../../engine/database';
import type { Check, CheckReport } from '../check';
import type { DataFile, StageTable } from '../stage-table';

/** What the log says about a file is what the file holds: rows by its own footer, bytes by the store. */
export const rowCounts: Check = {
  name: 'files hold the rows that the log counts',
  rules: ['ROW14'],
  async run(context, report) {
    for (const stage of context.tables.flatMap(({ stages }) => [...stages.values()])) sayNotLoaded(stage, report);
    const files = context.tables.flatMap(({ stages }) =>
      [...stages.values()].flatMap((stage) => stage.files.map((file) => ({ stage, file }))),
    );
    const locals = new Map<string, { readonly table: string; readonly stage: string; readonly file: DataFile }>();
    for (const { stage, file } of files) {
      if (file.local !== undefined) locals.set(file.local, { table: stage.table, stage: stage.stage, file });
    }
    if (locals.size === 0) return;
    const rows = await context.query(
      `SELECT file_name, num_rows FROM parquet_file_metadata(${quoteList([...locals.keys()])})`,
      'reading the footers of the data files',
    );
    for (const { file_name: name, num_rows: count } of rows) {
      const known = locals.get(String(name));
      if (known === undefined) continue;
      report.examine();
      const place = { table: known.table, file: known.file.path };
      const actual = toNumber(count);
      if (known.file.rows === undefined) {
        report.error(`A file of ${known.stage} has no numRecords in the log.`, place);
      } else if (known.file.rows !== actual) {
        report.error(`A file of ${known.stage} holds another number of rows than the log says.`, {
          ...place,
          counts: { log: known.file.rows, file: actual },
        });
      }
    }
  },
};

/** The checks read the files themselves then, and each that cannot says so. */
function sayNotLoaded({ stage, table, notLoaded }: StageTable, report: CheckReport): void {
  if (notLoaded === undefined) return;
  report.warning(`The rows of ${stage} could not be loaded${notLoaded}; each check reads its files instead.`, {
    table,
  });
}
