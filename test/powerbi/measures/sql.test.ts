import type { DuckDBValue } from '@duckdb/node-api';
import { errorCatalogue } from '../../../src/contract/error-catalogue';
import { measureNamed, measures } from '../../../src/powerbi/measures/measures';
import { isRatio, type CountedMeasure } from '../../../src/powerbi/measures/measure';
import { countedMeasures, measureQuery, type MeasureQuery } from '../../../src/powerbi/measures/sql';
import { personFacts, shownValue } from '../../../src/powerbi/measures/suppression';
import { useDuckDb } from '../../support/duckdb-connection';
import { refusal } from '../../support/refusal';

const connection = useDuckDb();

function counted(...names: string[]): CountedMeasure[] {
  return names.map(measureNamed).filter((measure): measure is CountedMeasure => !isRatio(measure));
}

/** `[school, role, actor, minutes]`; minutes null for what is no meeting. */
type Signal = readonly [string, string, string | null, number | null];

function signals(...rows: readonly Signal[]): string {
  const text = (value: string | number | null): string => (value === null ? 'NULL' : `'${value}'`);
  const values = rows.map(
    ([school, role, actor, minutes]) =>
      `(${text(school)}, ${text(role)}, ${text(actor)}, ${minutes ?? 'NULL'}, ${minutes === null ? `'Like'` : `'CallRecordSummarized'`})`,
  );
  return `(SELECT * FROM (VALUES ${values.join(', ')}) AS s("SchoolId", "ActorRole", "ActorId_pseudonym", "MeetingMinutes", "SignalType"))`;
}

async function ask(query: Omit<MeasureQuery, 'fact'>): Promise<Record<string, DuckDBValue>[]> {
  return (await connection().runAndReadAll(measureQuery({ fact: 'activity', ...query }))).getRowObjects();
}

const actors = (school: string, role: string, from: number, until: number): [string, string, string, null][] =>
  Array.from({ length: until - from + 1 }, (_, index) => [school, role, `actor ${from + index}`, null]);

