import { join } from 'node:path';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { DuckDBInstance, type DuckDBConnection, type JS } from '@duckdb/node-api';
import type { JsonObject, JsonValue } from '../../artifacts/model';
import { quoteName, quoteText } from '../../catalogue/render/sql-text';
import { InsightsError } from '../../contract/errors';
import { LakePaths } from '../../contract/lake-paths';
import { quoteList } from '../../engine/database';
import { DeltaTable } from '../../lake/delta-table';
import type { LakeStore } from '../../lake/store';
import type { SqlRequest, SqlResult, SqlRunner } from '../ports';
import { readBatches, type OpenRowset, type SqlBatch } from './t-sql-batch';
import { translateQuery } from './t-sql-translation';

export interface DuckDbSqlOptions {
  readonly store: LakeStore;
  /** Where each SQL database becomes a file `<name>.duckdb`; undefined to keep them in memory. */
  readonly folder?: string;
}

const nothing: SqlResult = { resultSets: [], recordsAffected: 0 };

/**
 * Serverless SQL on this machine: each database of the pipelines' T-SQL becomes a DuckDB database of the same name, each
 * view a view of the same name in its schema `dbo`, over the files that the Delta table has when the view is made. (On the
 * service a view finds them at each query; here the pipeline makes it anew after each run.)
 */
export class DuckDbSql implements SqlRunner {
  private opening: Promise<DuckDBConnection> | undefined;
  private instance: DuckDBInstance | undefined;
  /** Folder of each external data source, by database and name. */
  private readonly sources = new Map<string, string>();
  /** One statement at a time, as the databases of a file are attached and detached. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: DuckDbSqlOptions) {}

  async run(request: SqlRequest): Promise<SqlResult> {
    const result = this.last.then(() => this.execute(request));
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Names of the databases that are there. */
  async databases(): Promise<readonly string[]> {
    const names = await this.names(
      'SELECT database_name AS name FROM duckdb_databases() WHERE NOT internal ORDER BY name',
    );
    return names.filter((name) => name !== 'memory');
  }

  async close(): Promise<void> {
    const connection = await this.opening;
    connection?.closeSync();
    this.instance?.closeSync();
    this.opening = undefined;
  }

