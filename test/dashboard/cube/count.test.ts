import { countSignals, type CountedDimension } from '../../../src/dashboard/cube/count';
import { RollUp } from '../../../src/dashboard/cube/roll-up';
import { signalTable } from '../../../src/dashboard/cube/signal-table';
import { flatDimension, Lattice } from '../../../src/dashboard/privacy/lattice';
import { useDuckDb } from '../../support/duckdb-connection';

const connection = useDuckDb();

const school: CountedDimension = { ...flatDimension('school', 2), column: 'school' };
/** All, two months, a week in each. */
const week: CountedDimension = { name: 'time', parents: [-1, 0, 0, 1, 2], column: 'week' };

test('CELL1: persons are counted once, however many accounts they have; signals of nobody known are somebody’s', async () => {
  await connection().run(`CREATE OR REPLACE TEMP TABLE ${signalTable} AS SELECT * FROM (VALUES
    (1, 3, 1, 1), (1, 3, 1, 1), (1, 4, 2, 1), (2, 3, 3, 2), (1, 3, NULL, NULL), (2, 4, NULL, NULL)
  ) AS signals(school, week, actor, person)`);
  const { counts } = await countSignals(connection(), [school, week]);
  const all = [6, 4, 2, 4, 2];
  expect(counts).toEqual({
    total: Float64Array.of(...all, 4, 3, 1, 3, 1, 2, 1, 1, 1, 1),
    // In school 2 nobody is known to have been there in the second month.
    persons: Int32Array.of(2, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
    largest: Float64Array.of(3, 2, 1, 2, 1, 3, 2, 1, 2, 1, 1, 1, 1, 1, 1),
    users: Int32Array.of(3, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 1, 0, 1, 0),
  });
});

test('a roll-up forgets one thing before the next, and takes rows at any node', () => {
  const rollUp = new RollUp(new Lattice([week]), 2);
  const cells = Int32Array.of(3, 3, 1, 4);
  const amounts = [Float64Array.of(1, 2, 4, 8), Float64Array.of(0, 0, 1, 0)];
  const found = (start: number, end: number): Record<number, number[]> => {
    rollUp.fill(cells, amounts, start, end);
    const entries = [...rollUp.cells.subarray(0, rollUp.count)].map((cell, at): [number, number[]] => [
      cell,
      [...rollUp.sums.subarray(2 * at, 2 * at + 2)],
    ]);
    return Object.fromEntries(entries);
  };
  expect(found(0, 3)).toEqual({ 0: [7, 1], 1: [7, 1], 3: [3, 0] });
  expect(found(3, 4)).toEqual({ 0: [8, 0], 2: [8, 0], 4: [8, 0] });
});
