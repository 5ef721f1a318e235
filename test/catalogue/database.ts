import { DuckDBInstance, type DuckDBConnection, type JS } from '@duckdb/node-api';

/** A DuckDB in memory for tests of rendered SQL: UTC, as the engine sets it. */
export interface TestDatabase {
  readonly connection: DuckDBConnection;
  /** Evaluates an expression over the column `"Value"` for each of the texts, in their order. */
  evaluate(expression: string, texts: readonly (string | null)[], type?: string): Promise<readonly JS[]>;
  close(): void;
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = 'UTC'`);
  await connection.run('CREATE TABLE input (position INTEGER, "Text" VARCHAR)');
  return {
    connection,
    async evaluate(expression, texts, type = 'VARCHAR') {
      await connection.run('DELETE FROM input');
      const appender = await connection.createAppender('input');
      texts.forEach((text, position) => {
        appender.appendInteger(position);
        if (text === null) appender.appendNull();
        else appender.appendVarchar(text);
        appender.endRow();
      });
      appender.closeSync();
      const reader = await connection.runAndReadAll(
        `SELECT ${expression} AS result FROM (SELECT position, CAST("Text" AS ${type}) AS "Value" FROM input) ORDER BY position`,
      );
      return reader.getRowsJS().map(([result]) => result ?? null);
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
