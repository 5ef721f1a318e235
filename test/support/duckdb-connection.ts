import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** An in-memory DuckDB for one test file, closed after its last test. Call at the top of the file. */
export function useDuckDb(): () => DuckDBConnection {
  let open: { instance: DuckDBInstance; connection: DuckDBConnection } | undefined;
  beforeAll(async () => {
    const instance = await DuckDBInstance.create(':memory:');
    open = { instance, connection: await instance.connect() };
  });
  afterAll(() => {
    open?.connection.closeSync();
    open?.instance.closeSync();
  });
  return () => {
    if (open === undefined) throw new Error('DuckDB is there only while tests run.');
    return open.connection;
  };
}