  private async execute({ database, text, parameters }: SqlRequest): Promise<SqlResult> {
    if (Object.keys(parameters).length > 0 || /^\s*EXEC\s+(?!\()/i.test(text)) {
      throw unsupported('stored procedures and parameters', database);
    }
    const batches = readBatches(text);
    if (batches === undefined) throw unsupported(`a statement that begins with ${firstWords(text)}`, database);
    let result = nothing;
    for (const batch of batches) result = await this.executeBatch(database, batch);
    return result;
  }

  private async executeBatch(database: string, batch: SqlBatch): Promise<SqlResult> {
    if (batch.kind !== 'create database' && batch.kind !== 'drop database') await this.need(database);
    switch (batch.kind) {
      case 'create database':
        await this.createDatabase(batch.database);
        return nothing;
      case 'drop database':
        await this.dropDatabase(batch.database);
        return nothing;
      case 'data source': {
        const folder = new LakePaths(batch.workspace, batch.version).refinedFolder(batch.zone);
        this.sources.set(`${database}/${batch.name}`, folder);
        return nothing;
      }
      case 'view':
        await this.createView(database, batch);
        return nothing;
      case 'drop other views':
        await this.dropOtherViews(database, batch.kept);
        return nothing;
      case 'access':
        return nothing;
      case 'query':
        return this.query(database, batch.text);
    }
  }

  private async createDatabase(name: string): Promise<void> {
    if ((await this.databases()).includes(name)) return;
    await this.attach(name);
    await this.statement(`CREATE SCHEMA IF NOT EXISTS ${quoteName(name)}.dbo`);
  }

  private async dropDatabase(name: string): Promise<void> {
    if (!(await this.databases()).includes(name)) return;
    // What is in use cannot be detached.
    await this.statement('USE memory');
    await this.statement(`DETACH ${quoteName(name)}`);
    for (const key of [...this.sources.keys()]) if (key.startsWith(`${name}/`)) this.sources.delete(key);
    if (this.options.folder !== undefined) rmSync(join(this.options.folder, `${name}.duckdb`), { force: true });
  }

  private async need(database: string): Promise<void> {
    if (database === 'master' || (await this.databases()).includes(database)) return;
    throw new InsightsError('SQL_NOT_SUPPORTED', `Cannot open database "${database}" requested by the login.`);
  }

  private async createView(database: string, view: Extract<SqlBatch, { kind: 'view' }>): Promise<void> {
    const select =
      view.rows === undefined ? translateQuery(view.query) : await this.overRows(database, view.query, view.rows);
    // Names of other views are those of the same database.
    await this.statement(`USE ${quoteName(database)}.dbo`);
    await this.statement(`CREATE OR REPLACE VIEW ${quoteName(database)}.dbo.${quoteName(view.name)} AS ${select}`);
  }

  private async overRows(database: string, query: string, rows: OpenRowset): Promise<string> {
    const select = await this.rowsOf(this.tableFolder(database, rows), rows);
    // The rows are set aside while the rest is translated: they are DuckDB's own already.
    const placeholder = '__rows__';
    const translated = translateQuery(query.replace(rows.text, () => placeholder));
    return translated.replace(placeholder, () => `(${select}) AS ${quoteName(rows.alias)}`);
  }

  private tableFolder(database: string, { bulk, dataSource }: OpenRowset): string {
    if (dataSource === undefined) {
      const path = /^https:\/\/[^/]+\/(.+?)\/?$/i.exec(bulk)?.[1];
      if (path !== undefined) return path;
      throw unsupported('a place that is no URL of the lake', database);
    }
    const folder = this.sources.get(`${database}/${dataSource}`);
    if (folder !== undefined) return `${folder}/${bulk}`;
    throw new InsightsError('SQL_NOT_SUPPORTED', `Referenced external data source "${dataSource}" not found.`);
  }

  /** A query of the rows of a Delta table as it is now; a table that is not there has none. */
  private async rowsOf(table: string, { columns }: OpenRowset): Promise<string> {
    const { store } = this.options;
    const delta = await DeltaTable.open(store, table, await this.connection());
    const schema = delta?.schemaString;
    if (delta === undefined || schema === undefined) {
      if (columns !== undefined) return `SELECT ${selectList(columns, new Set())} WHERE false`;
      throw new InsightsError('SQL_NOT_SUPPORTED', 'Content of directory on path cannot be listed.', {
        place: { path: table },
      });
    }
    const files: string[] = [];
    for (const file of delta.files()) files.push(await store.localPath(delta.filePath(file)));
    const stored = fieldNames(schema);
    const wanted = columns ?? stored.map((name) => ({ name, type: undefined }));
    if (files.length === 0) return `SELECT ${selectList(wanted, new Set())} WHERE false`;
    return (
      `SELECT ${selectList(wanted, new Set(stored))} FROM read_parquet(${quoteList(files)}, union_by_name = true, ` +
      `hive_partitioning = ${delta.partitionColumns.length > 0})`
    );
  }

  private async dropOtherViews(database: string, kept: readonly string[]): Promise<void> {
    const views = await this.names(
      `SELECT view_name AS name FROM duckdb_views() WHERE database_name = ${quoteText(database)} AND schema_name = 'dbo'`,
    );
    for (const name of views.filter((view) => !kept.includes(view))) {
      await this.statement(`DROP VIEW ${quoteName(database)}.dbo.${quoteName(name)}`);
    }
  }

  private async query(database: string, text: string): Promise<SqlResult> {
    await this.statement(database === 'master' ? 'USE memory' : `USE ${quoteName(database)}.dbo`);
    const rows = await this.rows(translateQuery(text));
    return { resultSets: [rows], recordsAffected: -1 };
  }

  private async attach(name: string): Promise<void> {
    const { folder } = this.options;
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
    const file = folder === undefined ? ':memory:' : join(folder, `${name}.duckdb`);
    await this.statement(`ATTACH ${quoteText(file)} AS ${quoteName(name)}`);
  }

  private connection(): Promise<DuckDBConnection> {
    this.opening ??= this.open();
    return this.opening;
  }

  private async open(): Promise<DuckDBConnection> {
    this.instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' });
    const connection = await this.instance.connect();
    await connection.run(`LOAD icu; SET TimeZone = 'UTC'`);
    this.opening = Promise.resolve(connection);
    const { folder } = this.options;
    if (folder !== undefined && existsSync(folder)) {
      const names = readdirSync(folder).filter((file) => file.endsWith('.duckdb'));
      for (const file of names) {
        const name = quoteName(file.slice(0, -'.duckdb'.length));
        await connection.run(`ATTACH ${quoteText(join(folder, file))} AS ${name}`);
      }
    }
    return connection;
  }

  private async names(query: string): Promise<string[]> {
    return (await this.rows(query)).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
  }

  private async statement(text: string): Promise<void> {
    await this.rows(text);
  }

  /** Rows as JSON: dates and times as text. DuckDB's own words are not passed on, because they can quote a row (ROW13). */
  private async rows(text: string): Promise<JsonObject[]> {
    const connection = await this.connection();
    try {
      const reader = await connection.runAndReadAll(text);
      return reader.getRowObjectsJS().map(jsonRow);
    } catch (cause) {
      throw new InsightsError('SQL_NOT_SUPPORTED', 'The local SQL database could not run the statement.', { cause });
    }
  }
}

/** Whole numbers as numbers, times as ISO text, and whatever JSON has no word for as text. */
function jsonRow(row: Readonly<Record<string, JS>>): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (typeof value === 'bigint') return [name, Number(value)];
      if (value instanceof Date) return [name, value.toISOString()];
      if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return [name, value as JsonValue];
      return [name, JSON.stringify(value)];
    }),
  );
}

/** Columns with their types; those that are not stored are null. */
function selectList(
  columns: readonly { readonly name: string; readonly type: string | undefined }[],
  stored: ReadonlySet<string>,
): string {
  return columns
    .map(({ name, type }) => {
      const value = stored.has(name) ? quoteName(name) : 'NULL';
      return `${type === undefined ? value : `CAST(${value} AS ${translateQuery(type)})`} AS ${quoteName(name)}`;
    })
    .join(', ');
}

function fieldNames(schema: string): string[] {
  const { fields } = JSON.parse(schema) as { readonly fields: readonly { readonly name: string }[] };
  return fields.map(({ name }) => name);
}

function firstWords(text: string): string {
  return text.trim().split(/\s+/).slice(0, 3).join(' ');
}

function unsupported(what: string, database: string): InsightsError {
  return new InsightsError('SQL_NOT_SUPPORTED', `The local SQL databases do not understand ${what}.`, {
    place: { path: database },
  });
}
