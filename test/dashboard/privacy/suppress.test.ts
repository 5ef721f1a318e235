import fc from 'fast-check';
import { flatDimension, Lattice, type Dimension } from '../../../src/dashboard/privacy/lattice';
import { suppress } from '../../../src/dashboard/privacy/suppress';
import { contributionsByCell, countsOf, determined, leaksOf, tellsOfFew, type Contribution } from './attack';

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

  test('CELL2: a cell between two blocks of hidden cells does not follow from the sums of rows and columns', () => {
    const table = new Lattice([flatDimension('school', 4), flatDimension('role', 4)]);
    const sizes = [
      [3, 6, 50, 50],
      [6, 7, 2, 50],
      [50, 50, 6, 8],
      [50, 50, 7, 3],
    ];
    const rows = sizes.flatMap((line, school) =>
      line.flatMap((persons, role) => people([school + 1, role + 1], persons, 100 * (4 * school + role))),
    );
    const blocks = [[1, 1], [1, 2], [2, 1], [2, 2], [3, 3], [3, 4], [4, 3], [4, 4]]; // prettier-ignore
    const byLinesAlone = new Uint8Array(table.size);
    const bridge = table.cellAt([2, 3]);
    for (const cell of [...blocks.map((nodes) => table.cellAt(nodes)), bridge]) byLinesAlone[cell] = 1;
    expect(determined(table, byLinesAlone, [bridge])).toEqual([bridge]);
    expect(hiddenOf(table, rows)).toEqual([...blocks, [2, 3], [3, 1]].sort());
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

const weeks: Dimension = { name: 'time', parents: [-1, 0, 0, 1, 1, 2] };
const shapes = [
  [flatDimension('school', 4), flatDimension('role', 4)],
  [flatDimension('school', 6)],
  [flatDimension('school', 3), weeks],
  [flatDimension('school', 2), flatDimension('role', 3), weeks],
];

/** Each leaf has nobody, a few or some persons; a few have more than one leaf, and a few have much. */
const worlds = fc.constantFrom(...shapes).chain((dimensions) => {
  const lattice = new Lattice(dimensions);
  const leaves = Array.from({ length: lattice.size }, (_, cell) => cell).filter((cell) =>
    dimensions.every((_, dimension) => lattice.childrenOf(cell, dimension).length === 0),
  );
  const leaf = fc.record({
    persons: fc.oneof(
      { weight: 1, arbitrary: fc.constant(0) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 4 }) },
      { weight: 8, arbitrary: fc.integer({ min: 5, max: 12 }) },
    ),
    guest: fc.integer({ min: 0, max: 40 }),
    amount: fc.oneof(
      { weight: 8, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.integer({ min: 2, max: 90 }) },
    ),
  });
  return fc.array(leaf, { minLength: leaves.length, maxLength: leaves.length }).map((sizes) => {
    const rows = sizes.flatMap(({ persons, guest, amount }, index) => {
      const nodes = dimensions.map((_, dimension) => lattice.nodeOf(leaves[index]!, dimension));
      const own = people(nodes, persons, 100 + 20 * index);
      return persons === 0 ? [] : [...own, { person: guest < 3 ? guest : own[0]!.person, nodes, amount }];
    });
    return { dimensions, rows };
  });
});

test('CELL1, CELL2, CELL4: no difference, no sum and no system of equations over the shown cells tells of few', () => {
  fc.assert(
    fc.property(worlds, ({ dimensions, rows }) => {
      const lattice = new Lattice(dimensions);
      const cells = contributionsByCell(lattice, rows);
      const hidden = suppress(lattice, countsOf(cells));
      const leaks = leaksOf(lattice, cells, (cell) => hidden[cell] === 0);
      const secrets = cells.map((_, cell) => cell).filter((cell) => tellsOfFew(cells[cell]!));
      expect([...leaks, ...determined(lattice, hidden, secrets)]).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
