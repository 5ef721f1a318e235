import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteText } from '../catalogue/render/sql-text';
import type { Table } from '../catalogue/model';
import type { LandedEvent, RejectCounts, ReportMessage, UnitFinding } from '../contract/lake-format';
import { checkFile, refusedRows, type CheckedFile } from './check-rows';
import type { StagedFile } from './data-file';
import { runStatement, toNumber } from './database';
import type { EngineContext } from './engine-context';
import { typeWithoutRefusals } from './large-batch';
import type { RawBatch, RawFile } from './read-batch';
import { locateRefused, unreadableRows, type RejectedRow } from './rejected-rows';
import { resolveKeys } from './resolve-keys';
import { cell, type ColumnOrder } from './row-rules';
import { settleColumns, type SettleOptions } from './settle-columns';

/** A batch as typed rows with unique keys, and what became of the others. */
export interface CorrectedBatch {
  /** SQL relation with the catalogue's columns in order; keys are unique in it. */
  readonly relation: string;
  readonly rows: number;
  readonly duplicates: number;
  /** All reasons, those of reading included. */
  readonly rejected: RejectCounts;
  readonly rejectedRows: readonly RejectedRow[];
  /** The settled order of the first file with rows, as column names. */
  readonly columns: readonly string[];
  /** The typed rows as a file already, when the batch is large. */
  readonly staged: StagedFile | undefined;
  readonly messages: readonly ReportMessage[];
  /** Set when the batch may not go on (ROW10). */
  readonly failure: UnitFinding | undefined;
}

/** Settles columns, types, refuses and resolves keys for one batch (lake-rules.md §2). Writes nothing but staged files. */
export async function correctBatch(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedEvent,
  raw: RawBatch,
  settle: Omit<SettleOptions, 'columnOrder'>,
): Promise<CorrectedBatch> {
  const messages: ReportMessage[] = [];
  const rejected: Record<string, number> = { ...raw.rejected };
  const checked: CheckedFile[] = [];
  for (const [index, file] of raw.files.entries()) {
    if (file.readable === 0) continue;
    const settled = await settleFile(context, connection, table, batch, file, settle);
    messages.push(...settled.messages, ...(await derivedColumnWarnings(connection, table, file, settled.order)));
    checked.push(await checkFile(connection, table, batch, file, settled.order, index, raw.isLarge));
  }
  const [only] = checked;
  const typed =
    raw.isLarge && only !== undefined && checked.length === 1 && batch.kind !== 'delete'
      ? await typeWithoutRefusals(context, connection, table, batch, only.file, only.order)
      : undefined;
  const resolved = await resolveKeys(context, connection, table, batch, checked, raw.isLarge, typed);
  const rejectedRows = raw.files.flatMap(unreadableRows);
  for (const [index, one] of checked.entries()) {
    const refused = [
      ...(resolved.passing < raw.readable ? await refusedRows(connection, table, one) : []),
      ...(resolved.conflicts[index] ?? []),
    ];
    for (const { reason } of refused) rejected[reason] = (rejected[reason] ?? 0) + 1;
    rejectedRows.push(...(await locateRefused(one.file, refused)));
  }
  const counts = rejected as RejectCounts;
  return {
    relation: resolved.relation,
    rows: resolved.rows,
    duplicates: resolved.duplicates,
    rejected: counts,
    rejectedRows,
    columns: (checked[0]?.order ?? table.columns).map((column) => column.name),
    staged: resolved.staged,
    messages,
    failure: thresholdFinding(context, table, raw, counts),
  };
}

/** ROW10: more than 5 % and more than 10 rows, or every row, header rows not counted. */
function thresholdFinding(
  context: EngineContext,
  table: Table,
  raw: RawBatch,
  rejected: RejectCounts,
): UnitFinding | undefined {
  const base = raw.records - (rejected.header_row ?? 0);
  const refused = Object.entries(rejected).reduce((sum, [reason, n]) => sum + (reason === 'header_row' ? 0 : n), 0);
  const { rejectShare, rejectRows } = context.settings;
  const isOver = refused > 0 && ((refused > rejectShare * base && refused > rejectRows) || refused === base);
  if (!isOver) return undefined;
  const file = raw.files[0]?.landed;
  return {
    table: table.name,
    code: 'REJECT_THRESHOLD',
    message: `${refused} of ${base} rows were rejected (${reasonsText(rejected)}), more than the threshold allows.`,
    ...(file === undefined ? {} : { file }),
    counts: rejected,
  };
}

function reasonsText(rejected: RejectCounts): string {
  return Object.entries(rejected)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
}

async function settleFile(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedEvent,
  file: RawFile,
  settle: Omit<SettleOptions, 'columnOrder'>,
): Promise<{ readonly order: ColumnOrder; readonly messages: readonly ReportMessage[] }> {
  // ROW12: for a delete the key's cells are enough.
  if (batch.kind === 'delete' && file.width === table.key.length) {
    return { order: table.key.map((name) => table.columns.find((column) => column.name === name)!), messages: [] };
  }
  const raw = { relation: file.relation, rows: file.readable, width: file.width, file: file.landed };
  return settleColumns(connection, table, raw, { ...settle, columnOrder: context.settings.columnOrder });
}

/** A derived column that was delivered with another value is a warning (ROW18). */
async function derivedColumnWarnings(
  connection: DuckDBConnection,
  table: Table,
  file: RawFile,
  order: ColumnOrder,
): Promise<ReportMessage[]> {
  const messages: ReportMessage[] = [];
  for (const [index, column] of order.entries()) {
    if (column.derived === undefined) continue;
    const computed = column.derived
      .map((part) => ('text' in part ? quoteText(part.text) : cell(order.findIndex((one) => one.name === part.column))))
      .join(' || ');
    const [row = {}] = await runStatement(
      connection,
      `SELECT count(*) AS n FROM ${file.relation} WHERE trim(${cell(index)}) <> '' AND ${cell(index)} <> ${computed}
         AND lower(${cell(index)}) <> ${quoteText(column.name.toLowerCase())}`,
      { doing: 'comparing a derived column', place: { table: table.name, file: file.landed } },
    );
    const n = toNumber(row['n']);
    if (n === 0) continue;
    const message = `${n} delivered values of ${column.name} differ from the derived ones; the derived ones are used.`;
    messages.push({
      severity: 'warning',
      code: 'ROW18',
      message,
      table: table.name,
      file: file.landed,
      column: column.name,
    });
  }
  return messages;
}
