import fc from 'fast-check';
import { isRatio, type CountedMeasure } from '../../../src/powerbi/measures/measure';
import { measureNamed } from '../../../src/powerbi/measures/measures';
import { measureQuery } from '../../../src/powerbi/measures/sql';
import { isLargeEnough, shownValue } from '../../../src/powerbi/measures/suppression';
import { useDuckDb } from '../../support/duckdb-connection';

const connection = useDuckDb();

interface Signal {
  readonly school: 'North' | 'South';
  readonly role: 'Student' | 'Teacher';
  readonly actor: number | null;
}

const signal = fc.record<Signal>({
  school: fc.constantFrom('North', 'South'),
  role: fc.constantFrom('Student', 'Teacher'),
  actor: fc.option(fc.integer({ min: 1, max: 14 }), { nil: null, freq: 8 }),
});

/** The rule in words: persons behind the number, persons with something in its total beside it, the largest part. */
function expected(signals: readonly Signal[], school: string): (number | null)[] {
  const inSchool = (one: Signal): boolean => one.school === school;
  const isStudent = (one: Signal): boolean => one.role === 'Student';
  const persons = (rows: readonly Signal[]): Set<number> => new Set(rows.flatMap(({ actor }) => actor ?? []));
  const number = (cell: (one: Signal) => boolean, countsPersons: boolean): number | null => {
    const [rows, rest] = [signals.filter(cell), signals.filter((one) => !cell(one))];
    const known = rows.filter(({ actor }) => actor !== null);
    const parts = [...persons(rows)].map((person) => known.filter(({ actor }) => actor === person).length);
    const share = countsPersons ? 1 / parts.length : Math.max(...parts) / known.length;
    const others = persons(rest).size;
    const isShown = parts.length >= 5 && (others === 0 || others >= 5) && share <= 0.8;
    return isShown ? (countsPersons ? parts.length : rows.length) : null;
  };
  return [number(inSchool, false), number((one) => inSchool(one) && isStudent(one), true)];
}

test('CELL1, CELL4: for all signals, a number is shown as the rule says in words', async () => {
  const measures = ['Signals', 'Active Students']
    .map(measureNamed)
    .filter((one): one is CountedMeasure => !isRatio(one));
  await fc.assert(
    fc.asyncProperty(fc.array(signal, { minLength: 1, maxLength: 60 }), async (signals) => {
      const rows = signals.map(
        ({ school, role, actor }) => `('${school}', '${role}', ${actor === null ? 'NULL' : `'${actor}'`})`,
      );
      const relation = `(SELECT * FROM (VALUES ${rows.join(', ')}) AS s("SchoolId", "ActorRole", "ActorId_pseudonym"))`;
      const sql = measureQuery({ fact: 'activity', relation, measures, by: ['school'] });
      for (const row of (await connection().runAndReadAll(sql)).getRowObjects()) {
        const shown = ['Signals', 'Active Students'].map((name) => shownValue(name, row));
        expect(shown).toEqual(expected(signals, String(row['school'])));
      }
    }),
    { numRuns: 60 },
  );
});

test.each([
  [{ persons: 5, others: 0, share: 0.8 }, true],
  [{ persons: 5, others: 5, share: 0.2 }, true],
  [{ persons: 4, others: 0, share: 0.25 }, false],
  [{ persons: 50, others: 4, share: 0.1 }, false],
  [{ persons: 50, others: 0, share: 0.81 }, false],
])('%j is large enough: %s', (facts, answer) => {
  expect(isLargeEnough(facts)).toBe(answer);
});
