import fc from 'fast-check';
import { flatDimension, Lattice, type Dimension } from '../../src/dashboard/privacy/lattice';
import { suppress } from '../../src/dashboard/privacy/suppress';
import { contributionsByCell, countsOf } from '../dashboard/privacy/attack';
import { suppressSlowly } from '../dashboard/privacy/slow-suppression';

const weeks: Dimension = { name: 'time', parents: [-1, 0, 0, 1, 1, 2] };
const kinds: Dimension = { name: 'kind', parents: [-1, 0, 0, 0, 1, 1, 2, 2, 2, 3] };

/** Persons with a few leaves each in lattices as the dashboard has them, of which most cells are nobody's. */
const crowds = fc
  .constantFrom(
    [flatDimension('school', 4), flatDimension('role', 3), weeks, kinds],
    [flatDimension('school', 12), flatDimension('app', 4), weeks],
    [flatDimension('hour', 30), flatDimension('school', 3)],
  )
  .chain((dimensions) => {
    const leafNodes = dimensions.map(({ parents }) =>
      parents.map((_, node) => node).filter((node) => !parents.includes(node)),
    );
    const row = fc.record({
      person: fc.nat({ max: 90 }),
      nodes: fc.tuple(...leafNodes.map((nodes) => fc.constantFrom(...nodes))),
      amount: fc.oneof(
        { weight: 20, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.integer({ min: 2, max: 60 }) },
      ),
    });
    return fc.record({
      dimensions: fc.constant(dimensions),
      rows: fc.array(row, { minLength: 50, maxLength: 1500, size: 'max' }),
      known: fc.array(fc.nat({ max: new Lattice(dimensions).size - 1 }), { maxLength: 3 }),
    });
  });

test('CELL1, CELL2, CELL4: the rules as they are written, all of them over all cells, hide the same', () => {
  fc.assert(
    fc.property(crowds, ({ dimensions, rows, known }) => {
      const lattice = new Lattice(dimensions);
      const counts = countsOf(contributionsByCell(lattice, rows));
      const before = new Uint8Array(lattice.size);
      for (const cell of known) before[cell] = 1;
      expect(suppress(lattice, counts, before)).toEqual(suppressSlowly(lattice, counts, before));
    }),
    { numRuns: 150 },
  );
});
