import * as fc from 'fast-check';
import { contentHash } from '../../src/engine/delimited-find';
import { smallRow, smallRows } from '../support/small-drop';
import { csv, useOneTable, type OneTable } from './one-table';

const correct = useOneTable();
const person = (id: string, surname: string): string[] => smallRow('Person', 1, { Id: id, Surname: surname });
const byHash = (rows: readonly string[][]): string[][] =>
  [...rows].sort((a, b) => (contentHash(a) < contentHash(b) ? -1 : 1));
const surnames = (result: OneTable): unknown[] => result.rows.map(({ Surname }) => Surname);

test('ROW11: of rows with one key, that with the smallest content hash stays; order in the file does not matter', async () => {
  const rows = byHash(['Ames', 'Bell', 'Cole'].map((surname) => person('P', surname)));
  const [winner, ...losers] = rows as [string[], ...string[][]];
  for (const order of [rows, rows.toReversed(), [rows[1] ?? [], winner, rows[2] ?? []]]) {
    const result = await correct('Person', [csv([...smallRows('Person', 60), ...order])]);
    expect(surnames(result)).toContain(winner.at(-1));
    expect(result.rows).toHaveLength(61);
    expect(result.duplicates).toBe(0);
    expect(result.rejected).toEqual({ key_conflict: 2 });
    const rejected = result.rejectedRows.map(({ cells, columnName, line }) => ({ cells, columnName, line }));
    expect(rejected).toEqual(
      expect.arrayContaining(losers.map((cells) => ({ cells, columnName: 'Id', line: 61 + order.indexOf(cells) }))),
    );
  }
});

test('ROW11: same key and same content is a duplicate, also in another file; conflicts stay conflicts', async () => {
  const [winner, loser] = byHash([person('P', 'Ames'), person('P', 'Bell')]) as [string[], string[]];
  const result = await correct('Person', [
    csv([...smallRows('Person', 60), loser, winner]),
    csv([winner, ...smallRows('Person', 70, 61), loser, winner]),
  ]);
  expect(result.rows).toHaveLength(71);
  expect(result.duplicates).toBe(2);
  expect(result.rejected).toEqual({ key_conflict: 2 });
  expect(result.rejectedRows.map(({ line, file }) => [line, /part(\d)/.exec(file)?.[1]])).toEqual([
    [61, '0'],
    [12, '1'],
  ]);
});

test('ROW11: cells that differ only in blanks differ in content', async () => {
  const result = await correct('Person', [
    csv([...smallRows('Person', 60), person('P', 'Ames'), person('P', 'Ames ')]),
  ]);
  expect(result.rejected).toEqual({ key_conflict: 1 });
  expect(result.duplicates).toBe(0);
});

test('ROW11: keys of several columns, and keys that are written alike', async () => {
  const row = (group: string, user: string): string[] =>
    smallRow('AadGroupMembership', 1, { GroupObjectId: group, UserObjectId: user });
  const result = await correct('AadGroupMembership', [csv([row('a_b', 'c'), row('a', 'b_c'), row('a', 'B_c')])]);
  expect(result.rows).toHaveLength(3);
  expect(result.rejected).toEqual({});
});

test('ROW11: neither the order of rows nor their split into files matters', async () => {
  const row = fc.record({
    Id: fc.constantFrom('1', '2', '01', 'A', 'a'),
    Surname: fc.constantFrom('Ames', 'Bell', ''),
  });
  const delivered = fc
    .array(row, { minLength: 1, maxLength: 12 })
    .chain((rows) =>
      fc.tuple(
        fc.constant(rows),
        fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
        fc.nat({ max: rows.length }),
      ),
    );
  await fc.assert(
    fc.asyncProperty(delivered, async ([rows, shuffled, cut]) => {
      const file = (some: readonly { Id: string; Surname: string }[]): string =>
        csv(some.map(({ Id, Surname }) => person(Id, Surname)));
      const one = await correct('Person', [file(rows)]);
      const other = await correct('Person', [file(shuffled.slice(0, cut)), file(shuffled.slice(cut))]);
      const content = ({ rejectedRows }: OneTable): string[] => rejectedRows.map(({ raw }) => raw.toString()).sort();
      expect(other.rows).toEqual(one.rows);
      expect([other.duplicates, other.rejected, content(other)]).toEqual([one.duplicates, one.rejected, content(one)]);
    }),
    { numRuns: 8, seed: 11, endOnFailure: true },
  );
});
