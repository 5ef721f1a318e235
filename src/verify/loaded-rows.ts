import type { DuckDBConnection } from '@duckdb/node-api';
import type { LakeStageName } from '../contract/lake-format';
import { reasonOf } from '../engine/database';
import type { StageTable } from './stage-table';

/** Of the caller's DuckDB; seen by all connections to it. */
const schema = 'verify_rows';

/** What is done to a database for the time of a verification, and undone after it. */
export interface LoadedRows {
  /** The tables, with a relation that reads no file. */
  readonly stages: readonly ReadonlyMap<LakeStageName, StageTable>[];
  /** Drops the rows, and gives the database back its threads. */
  readonly close: () => Promise<void>;
}

/**
 * Loads the rows of small tables, which the checks ask for some hundred times: opening files costs more than reading the rows in them. With
 * one thread a statement runs in that of its own connection, so that two checks at a time do not wait for each other.
 */
export async function loadRows(
  connection: DuckDBConnection,
  tables: readonly ReadonlyMap<LakeStageName, StageTable>[],
): Promise<LoadedRows> {
  const [threads] = (await connection.runAndReadAll(`SELECT current_setting('threads')`)).getRows()[0] ?? [];
  await connection.run(`SET threads = 1; CREATE OR REPLACE SCHEMA ${schema}`);
  const stages: ReadonlyMap<LakeStageName, StageTable>[] = [];
  for (const [index, table] of tables.entries()) {
    const loaded = new Map<LakeStageName, StageTable>();
    for (const [stage, found] of table) {
      const name = `${schema}.${stage}_${index}`;
      // What cannot be read is left to the checks, which say so of the table, and why.
      const held = await connection.run(`CREATE TABLE ${name} AS SELECT * FROM ${found.relation}`).then(
        () => ({ relation: name }),
        (cause: unknown) => ({ notLoaded: reasonOf(cause) }),
      );
      loaded.set(stage, { ...found, ...held });
    }
    stages.push(loaded);
  }
  return {
    stages,
    close: async () => {
      await connection.run(`DROP SCHEMA ${schema} CASCADE; SET threads = ${String(threads)}`);
    },
  };
}
