import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from '../../catalogue/render/sql-text';
import type { Column, Table } from '../../catalogue/model';
import { InsightsError } from '../../contract/errors';
import { rejectReasons } from '../../contract/lake-format';
import type { LandedKind } from '../../contract/lake-paths';
import { runStatement, toNumber } from '../../engine/database';
import { readDelimited, type DelimitedFile } from '../../engine/delimited-file';
import { findRecords } from '../../engine/delimited-find';
import { fileChunks } from '../../engine/delimited-reader';
import { contentHashExpression, rowRules, type ColumnOrder } from '../../engine/row-rules';
import { defaultEngineSettings } from '../../engine/engine-context';
import { isOrderDisproved, settleColumns } from '../../engine/settle-columns';
import type { CheckedTable, CheckFinding } from './report';

/** A file of a drop on this machine. */
export interface CheckFile {
  /** Below `M365/`. */
  readonly delivered: string;
  readonly localPath: string;
}

export interface TableCheckInput {
  readonly table: Table;
  readonly kind: LandedKind;
  readonly files: readonly CheckFile[];
  /** Columns by the drop's own schema, when it describes this folder (ROW7). */
  readonly ownColumns: readonly string[] | undefined;
  /** Relation with the ids of the folder's RefDefinition; see `SettleOptions`. */
  readonly referenceIds: string | undefined;
  /** Name of the working table that is made: typed key and reference columns of the rows that pass the row rules. */
  readonly workingTable: string;
  /** A folder outside the drop for clean copies of files. */
  readonly staging: string;
}

/** Lines that are named for a finding. */
const namedLines = 3;
/** Rows of one finding that are looked up to name the first lines; in a file with more, the lines are some of the first. */
const lookedUpRows = 10_000;

/** Reads the files of a table, settles their columns and applies the row and key rules (ROW7–ROW11). Writes nothing to the drop. */
export async function checkTable(connection: DuckDBConnection, input: TableCheckInput): Promise<CheckedTable> {
  const { table, files, workingTable } = input;
  const findings: CheckFinding[] = [];
  let records = 0;
  await runStatement(connection, `CREATE OR REPLACE TABLE ${workingTable} (${workingColumns(table)})`, place(table));
  for (const [index, file] of files.entries()) {
    const read = await readDelimited(
      { localPath: file.localPath, name: file.delivered },
      { stagingFolder: input.staging },
    );
    records += read.records;
    findings.push(...readingFindings(file, read));
    if (read.readable === 0) {
      if (read.records === 0) findings.push(warning('ROW5', 'The file holds no row.', file));
      continue;
    }
    const order = await settledOrder(connection, input, file, read, findings);
    if (order === undefined) continue;
    const absent = table.columns.filter((column) => column.derived === undefined && !order.includes(column));
    if (input.kind !== 'delete' && absent.length > 0) {
      const names = absent.map(({ name }) => name).join(', ');
      findings.push(warning('ROW8', `Columns are not delivered: ${names}.`, file, { count: absent.length }));
    }
    findings.push(...(await rowFindings(connection, input, file, read, order, index)));
  }
  findings.push(...(await keyFindings(connection, input)));
  findings.push(...thresholdFindings(findings, records));
  return { table: table.name, files: files.length, records, findings };
}

async function settledOrder(
  connection: DuckDBConnection,
  { table, kind, ownColumns, referenceIds }: TableCheckInput,
  file: CheckFile,
  read: DelimitedFile,
  findings: CheckFinding[],
): Promise<ColumnOrder | undefined> {
  // ROW12: for a delete the key's cells are enough.
  if (kind === 'delete' && read.width === table.key.length) return table.key.map((name) => columnOf(table, name));
  const raw = { relation: read.relation, rows: read.readable, width: read.width, file: file.delivered };
  try {
    const settled = await settleColumns(connection, table, raw, { ownColumns, columnOrder: 'catalogue', referenceIds });
    for (const { code, message, column } of settled.messages) {
      findings.push(warning(code, message, file, column === undefined ? {} : { column }));
    }
    return settled.order;
  } catch (error) {
    if (!(error instanceof InsightsError) || !error.code.startsWith('COLUMNS_')) throw error;
    findings.push({ severity: 'error', code: error.code, message: error.message, file: file.delivered });
    return undefined;
  }
}

