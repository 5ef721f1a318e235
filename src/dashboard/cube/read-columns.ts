import type { DuckDBConnection, DuckDBVector } from '@duckdb/node-api';
import { InsightsError } from '../../contract/errors';
import { reasonOf } from '../../engine/database';

/**
 * The rows of a query whose columns are all numbers, column by column: `wholes` are the first ones, 32-bit integers, the
 * others are doubles. An empty cell is 0 of a whole number, else NaN.
 * @throws InsightsError DASHBOARD_FAILED
 */
export async function readColumns(
  connection: DuckDBConnection,
  sql: string,
  wholes: number,
): Promise<{
  readonly length: number;
  readonly whole: readonly Int32Array[];
  readonly double: readonly Float64Array[];
}> {
  try {
    const result = await connection.stream(sql);
    const columns = Array.from({ length: result.columnCount }, (_, at) => new GrowingColumn(at < wholes));
    let length = 0;
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      for (const [at, column] of columns.entries()) column.set(length, chunk.getColumnVector(at), chunk.rowCount);
      length += chunk.rowCount;
    }
    const filled = columns.map((column) => column.values.subarray(0, length));
    return {
      length,
      whole: filled.filter((values) => values instanceof Int32Array),
      double: filled.filter((values) => values instanceof Float64Array),
    };
  } catch (cause) {
    // DuckDB's own text may quote a row (ROW13).
    throw new InsightsError('DASHBOARD_FAILED', `The engine failed while counting signals${reasonOf(cause)}.`, {
      place: { table: 'activity' },
      cause,
    });
  }
}

class GrowingColumn {
  values: Int32Array | Float64Array;
  private readonly empty: number;

  constructor(private readonly isWhole: boolean) {
    this.values = isWhole ? new Int32Array(4096) : new Float64Array(4096);
    this.empty = isWhole ? 0 : NaN;
  }

  set(start: number, vector: DuckDBVector, count: number): void {
    while (start + count > this.values.length) {
      const larger = 2 * this.values.length;
      const values = this.isWhole ? new Int32Array(larger) : new Float64Array(larger);
      values.set(this.values);
      this.values = values;
    }
    const { values, empty } = this;
    for (let at = 0; at < count; at += 1) values[start + at] = (vector.getItem(at) as number | null) ?? empty;
  }
}
