import type { DuckDBConnection } from '@duckdb/node-api';
import { duckdbType } from '../catalogue/render/duckdb-cast';
import type { Catalogue, Column, ColumnType, Table } from '../catalogue/model';
import type { CommitLedger, CommitRows, LakeStageName, LandedEvent, ReportMessage } from '../contract/lake-format';
import { isReadable } from '../catalogue/treatment';
import type { LakePaths } from '../contract/lake-paths';
import type { LakeStore } from '../lake/store';
import { LakeTable, type TableChange } from './lake-table';

/** Settings of an environment that decide a row's fate; defaults as in design.md §5 and lake-rules.md. */
export interface EngineSettings {
  /** Share of a table's keys that a snapshot may take away before it is held (ROW5). */
  readonly heldShare: number;
  /** Rejected rows of a table and batch above which a unit fails: more than this share and more than `rejectRows` (ROW10). */
  readonly rejectShare: number;
  readonly rejectRows: number;
  /** What decides when catalogue and the drop's own schema both fit (ROW7). */
  readonly columnOrder: 'catalogue' | 'schema';
  /** Tables without which a roster folder is not complete (ROW2); undefined = those that the catalogue marks. */
  readonly requiredTables?: readonly string[];
  readonly settleMinutes: number;
}

export const defaultEngineSettings: EngineSettings = {
  heldShare: 0.2,
  rejectShare: 0.05,
  rejectRows: 10,
  columnOrder: 'catalogue',
  settleMinutes: 0,
};

/** Everything that the steps of a run share. */
export interface EngineContext {
  readonly store: LakeStore;
  readonly paths: LakePaths;
  readonly catalogue: Catalogue;
  readonly settings: EngineSettings;
  readonly connections: readonly [DuckDBConnection, DuckDBConnection];
  /** Local folder for files that are not yet part of the lake. */
  readonly staging: string;
  readonly runId: string;
  /** `yyyy-MM-dd HH:mm:ss`, UTC. */
  readonly startedAt: string;
  readonly engine: string;
  /** Ledgers of the commits made by this run, for its report. */
  readonly commits: CommitLedger[];
  readonly messages: ReportMessage[];
  readonly progress: (text: string) => void;
}

export function withSqlTypes<T extends { readonly name: string; readonly type: ColumnType }>(
  columns: readonly T[],
): (T & { readonly sqlType: string })[] {
  return columns.map((column) => ({ ...column, sqlType: duckdbType(column.type) }));
}

export function tablePath(paths: LakePaths, table: string, stage: LakeStageName): string {
  const places: Readonly<Record<LakeStageName, string>> = {
    Ingested: paths.ingested(table),
    Ingested_Corrected: paths.corrected(table),
    Rejected: paths.rejected(table),
    general: paths.general(table),
    sensitive: paths.lookup(table),
    digital_engagement: paths.engagementEvents,
  };
  return places[stage];
}

export function openTable(
  context: EngineContext,
  connection: DuckDBConnection,
  table: string,
  stage: LakeStageName,
): Promise<LakeTable> {
  return LakeTable.open(context.store, tablePath(context.paths, table, stage), table, stage, connection);
}

/** Commits a change and notes its ledger for the run report. */
export async function commitChange(context: EngineContext, target: LakeTable, change: TableChange): Promise<void> {
  await target.commit(change);
  context.commits.push(change.ledger);
}

/** The count of a batch that did nothing. */
export const noRows: CommitRows = {
  in: 0,
  written: 0,
  duplicates: 0,
  rejected: {},
  superseded: 0,
  applied: 0,
  removed: 0,
  kept: 0,
  total: 0,
};

export function commitLedger(
  context: EngineContext,
  batch: Pick<LandedEvent, 'batch' | 'table' | 'rundate' | 'kind'>,
  stage: LakeStageName,
  rows: Partial<CommitRows>,
  extra: { readonly columns?: readonly string[]; readonly kind?: CommitLedger['kind'] } = {},
): CommitLedger {
  return {
    format: 1,
    engine: context.engine,
    runId: context.runId,
    table: batch.table,
    stage,
    batch: batch.batch,
    rundate: batch.rundate,
    kind: extra.kind ?? batch.kind,
    rows: { ...noRows, ...rows },
    ...(extra.columns === undefined ? {} : { columns: extra.columns }),
    catalogue: context.catalogue.fingerprint,
    profile: context.catalogue.profile,
  };
}

/** Columns of Corrected whose minimum and maximum may stand in its log: readable in general as they are (PRIV3). */
export function openColumns(table: Table): Column[] {
  return table.columns.filter((column) => isReadable(column.treatment));
}