/** What the reader could not take apart: reasons that need no knowledge of the table. */
function readingFindings(file: CheckFile, read: DelimitedFile): CheckFinding[] {
  return Object.entries(read.rejected).flatMap(([reason, count]): CheckFinding[] => {
    if (count === 0) return [];
    const lines = read.rejects
      .filter((reject) => reject.reason === reason)
      .slice(0, namedLines)
      .map(({ line }) => line);
    return [
      {
        severity: 'error',
        code: reason,
        message: `${rows(count)} ${readingWords[reason]}.`,
        file: file.delivered,
        count,
        lines,
      },
    ];
  });
}

const readingWords: Readonly<Record<string, string>> = {
  unclosed_quote: 'in or after a quote that is never closed',
  encoding: 'that are not UTF-8',
  width: 'of another width than the rest of the file',
};

const ruleWords: Readonly<Record<string, string>> = {
  header_row: 'with column names in place of values',
  cast: 'with a value that is not of its column’s type',
  key_empty: 'without a key',
  required_empty: 'with a required cell empty',
  row_check: 'failing a row check',
  key_conflict: 'with the key of another row and other content',
  duplicate: 'equal to another one, word for word',
};

async function rowFindings(
  connection: DuckDBConnection,
  input: TableCheckInput,
  file: CheckFile,
  read: DelimitedFile,
  order: ColumnOrder,
  index: number,
): Promise<CheckFinding[]> {
  const isKeyOnly = input.kind === 'delete' && order.length === input.table.key.length;
  const table = isKeyOnly ? keyOnly(input.table) : input.table;
  const rules = rowRules(table, order);
  const kept = workingNames(table);
  const typed = kept.map(quoteName);
  const checked = `${input.workingTable}_file`;
  await runStatement(
    connection,
    `CREATE OR REPLACE TABLE ${checked} AS SELECT ${typed.join(', ')}, ${contentHashExpression(read.width)} AS _content, ${index} AS _file,
       ${rules.reason} AS _reason, ${rules.offendingColumn} AS _column FROM ${rules.typedRows(read.relation)}`,
    place(input.table, file),
  );
  await runStatement(
    connection,
    `INSERT INTO ${input.workingTable} BY NAME SELECT * EXCLUDE (_reason, _column) FROM ${checked} WHERE _reason IS NULL`,
    place(input.table, file),
  );
  const groups = await runStatement(
    connection,
    `SELECT _reason, CASE WHEN _reason = 'header_row' THEN NULL ELSE _column END AS _column, count(*) AS n,
            list(_content)[1:${lookedUpRows}] AS contents
     FROM ${checked} WHERE _reason IS NOT NULL GROUP BY ALL ORDER BY 1, 2`,
    place(input.table, file),
  );
  await runStatement(connection, `DROP TABLE ${checked}`, place(input.table, file));
  const findings: CheckFinding[] = [];
  for (const group of groups) {
    const code = String(group['_reason']);
    const column = group['_column'] === null ? undefined : String(group['_column']);
    const count = toNumber(group['n']);
    const lines = await firstLines(file, contentsOf(group['contents']));
    const message = `${rows(count)} ${ruleWords[code]}${column === undefined ? '' : ` (${column})`}.`;
    findings.push({
      severity: 'error',
      code,
      message,
      file: file.delivered,
      count,
      lines,
      ...(column === undefined ? {} : { column }),
    });
  }
  return findings;
}