describe('measureQuery', () => {
  test('counts a row for each group, with the persons behind it and behind the rest', async () => {
    const relation = signals(...actors('North', 'Student', 1, 6), ...actors('South', 'Student', 6, 9), [
      'South',
      'Student',
      'actor 9',
      null,
    ]);
    const rows = await ask({ relation, measures: counted('Signals', 'Active Users'), by: ['school'] });
    expect(rows.sort((one, other) => (String(one['school']) < String(other['school']) ? -1 : 1))).toEqual([
      {
        school: 'North',
        Signals: 6n,
        'Signals persons': 6n,
        // Actors 6 to 9 have signals elsewhere; actor 6 here as well.
        'Signals others': 4n,
        'Signals share': 1 / 6,
        'Active Users': 6n,
        'Active Users persons': 6n,
        'Active Users others': 4n,
        'Active Users share': 1 / 6,
      },
      {
        school: 'South',
        Signals: 5n,
        'Signals persons': 4n,
        'Signals others': 6n,
        'Signals share': 2 / 5,
        'Active Users': 4n,
        'Active Users persons': 4n,
        'Active Users others': 6n,
        'Active Users share': 1 / 4,
      },
    ]);
  });

  test('CELL1: a number of fewer than 5 persons, or that leaves fewer than 5 of its total, is not shown', async () => {
    const shown = async (...rows: Signal[]): Promise<(number | string | null)[]> => {
      const [row = {}] = await ask({
        relation: signals(...rows),
        measures: counted('Active Users', 'Active Students'),
      });
      return ['Active Users', 'Active Students'].map((name) => shownValue(name, row));
    };
    expect(await shown(...actors('North', 'Student', 1, 5))).toEqual([5, 5]);
    expect(await shown(...actors('North', 'Student', 1, 4))).toEqual([null, null]);
    // All minus students would be the teachers.
    expect(await shown(...actors('North', 'Student', 1, 9), ...actors('North', 'Teacher', 10, 13))).toEqual([13, null]);
    expect(await shown(...actors('North', 'Student', 1, 9), ...actors('North', 'Teacher', 10, 14))).toEqual([14, 9]);
  });

  test('CELL4: a number of which one person has more than 80 % is not shown', async () => {
    const shown = async (largest: number): Promise<number | string | null> => {
      const others = [1, 2, 3, 4].map((number): [string, string, string, number] => [
        'North',
        'Student',
        `${number}`,
        5,
      ]);
      const relation = signals(...others, ['North', 'Student', 'largest', largest]);
      const [row = {}] = await ask({ relation, measures: counted('Meeting Minutes') });
      return shownValue('Meeting Minutes', row);
    };
    expect(await shown(80)).toBe(100);
    expect(await shown(81)).toBeNull();
  });

  test('counts signals of nobody known, and takes them for no person', async () => {
    const relation = signals(...actors('North', 'Student', 1, 5), ['North', 'Student', null, null]);
    const [row = {}] = await ask({ relation, measures: counted('Signals') });
    expect([shownValue('Signals', row), personFacts('Signals', row)]).toEqual([
      6,
      { persons: 5, others: 0, share: 1 / 5 },
    ]);
  });

  test('filters by values and by bounds, both included; nothing chosen is nothing', async () => {
    const relation = signals(...actors('North', 'Student', 1, 5), ...actors('South', 'Teacher', 6, 12));
    const signalsWhere = async (...filters: NonNullable<MeasureQuery['filters']>): Promise<DuckDBValue | undefined> => {
      const [row = {}] = await ask({ relation, measures: counted('Signals'), filters });
      return row['Signals'];
    };
    expect(await signalsWhere({ dimension: 'school', values: ['South'] })).toBe(7n);
    expect(await signalsWhere({ dimension: 'school', from: 'North', until: 'North' })).toBe(5n);
    expect(
      await signalsWhere({ dimension: 'school', values: ['South'] }, { dimension: 'role', values: ['Student'] }),
    ).toBeNull();
    expect(await signalsWhere({ dimension: 'school', values: [] })).toBeNull();
    expect(await signalsWhere({ dimension: 'school' })).toBe(12n);
  });

  test('a ratio is shown where both sides are', async () => {
    const meeting = (actor: number): [string, string, string, number] => ['North', 'Student', `${actor}`, 30];
    const ratio = async (count: number): Promise<number | string | null> => {
      const relation = signals(...Array.from({ length: count }, (_, index) => meeting(index)));
      const sides = countedMeasures(['Minutes per Participant']).get('activity') ?? [];
      const [row = {}] = await ask({ relation, measures: sides });
      return shownValue('Minutes per Participant', row);
    };
    expect(await ratio(5)).toBe(30);
    expect(await ratio(4)).toBeNull();
  });

  test('sections have no persons and fewer dimensions', async () => {
    const relation = `(SELECT * FROM (VALUES ('a', 'North', true), ('b', 'North', true), ('c', 'South', false)) AS s("Id", "SchoolId", "IsCurrent"))`;
    const sql = measureQuery({ fact: 'Section', relation, measures: counted('Classes'), by: ['school'] });
    const rows = (await connection().runAndReadAll(`${sql} ORDER BY school`)).getRowObjects();
    expect(rows).toEqual([
      { school: 'North', Classes: 2n },
      { school: 'South', Classes: null },
    ]);
    expect(rows.map((row) => shownValue('Classes', row))).toEqual([2, null]);
    expect(refusal(() => measureQuery({ fact: 'Section', relation, measures: [], by: ['app'] }))).toBe(
      'MEASURE_UNKNOWN: Measures of Section have no dimension "app".\n' +
        `  next:  ${errorCatalogue.MEASURE_UNKNOWN.nextStep}`,
    );
  });
});

test('names of measures are unique, and ratios name two of them', () => {
  const names = measures.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const sides = measures.flatMap((measure) => (isRatio(measure) ? [measure.numerator, measure.denominator] : []));
  expect(sides.filter((name) => !names.includes(name))).toEqual([]);
});

test('a name that is none lists those that are', () => {
  const names = measures.map(({ name }) => name).join(', ');
  expect(refusal(() => measureNamed('Clicks'))).toBe(
    `MEASURE_UNKNOWN: There is no measure "Clicks"; there are: ${names}.\n` +
      `  next:  ${errorCatalogue.MEASURE_UNKNOWN.nextStep}`,
  );
});
