import { quoteText } from '../../catalogue/render/sql-text';
import { lookupColumns } from '../../catalogue/render/duckdb-treatment';

import type { Check, CheckReport } from '../check';
import { allowedGeneralFields } from '../columns';
import type { RefinedTable, VerifyContext } from '../context';
import type { DeltaField } from '../../lake/delta-relation';
import type { StageTable } from '../stage-table';

/** Names, types and order are those of the catalogue. General fails closed: what is not allowed is an error. */
export const schemas: Check = {
  name: 'schema equals the catalogue',
  rules: ['PRIV1', 'ROW7'],
  async run(context, report) {
    for (const refined of context.refined) {
      const { table, ingested, corrected, general, sensitive } = refined;
      compare(
        corrected,
        table.columns.map(({ name, type }) => ({ name, type })),
        report,
      );
      compare(general, allowedGeneralFields(context.catalogue, table), report);
      compareIngested(ingested, report);
      const lookup = lookupColumns(table, context.catalogue).map(({ name, type }) => ({ name, type }));
      if (lookup.length > 0 && sensitive === undefined) {
        report.error('The table has protected columns, but no lookup in sensitive.', { table: table.name });
      } else if (sensitive !== undefined) {
        if (lookup.length === 0)
          report.error('Sensitive has a lookup that the catalogue does not ask for.', { table: table.name });
        else compare(sensitive, lookup, report);
      }
      await compareFiles(refined, context, report);
    }
  },
};

function compare(stage: StageTable, expected: readonly DeltaField[], report: CheckReport): void {
  report.examine();
  const place = { table: stage.table };
  if (stage.partitionColumns.length > 0) {
    report.error(`${stage.stage} is partitioned: values would stand in folder names.`, place);
  }
  const actual = new Map(stage.fields.map((field) => [field.name, field.type]));
  const allowed = new Map(expected.map((field) => [field.name, field.type]));
  const unknown = [...actual.keys()].filter((name) => !allowed.has(name));
  const missing = [...allowed.keys()].filter((name) => !actual.has(name));
  for (const column of unknown) {
    report.error(`${stage.stage} has a column that the catalogue does not allow there.`, { ...place, column });
  }
  for (const column of missing) report.error(`${stage.stage} lacks a column of the catalogue.`, { ...place, column });
  for (const [column, type] of allowed) {
    const found = actual.get(column);
    if (found !== undefined && found !== type) {
      report.error(`${stage.stage} has a column of type ${found} where the catalogue says ${type}.`, {
        ...place,
        column,
      });
    }
  }
  const order = (fields: readonly DeltaField[]): string => fields.map(({ name }) => name).join('\n');
  if (unknown.length + missing.length === 0 && order(stage.fields) !== order(expected)) {
    report.error(`${stage.stage} has the catalogue's columns in another order.`, place);
  }
}

function compareIngested(stage: StageTable, report: CheckReport): void {
  report.examine();
  const cells = stage.fields.filter(({ name }) => /^_c\d+$/.test(name));
  const own = [...cells.map((_, index) => `_c${index}:string`), 'rundate:timestamp', '_batch:long', '_file:string'];
  if (stage.fields.map(({ name, type }) => `${name}:${type}`).join('\n') !== own.join('\n') || cells.length === 0) {
    report.error('Ingested does not have the columns _c0 … _cn, rundate, _batch and _file.', { table: stage.table });
  }
}

/** Bytes can be in a file without being in the log's schema: readers of the plain parquet would see them. */
async function compareFiles(
  { table, general }: RefinedTable,
  context: VerifyContext,
  report: CheckReport,
): Promise<void> {
  const allowed = new Set(allowedGeneralFields(context.catalogue, table).map(({ name }) => name));
  for (const { path: file, local } of general.files) {
    if (local === undefined) continue;
    const rows = await context.query(
      `SELECT name FROM parquet_schema(${quoteText(local)}) WHERE num_children IS NULL`,
      'reading the schema of a data file',
      { table: table.name, file },
    );
    report.examine();
    for (const { name } of rows) {
      if (allowed.has(String(name))) continue;
      report.error('A file of general has a column that the catalogue does not allow there.', {
        table: table.name,
        file,
        column: String(name),
      });
    }
  }
}
