import { quoteName } from '../../catalogue/render/sql-text';
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
  const names = described.map(({ column_name: name }) => String(name));
  const values = await countValues(connection, relation, names);
  const columns = described.map(({ column_name: name, column_type: type }) => [
    String(name),
    { type: String(type), ...(values.get(String(name)) ?? noValues()) },
  ]);
  return { rows: toNumber(total?.['rows']), columns: Object.fromEntries(columns) as TableProfile['columns'] };
}

interface ValueCounts {
  nulls: number;
  distinct: number;
  readonly buckets: number[];
}

function noValues(): ValueCounts {
  return { nulls: 0, distinct: 0, buckets: Array.from({ length: bucketCount }, () => 0) };
}

/** Of all columns in one statement: one for each column takes three times as long on small tables. */
async function countValues(
  connection: Connection,
  relation: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, ValueCounts>> {
  const texts = names.map((name) => `CAST(${quoteName(name)} AS VARCHAR) AS ${quoteName(name)}`).join(', ');
  const unpivoted =
    `SELECT * FROM (SELECT ${texts} FROM ${relation}) ` +
    `UNPIVOT INCLUDE NULLS (value FOR field IN (${names.map(quoteName).join(', ')}))`;
  const rows = await runStatement(
    connection,
    `SELECT field, CAST(md5_number_lower(value) % ${bucketCount} AS INTEGER) AS bucket, ` +
      `CAST(sum(times) AS BIGINT) AS rows, count(*) AS different ` +
      `FROM (SELECT field, value, count(*) AS times FROM (${unpivoted}) GROUP BY ALL) GROUP BY ALL`,
    { doing: 'profiling the columns of a table' },
  );
  const counts = new Map(names.map((name) => [name, noValues()]));
  for (const { field, bucket, rows: count, different } of rows) {
    const column = counts.get(String(field));
    if (column === undefined) continue;
    if (bucket === null || bucket === undefined) column.nulls = toNumber(count);
    else {
      column.buckets[toNumber(bucket)] = toNumber(count);
      column.distinct += toNumber(different);
    }
  }
  return counts;
}
