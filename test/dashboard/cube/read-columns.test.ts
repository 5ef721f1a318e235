import { readColumns } from '../../../src/dashboard/cube/read-columns';
import { useDuckDb } from '../../support/duckdb-connection';
import { thrownBy } from '../../support/thrown';

const connection = useDuckDb();

test('reads whole numbers and others, and what is empty', async () => {
  const sql = 'SELECT * FROM (VALUES (1, 0.5::DOUBLE), (NULL, NULL), (3, 2)) AS numbers(a, b)';
  expect(await readColumns(connection(), sql, 1)).toEqual({
    length: 3,
    whole: [Int32Array.of(1, 0, 3)],
    double: [Float64Array.of(0.5, NaN, 2)],
  });
});

test('ROW13: what the engine says of a query that fails is not shown, because it can quote a row', async () => {
  const sql = "SELECT CAST(cell AS INTEGER) FROM (VALUES ('Ada Lovelace')) AS cells(cell)";
  expect(await thrownBy(() => readColumns(connection(), sql, 1))).toEqual({
    code: 'DASHBOARD_FAILED',
    message: 'The engine failed while counting signals (Conversion Error).',
    place: { table: 'activity' },
  });
});
