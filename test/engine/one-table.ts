import * as nodePath from 'node:path';
import { randomUUID } from 'node:crypto';
import { quoteText } from '../../src/catalogue/render/sql-text';
import { loadCatalogue, tableOf } from '../../src/catalogue/load';
import type { Catalogue, Table } from '../../src/catalogue/model';
import { InsightsError } from '../../src/contract/errors';
import type { LandedEvent, RejectCounts, ReportMessage, UnitFinding } from '../../src/contract/lake-format';
import type { LandedKind } from '../../src/contract/lake-paths';
import { correctBatch } from '../../src/engine/correct';
import { openDatabase, type Database } from '../../src/engine/database';
import { defaultEngineSettings, type EngineContext, type EngineSettings } from '../../src/engine/engine-context';
import { dropWorkingTables, readBatch } from '../../src/engine/read-batch';
import type { RejectedRow } from '../../src/engine/rejected-rows';
import { FolderStore } from '../../src/lake/folder-store';
import { smallPaths } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

export interface OneTableOptions {
  /** @default the strict catalogue */
  readonly catalogue?: Catalogue;
  /** Instead of the catalogue's table of this name. */
  readonly table?: Table;
  readonly ownColumns?: readonly string[];
  readonly columnOrder?: EngineSettings['columnOrder'];
  /** Ids of RefDefinition; undefined: there is none. */
  readonly referenceIds?: readonly string[];
  /** Keys of other tables that cells may refer to. */
  readonly identifiers?: Readonly<Record<string, readonly string[]>>;
  readonly kind?: LandedKind;
}

/** What became of one batch of one table, before anything is committed. */
export interface OneTable {
  /** Code, message and place of the refusal; undefined when the files were taken in. */
  readonly refused: { readonly code: string; readonly message: string; readonly column?: string } | undefined;
  /** The column of each cell, as settled. */
  readonly columns: readonly string[];
  /** Typed rows as text by column, sorted. */
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  readonly duplicates: number;
  readonly rejected: RejectCounts;
  readonly rejectedRows: readonly RejectedRow[];
  readonly messages: readonly ReportMessage[];
  readonly failure: UnitFinding | undefined;
}

/** Reads and corrects files of one table with the engine's own steps, without a lake. Call at the top of a test file. */
export function useOneTable(): (
  table: string,
  files: readonly (string | Buffer)[],
  options?: OneTableOptions,
) => Promise<OneTable> {
  const temporaryFolder = useTemporaryFolders();
  let database: Database | undefined;
  let store: FolderStore | undefined;
  let batchNumber = 0;
  beforeAll(async () => {
    database = await openDatabase();
    store = new FolderStore(await temporaryFolder(), { durable: false });
  });
  afterAll(async () => {
    database?.close();
    await store?.close();
  });
  return async (name, files, options = {}) => {
    if (database === undefined || store === undefined) throw new Error('The engine is there only while tests run.');
    const [connection] = database.connections;
    const catalogue = options.catalogue ?? loadCatalogue('strict');
    const table = options.table ?? tableOf(catalogue, name);
    const batch = await landed(store, name, files, options.kind ?? 'snapshot', ++batchNumber);
    const context: EngineContext = {
      store,
      paths: smallPaths,
      catalogue,
      settings: { ...defaultEngineSettings, columnOrder: options.columnOrder ?? 'catalogue' },
      connections: database.connections,
      staging: await store.stagingFolder(),
      runId: 'test',
      startedAt: '2022-01-28 06:16:22',
      engine: 'duckdb',
      commits: [],
      messages: [],
      progress: () => undefined,
    };
    const made: string[] = [];
    const asRelation = async (ids: readonly string[]): Promise<string> => {
      const relation = `identifiers_${batchNumber}_${made.push('')}`;
      made[made.length - 1] = relation;
      const values =
        ids.length === 0 ? `SELECT '' AS id WHERE false` : `VALUES ${ids.map((id) => `(${quoteText(id)})`).join(', ')}`;
      await connection.run(
        `CREATE TABLE ${relation} AS SELECT lower(replace(id, '-', '')) AS id FROM (${values}) AS ids(id)`,
      );
      return relation;
    };
    const referenceIds = options.referenceIds === undefined ? undefined : await asRelation(options.referenceIds);
    const identifiersOf = async (target: string): Promise<string | undefined> => {
      const ids = options.identifiers?.[target];
      return ids === undefined ? undefined : asRelation(ids);
    };
    try {
      const raw = await readBatch(context, connection, table, batch);
      const settle = { ownColumns: options.ownColumns, referenceIds, identifiersOf };
      const corrected = await correctBatch(context, connection, table, batch, raw, settle);
      const read = await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM ${corrected.relation}`);
      const { columns, duplicates, rejected, rejectedRows, messages, failure } = corrected;
      const rows = (read.getRowObjects() as unknown as OneTable['rows'][number][])
        .map((row) => ({ ...row }))
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      return { refused: undefined, columns, rows, duplicates, rejected, rejectedRows, messages, failure };
    } catch (error) {
      if (!(error instanceof InsightsError)) throw error;
      const { code, message, place } = error;
      const refused = { code, message, ...(place.column === undefined ? {} : { column: place.column }) };
      const none = { columns: [], rows: [], duplicates: 0, rejected: {}, rejectedRows: [], messages: [] };
      return { refused, ...none, failure: undefined };
    } finally {
      await dropWorkingTables(connection, batch, table);
      for (const relation of made) await connection.run(`DROP TABLE ${relation}`);
    }
  };
}

async function landed(
  store: FolderStore,
  table: string,
  files: readonly (string | Buffer)[],
  kind: LandedKind,
  batch: number,
): Promise<LandedEvent> {
  const landedFiles: LandedEvent['files'][number][] = [];
  for (const [index, bytes] of files.entries()) {
    const path = nodePath.posix.join(
      'oea',
      String(batch),
      `part${index}-${randomUUID()}`,
      `${table.toLowerCase()}.csv`,
    );
    await store.write(path, bytes);
    const modified = '2022-01-28T06:16:22.000Z';
    landedFiles.push({ delivered: path, landed: path, bytes: Buffer.byteLength(bytes), sha256: '', modified });
  }
  const rundate = '2022-01-28 06:16:22';
  return { event: 'landed', batch, unit: 'test', table, kind, rundate, files: landedFiles, contentHash: '' };
}

/** Cells as a delivered file. */
export function csv(rows: readonly (readonly string[])[]): string {
  const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => `${row.map(quoted).join(',')}\n`).join('');
}
