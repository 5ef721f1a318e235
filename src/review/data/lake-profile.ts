import { quoteName, quoteText } from '../../catalogue/render/sql-text';
import type { LakePaths } from '../../contract/lake-paths';
import { quoteList, runStatement, toNumber } from '../../engine/database';
import { readSnapshot } from '../../lake/delta-snapshot';
import type { LakeStore } from '../../lake/store';

type Connection = Parameters<typeof runStatement>[0];

/** Rows of a column spread over so many buckets by a digest of the value: shows that values moved, and shows no value. */
const bucketCount = 64;

export interface ColumnProfile {
  readonly type: string;
  readonly nulls: number;
  readonly distinct: number;
  /** Rows by bucket; those without a value are in none. */
  readonly buckets: readonly number[];
}

export interface TableProfile {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnProfile>>;
}

/** What a processed lake holds, by table (`general/AadUser`, `sensitive/AadUser_lookup`, `rejected/AadUser`, `stage 3/activity_events`). */
export type LakeProfile = Readonly<Record<string, TableProfile>>;

/** Profiles of the tables that somebody can read, and of what was rejected. */
export async function profileLake(store: LakeStore, paths: LakePaths, connection: Connection): Promise<LakeProfile> {
  const profile: Record<string, TableProfile> = {};
  for (const [name, path] of await tablesOf(store, paths)) {
    const snapshot = await readSnapshot(store, path, connection);
    if (snapshot === undefined) continue;
    const files = await Promise.all([...snapshot.state.files.keys()].map((file) => store.localPath(`${path}/${file}`)));
    profile[name] = await profileTable(connection, files);
  }
  return profile;
}

/** Delta tables by the name that a reader knows them by, in order. */
async function tablesOf(store: LakeStore, paths: LakePaths): Promise<readonly (readonly [string, string])[]> {
  const folders = [
    ['general', paths.refinedFolder('general')],
    ['sensitive', paths.refinedFolder('sensitive')],
    ['rejected', paths.rejectedFolder],
    ['stage 3', paths.engagementFolder],
  ] as const;
  const found: (readonly [string, string])[] = [];
  for (const [zone, folder] of folders) {
    const files = await store.list(folder);
    const names = files
      .map(({ path }) => path.slice(folder.length + 1))
      .filter((path) => path.includes('/_delta_log/'));
    for (const name of new Set(names.map((path) => path.slice(0, path.indexOf('/'))))) {
      found.push([`${zone}/${name}`, `${folder}/${name}`]);
    }
  }
  return found;
}

async function profileTable(connection: Connection, files: readonly string[]): Promise<TableProfile> {
  if (files.length === 0) return { rows: 0, columns: {} };
  const relation = `read_parquet(${quoteList(files)}, union_by_name = true, hive_partitioning = false)`;
  const doing = { doing: 'profiling a table' };
  const described = await runStatement(connection, `DESCRIBE SELECT * FROM ${relation}`, doing);
  const [total] = await runStatement(connection, `SELECT count(*) AS rows FROM ${relation}`, doing);
  const columns: Record<string, ColumnProfile> = {};
  for (const { column_name: name, column_type: type } of described) {
    columns[String(name)] = { type: String(type), ...(await profileColumn(connection, relation, String(name))) };
  }
  return { rows: toNumber(total?.['rows']), columns };
}

async function profileColumn(
  connection: Connection,
  relation: string,
  name: string,
): Promise<Omit<ColumnProfile, 'type'>> {
  const value = `CAST(${quoteName(name)} AS VARCHAR)`;
  const rows = await runStatement(
    connection,
    `SELECT CAST(md5_number_lower(${value}) % ${bucketCount} AS INTEGER) AS bucket, count(*) AS rows, ` +
      `count(DISTINCT ${value}) AS different FROM ${relation} GROUP BY ALL`,
    { doing: `profiling a column (${quoteText(name)})` },
  );
  const buckets = Array.from({ length: bucketCount }, () => 0);
  let [nulls, distinct] = [0, 0];
  for (const { bucket, rows: count, different } of rows) {
    if (bucket === null || bucket === undefined) nulls = toNumber(count);
    else {
      buckets[toNumber(bucket)] = toNumber(count);
      distinct += toNumber(different);
    }
  }
  return { nulls, distinct, buckets };
}
