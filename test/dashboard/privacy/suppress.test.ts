import fc from 'fast-check';
import { flatDimension, Lattice, type Dimension } from '../../../src/dashboard/privacy/lattice';
import { suppress } from '../../../src/dashboard/privacy/suppress';
import { contributionsByCell, countsOf, covers, determined, tellsOfFew, without, type Contribution } from './attack';

/** `persons` people with a signal each at a place. */
function people(nodes: readonly number[], persons: number, first: number, amount = 1): Contribution[] {
  return Array.from({ length: persons }, (_, index) => ({ person: first + index, nodes, amount }));
}

function hiddenOf(lattice: Lattice, rows: readonly Contribution[]): readonly number[][] {
  const hidden = suppress(lattice, countsOf(contributionsByCell(lattice, rows)));
  return Array.from({ length: lattice.size }, (_, cell) => cell)
    .filter((cell) => hidden[cell] === 1)
    .map((cell) => lattice.dimensions.map((_, dimension) => lattice.nodeOf(cell, dimension)));
}

describe('small cells', () => {
  const roles = new Lattice([flatDimension('role', 3)]);

  test('CELL1, CELL2: a group of four is hidden, and the next smallest with it', () => {
    const rows = [...people([1], 4, 0), ...people([2], 6, 10), ...people([3], 20, 20)];
    expect(hiddenOf(roles, rows)).toEqual([[1], [2]]);
  });

  test('CELL1: a group of five is shown', () => {
    const rows = [...people([1], 5, 0), ...people([2], 6, 10), ...people([3], 20, 20)];
    expect(hiddenOf(roles, rows)).toEqual([]);
  });

  test('CELL1: two small groups do not hide each other while both together are small', () => {
    const rows = [...people([1], 2, 0), ...people([2], 2, 10), ...people([3], 20, 20)];
    expect(hiddenOf(roles, rows)).toEqual([[1], [2], [3]]);
  });

  test('CELL1: a complement of three hides the other part, though that is large', () => {
    const rows = [...people([1], 3, 0), ...people([2], 50, 10)];
    expect(hiddenOf(roles, rows)).toEqual([[1], [2]]);
  });

  test('CELL1: a lake of four persons shows nothing', () => {
    expect(hiddenOf(roles, people([1], 4, 0))).toEqual([[0], [1], [2], [3]]);
  });

  test('CELL4: a number that is mostly one person is hidden, at four fifths it is not', () => {
    const rest = people([2], 30, 100);
    const one = (amount: number) => [...people([1], 1, 0, amount), ...people([1], 10, 1, 2)];
    expect(hiddenOf(roles, [...one(81), ...rest])).toEqual([[1], [2]]);
    expect(hiddenOf(roles, [...one(80), ...rest])).toEqual([]);
  });

  test('a value that nobody has is no small number', () => {
    expect(hiddenOf(roles, [...people([1], 10, 0), ...people([2], 10, 20)])).toEqual([]);
  });

  test('CELL2: in a table a box is hidden, and all that divides its corners further', () => {
    const table = new Lattice([flatDimension('school', 3), flatDimension('role', 3)]);
    const sizes = [
      [20, 8, 9],
      [21, 3, 12],
      [22, 14, 15],
    ];
    const rows = sizes.flatMap((line, school) =>
      line.flatMap((persons, role) => people([school + 1, role + 1], persons, 100 * (3 * school + role))),
    );
    expect(hiddenOf(table, rows)).toEqual([
      [1, 2],
      [1, 3],
      [2, 2],
      [2, 3],
    ]);
  });

  test('what was hidden before stays hidden, with its parts', () => {
    const table = new Lattice([flatDimension('school', 2), flatDimension('role', 2)]);
    const cells = [1, 2].flatMap((school) =>
      [1, 2].flatMap((role) => people([school, role], 10, 100 * school + 50 * role)),
    );
    const known = new Uint8Array(table.size);
    known[table.cellAt([1, 0])] = 1;
    const hidden = suppress(table, countsOf(contributionsByCell(table, cells)), known);
    const isHidden = (nodes: number[]): boolean => hidden[table.cellAt(nodes)] === 1;
    expect(
      [
        [1, 0],
        [1, 1],
        [1, 2],
        [0, 1],
        [0, 0],
      ].map(isHidden),
    ).toEqual([true, true, true, false, false]);
  });
});

/** Two or three dimensions, one of them with two levels, and people with any contributions. */
const worlds = fc
  .tuple(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 3 }))
  .chain(([first, second, third]) => {
    const weeks: Dimension = { name: 'time', parents: [-1, 0, 0, 1, 1, 2] };
    const flat = [flatDimension('school', first), flatDimension('role', second)];
    const dimensions = third === 0 ? flat : [...flat, weeks];
    const leaves = [
      fc.integer({ min: 1, max: first }),
      fc.integer({ min: 1, max: second }),
      fc.integer({ min: 3, max: 5 }),
    ];
    const row = fc.record({
      person: fc.integer({ min: 0, max: 24 }),
      nodes: fc.tuple(...leaves.slice(0, dimensions.length)),
      amount: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 3 }) }, fc.integer({ min: 20, max: 90 })),
    });
    return fc.record({ dimensions: fc.constant(dimensions), rows: fc.array(row, { minLength: 5, maxLength: 120 }) });
  });

test('CELL1, CELL2, CELL4: no difference, no sum and no system of equations over the shown cells tells of few', () => {
  fc.assert(
    fc.property(worlds, ({ dimensions, rows }) => {
      const lattice = new Lattice(dimensions);
      const cells = contributionsByCell(lattice, rows);
      const hidden = suppress(lattice, countsOf(cells));
      const shown = cells.map((_, cell) => cell).filter((cell) => hidden[cell] === 0);
      const leaks: string[] = [];
      for (const whole of shown) {
        if (tellsOfFew(cells[whole]!)) leaks.push(`cell ${whole}`);
        for (const part of shown) {
          if (part !== whole && covers(lattice, whole, part) && tellsOfFew(without(cells[whole]!, [cells[part]!]))) {
            leaks.push(`${whole} without ${part}`);
          }
        }
        lattice.dimensions.forEach((_, dimension) => {
          const parts = lattice.childrenOf(whole, dimension).filter((part) => hidden[part] === 0);
          if (lattice.childrenOf(whole, dimension).length === 0) return;
          const rest = without(
            cells[whole]!,
            parts.map((part) => cells[part]!),
          );
          if (tellsOfFew(rest)) leaks.push(`${whole} without its parts along ${dimension}`);
        });
      }
      const secrets = cells.map((_, cell) => cell).filter((cell) => tellsOfFew(cells[cell]!));
      expect([...leaks, ...determined(lattice, hidden, secrets)]).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
