import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../catalogue/model';
import { InsightsError } from '../contract/errors';
import type { LandedEvent, RejectCounts, RejectReason, ReportMessage, UnitFinding } from '../contract/lake-format';
import { stageParquet, type StagedFile } from './data-file';
import { quoteIdentifier, quoteLiteral, runStatement, toNumber } from './database';
import { openColumns, withSqlTypes, type EngineContext } from './engine-context';
import { typeWithoutRefusals } from './large-batch';
import type { RawBatch, RawFile } from './read-batch';
import { locateRefused, unreadableRows, type RefusedContent, type RejectedRow } from './rejected-rows';
import { cell, contentHashExpression, rowRules, type ColumnOrder } from './row-rules';
import { isOrderDisproved, settleColumns, type SettleOptions } from './settle-columns';

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

interface CheckedFile {
  readonly file: RawFile;
  readonly order: ColumnOrder;
  /** SQL relation of the rows that pass: typed columns and `_content`. */
  readonly passing: string;
  /** SQL relation of the others: cells and `_reason`. */
  readonly refused: string;
  /** SQL expression over cells: the first offending column. */
  readonly offender: string;
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
    counts: rejected as Record<string, number>,
  };
}

export function reasonsText(rejected: RejectCounts): string {
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

/** Applies the row rules to one file. In memory the checked rows are kept as a table; a large file is read again instead. */
async function checkFile(
  connection: DuckDBConnection,
  table: Table,
  batch: LandedEvent,
  file: RawFile,
  order: ColumnOrder,
  index: number,
  isLarge: boolean,
): Promise<CheckedFile> {
  const isKeyOnly = batch.kind === 'delete' && order.length === table.key.length;
  const rules = rowRules(isKeyOnly ? keyOnly(table) : table, order);
  const typed = isKeyOnly ? typedForKeyOnly(table, rules.typedColumns) : rules.typedColumns;
  const cells = order.map((_, position) => cell(position)).join(', ');
  const content = `${contentHashExpression(order.length)} AS _content`;
  if (isLarge) {
    return {
      file,
      order,
      offender: rules.offendingColumn,
      passing: `(SELECT ${typed.join(', ')}, ${content} FROM ${file.relation} WHERE (${rules.reason}) IS NULL)`,
      refused: `(SELECT ${cells}, ${rules.reason} AS _reason FROM ${file.relation} WHERE (${rules.reason}) IS NOT NULL)`,
    };
  }
  const name = `checked_${batch.batch}_${index}`;
  await runStatement(
    connection,
    `CREATE OR REPLACE TABLE ${name} AS SELECT ${cells}, ${typed.join(', ')}, ${rules.reason} AS _reason FROM ${file.relation}`,
    { doing: 'typing rows', place: { table: table.name, file: file.landed } },
  );
  return {
    file,
    order,
    offender: rules.offendingColumn,
    passing: `(SELECT ${columnNames(table)}, ${content} FROM ${name} WHERE _reason IS NULL)`,
    refused: `(SELECT ${cells}, _reason FROM ${name} WHERE _reason IS NOT NULL)`,
  };
}

/** The rows of a file that the row rules refuse. Throws COLUMNS_NOT_BORNE_OUT when they are so many that the order is wrong. */
async function refusedRows(
  connection: DuckDBConnection,
  table: Table,
  checked: CheckedFile,
): Promise<RefusedContent[]> {
  const { file, order } = checked;
  const place = { table: table.name, file: file.landed };
  const found = await runStatement(
    connection,
    `SELECT _reason, CASE WHEN _reason <> 'header_row' THEN ${checked.offender} END AS offender, count(*) AS n
     FROM ${checked.refused} GROUP BY ALL ORDER BY n DESC, offender`,
    { doing: 'counting refused rows', place },
  );
  const sum = (...reasons: string[]): number =>
    found.reduce((total, row) => total + (reasons.includes(String(row['_reason'])) ? toNumber(row['n']) : 0), 0);
  const failing = sum('cast', 'row_check');
  const rows = file.readable - sum('header_row');
  if (isOrderDisproved(failing, rows)) {
    const column = found.find((row) => row['_reason'] === 'cast' || row['_reason'] === 'row_check')?.['offender'];
    throw new InsightsError(
      'COLUMNS_NOT_BORNE_OUT',
      `The data does not bear out the column order: ${failing} of ${rows} rows do not cast or break a row check.`,
      { place: { ...place, ...(typeof column === 'string' ? { column } : {}) } },
    );
  }
  if (found.length === 0) return [];
  const contents = await runStatement(
    connection,
    `SELECT ${contentHashExpression(order.length)} AS content, _reason,
            CASE WHEN _reason <> 'header_row' THEN ${checked.offender} END AS offender FROM ${checked.refused}`,
    { doing: 'collecting refused rows', place },
  );
  return contents.map((row) => ({
    content: String(row['content']),
    reason: String(row['_reason']) as RejectReason,
    columnName: typeof row['offender'] === 'string' ? row['offender'] : undefined,
  }));
}

/** Keys must be unique: equal rows are duplicates; of different ones the smallest content hash stays (ROW11). */
async function resolveKeys(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedEvent,
  checked: readonly CheckedFile[],
  isLarge: boolean,
  typedFile: StagedFile | undefined,
): Promise<{
  readonly relation: string;
  readonly rows: number;
  readonly duplicates: number;
  readonly staged: StagedFile | undefined;
  /** Rows that the row rules let pass, before keys were resolved. */
  readonly passing: number;
  /** By position in `checked`. */
  readonly conflicts: readonly (readonly RefusedContent[])[];
}> {
  const place = { table: table.name };
  const names = columnNames(table);
  const keys = table.key.map(quoteIdentifier).join(', ');
  const all = (columns: string): string =>
    checked.length === 0
      ? `SELECT ${withSqlTypes(table.columns)
          .map(({ name, sqlType }) => `NULL::${sqlType} AS ${quoteIdentifier(name)}`)
          .join(', ')}, NULL::VARCHAR AS _content, 0 AS _file WHERE false`
      : checked.map(({ passing }, index) => `SELECT ${columns}, ${index} AS _file FROM ${passing}`).join(' UNION ALL ');
  const typed = `typed_${batch.batch}`;
  const stage = (query: string): Promise<StagedFile | undefined> =>
    stageParquet(connection, query, {
      folder: context.staging,
      batch: batch.batch,
      statistics: openColumns(table),
      table: table.name,
      doing: 'writing corrected rows',
    });
  let staged = typedFile;
  let relation = typed;
  const write = async (query: string): Promise<void> => {
    if (isLarge) {
      staged = await stage(query);
      relation =
        staged === undefined
          ? `(SELECT ${names} FROM (${all('*')}))`
          : `read_parquet(${quoteLiteral(staged.localPath)})`;
    } else {
      await runStatement(connection, `CREATE OR REPLACE TABLE ${typed} AS ${query}`, { doing: 'typing rows', place });
    }
  };
  if (typedFile === undefined) await write(`SELECT ${names} FROM (${all(names)})`);
  else relation = `read_parquet(${quoteLiteral(typedFile.localPath)})`;
  const [count = {}] = await runStatement(
    connection,
    `SELECT count(*) AS n, count(DISTINCT hash(${keys})) AS distinct_keys FROM ${relation}`,
    { doing: 'checking keys', place },
  );
  const rows = toNumber(count['n']);
  if (rows === toNumber(count['distinct_keys'])) {
    return { relation, rows, passing: rows, duplicates: 0, staged, conflicts: [] };
  }

  const twins = `twins_${batch.batch}`;
  await runStatement(
    connection,
    `CREATE OR REPLACE TABLE ${twins} AS
       SELECT *, min(_content) OVER (PARTITION BY ${keys}) AS _winner,
              row_number() OVER (PARTITION BY ${keys} ORDER BY _content) AS _rank
       FROM (${all('*')}) SEMI JOIN (SELECT ${keys} FROM ${relation} GROUP BY ${keys} HAVING count(*) > 1) USING (${keys})`,
    { doing: 'resolving keys', place },
  );
  const losers = await runStatement(
    connection,
    `SELECT _file, _content, _content = _winner AS is_duplicate, count(*) AS n FROM ${twins} WHERE _rank > 1 GROUP BY ALL`,
    { doing: 'resolving keys', place },
  );
  await write(
    `SELECT ${names} FROM (${all('*')}) ANTI JOIN ${twins} USING (${keys})
     UNION ALL SELECT ${names} FROM ${twins} WHERE _rank = 1`,
  );
  let duplicates = 0;
  const conflicts = checked.map((): RefusedContent[] => []);
  for (const loser of losers) {
    const n = toNumber(loser['n']);
    if (loser['is_duplicate'] === true) duplicates += n;
    else {
      const one = { content: String(loser['_content']), reason: 'key_conflict' as const, columnName: table.key[0] };
      conflicts[toNumber(loser['_file'])]?.push(...Array.from({ length: n }, () => one));
    }
  }
  const lost = duplicates + conflicts.flat().length;
  return { relation, rows: rows - lost, passing: rows, duplicates, staged, conflicts };
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
      .map((part) =>
        'text' in part ? quoteLiteral(part.text) : cell(order.findIndex((one) => one.name === part.column)),
      )
      .join(' || ');
    const [row = {}] = await runStatement(
      connection,
      `SELECT count(*) AS n FROM ${file.relation} WHERE trim(${cell(index)}) <> '' AND ${cell(index)} <> ${computed}
         AND lower(${cell(index)}) <> ${quoteLiteral(column.name.toLowerCase())}`,
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

function columnNames(table: Table): string {
  return table.columns.map((column) => quoteIdentifier(column.name)).join(', ');
}

/** The table reduced to its key, for delete files that deliver nothing else. */
function keyOnly(table: Table): Table {
  const columns = table.columns.filter((column) => table.key.includes(column.name));
  return { ...table, columns, rowChecks: [] };
}

function typedForKeyOnly(table: Table, keys: readonly string[]): string[] {
  const present = new Set(table.key);
  const others = withSqlTypes(table.columns.filter((column) => !present.has(column.name)));
  return [...keys, ...others.map(({ name, sqlType }) => `NULL::${sqlType} AS ${quoteIdentifier(name)}`)];
}