/** ROW11: same key and other content is a conflict, same key and same content a duplicate. */
async function keyFindings(
  connection: DuckDBConnection,
  { table, files, workingTable }: TableCheckInput,
): Promise<CheckFinding[]> {
  const keys = table.key.map(quoteName).join(', ');
  const groups = await runStatement(
    connection,
    `WITH ranked AS (
       SELECT _file, _content, min(_content) OVER (PARTITION BY ${keys}) AS winner,
              row_number() OVER (PARTITION BY ${keys} ORDER BY _content) AS place
       FROM ${workingTable}
       SEMI JOIN (SELECT ${keys} FROM ${workingTable} GROUP BY ALL HAVING count(*) > 1) USING (${keys}))
     SELECT _file, _content = winner AS is_duplicate, count(*) AS n, list(_content)[1:${lookedUpRows}] AS contents
     FROM ranked WHERE place > 1 GROUP BY ALL ORDER BY 1, 2`,
    place(table),
  );
  const findings: CheckFinding[] = [];
  for (const group of groups) {
    const isDuplicate = group['is_duplicate'] === true;
    const code = isDuplicate ? 'duplicate' : 'key_conflict';
    const count = toNumber(group['n']);
    const file = files[toNumber(group['_file'])]!;
    const lines = await firstLines(file, contentsOf(group['contents']));
    const severity = isDuplicate ? 'warning' : 'error';
    findings.push({
      severity,
      code,
      message: `${rows(count)} ${ruleWords[code]}.`,
      file: file.delivered,
      count,
      lines,
    });
  }
  return findings;
}

/** ROW7 and ROW10: so many rows that the order of the columns is not believed, or that the whole unit stops. */
function thresholdFindings(findings: readonly CheckFinding[], records: number): CheckFinding[] {
  const count = (codes: readonly string[]): number =>
    findings.reduce((sum, finding) => sum + (codes.includes(finding.code) ? (finding.count ?? 0) : 0), 0);
  const base = records - count(['header_row']);
  const unbelieved = count(['cast', 'row_check']);
  if (isOrderDisproved(unbelieved, base)) {
    const message = `${unbelieved} of ${base} rows do not cast or fail a row check: the order of the columns is not believed.`;
    return [{ severity: 'error', code: 'COLUMNS_NOT_BORNE_OUT', message, count: unbelieved }];
  }
  const rejected = count(rejectReasons.filter((reason) => reason !== 'header_row'));
  const { rejectShare, rejectRows } = defaultEngineSettings;
  const isOver = rejected > 0 && (rejected === base || (rejected > rejectShare * base && rejected > rejectRows));
  if (!isOver) return [];
  const message = `${rejected} of ${base} rows would be rejected, more than the threshold allows: the unit would stop.`;
  return [{ severity: 'error', code: 'REJECT_THRESHOLD', message, count: rejected }];
}

async function firstLines(file: CheckFile, contents: readonly string[]): Promise<number[]> {
  const wanted = new Map<string, number>();
  for (const content of contents) wanted.set(content, (wanted.get(content) ?? 0) + 1);
  const found = await findRecords(fileChunks(file.localPath), wanted);
  const lines = [...found.values()].flat().map(({ line }) => line);
  return lines.sort((one, other) => one - other).slice(0, namedLines);
}

/** Columns that later checks need: keys, and both ends of references. */
function workingNames(table: Table): string[] {
  return table.columns
    .filter(
      ({ name, domain }) =>
        table.key.includes(name) || domain !== undefined || table.references.some(({ column }) => column === name),
    )
    .map(({ name }) => name);
}

function workingColumns(table: Table): string {
  const names = workingNames(table).map((name) => `${quoteName(name)} VARCHAR`);
  return [...names, '_content VARCHAR', '_file INTEGER'].join(', ');
}

function keyOnly(table: Table): Table {
  return { ...table, columns: table.columns.filter(({ name }) => table.key.includes(name)), rowChecks: [] };
}

function columnOf(table: Table, name: string): Column {
  return table.columns.find((column) => column.name === name)!;
}

function contentsOf(value: unknown): string[] {
  const items = (value as { readonly items?: readonly unknown[] } | null)?.items ?? [];
  return items.map(String);
}

function place(table: Table, file?: CheckFile): { doing: string; place: { table: string; file?: string } } {
  return {
    doing: 'checking a table',
    place: { table: table.name, ...(file === undefined ? {} : { file: file.delivered }) },
  };
}

function warning(code: string, message: string, file: CheckFile, more: Partial<CheckFinding> = {}): CheckFinding {
  return { severity: 'warning', code, message, file: file.delivered, ...more };
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}
