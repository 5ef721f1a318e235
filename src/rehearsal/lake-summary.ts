import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from '../catalogue/render/sql-text';
import type { Catalogue } from '../catalogue/model';
import type { LakeStageName } from '../contract/lake-format';
import type { LakePaths } from '../contract/lake-paths';
import { tablePath } from '../engine/engine-context';
import type { LakeStore } from '../lake/store';
import { readStageTable } from '../verify/stage-table';

/** What readers see of a table: how many rows, and a hash of their content in which the order of rows does not count. */
export interface TableSummary {
  readonly rows: number;
  readonly digest: string;
}

/** By `<table>/<stage>`; tables that are not there are left out. */
export type LakeSummary = Readonly<Record<string, TableSummary>>;

export interface SummaryOptions {
  readonly store: LakeStore;
  readonly paths: LakePaths;
  readonly catalogue: Catalogue;
  readonly connection: DuckDBConnection;
}

/** Stages whose rows are compared: what is published, and what is kept because it could not be. */
const stages: readonly LakeStageName[] = ['general', 'sensitive', 'Rejected', 'digital_engagement'];

/** Columns that say by which batch a row came, and not what it says. */
const batchColumns = /^(_batch|_file|rundate)$/;

/** The published content of a lake. Only reads; holds hashes and counts, nothing that a row says. */
export async function summariseLake({ store, paths, catalogue, connection }: SummaryOptions): Promise<LakeSummary> {
  const summary: Record<string, TableSummary> = {};
  for (const { name } of catalogue.tables) {
    for (const stage of stages) {
      if (stage === 'digital_engagement' && name !== 'activity') continue;
      const path = tablePath(paths, name, stage);
      const table = await readStageTable(store, connection, { stage, table: name, path });
      if (table === undefined) continue;
      const columns = table.fields.filter((field) => !batchColumns.test(field.name)).map((field) => field.name);
      const digest = await digestOf(connection, table.relation, columns);
      summary[`${name}/${stage}`] = { rows: table.rows, digest };
    }
  }
  return summary;
}

/** How two lakes differ, a sentence each; none when they are the same to whoever reads them. */
export function compareLakes(before: LakeSummary, after: LakeSummary): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [left, right] = [before[name], after[name]];
    if (right === undefined) return [`${name} is gone`];
    if (left === undefined) return [`${name} was not there before`];
    if (left.rows !== right.rows) return [`${name} had ${left.rows} rows and has ${right.rows}`];
    return left.digest === right.digest ? [] : [`${name} has other values`];
  });
}

async function digestOf(connection: DuckDBConnection, relation: string, columns: readonly string[]): Promise<string> {
  const row = columns.map((name) => `${quoteName(name)} := ${quoteName(name)}`).join(', ');
  const hashes = `SELECT md5(CAST(struct_pack(${row}) AS VARCHAR)) AS hash FROM ${relation}`;
  const sql = `SELECT md5(coalesce(string_agg(hash, '' ORDER BY hash), '')) FROM (${hashes})`;
  const reader = await connection.runAndReadAll(sql);
  return String(reader.getRows()[0]?.[0]);
}
