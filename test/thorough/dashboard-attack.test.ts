import type { DuckDBConnection } from '@duckdb/node-api';
import { loadCatalogue } from '../../src/catalogue/load';
import type { CountedDimension } from '../../src/dashboard/cube/count';
import { signalDimensions, type SignalDimensions } from '../../src/dashboard/cube/dimensions';
import { topicMeasures } from '../../src/dashboard/cube/kinds';
import { roundedToFive, shownValue } from '../../src/dashboard/cube/shown-numbers';
import { makeSignalTables, signalTable, topicTable } from '../../src/dashboard/cube/signal-table';
import { studentRole, type SignalValues } from '../../src/dashboard/cube/signal-values';
import { staticSite } from '../../src/dashboard/export-site';
import { openDashboard } from '../../src/dashboard/open-dashboard';
import { smallestGroup } from '../../src/dashboard/privacy/cell-counts';
import { Lattice } from '../../src/dashboard/privacy/lattice';
import type { SchoolNumbers, Shown, Site } from '../../src/dashboard/published';
import { FolderStore } from '../../src/lake/folder-store';
import { generalRelations } from '../../src/powerbi/general-relations';
import { isRatio } from '../../src/powerbi/measures/measure';
import { measureNamed, measures } from '../../src/powerbi/measures/measures';
import { sourceTables } from '../../src/powerbi/measures/relations';
import { conditionSql } from '../../src/powerbi/measures/sql';
import { ancestorsOf, contributionsByCell, leaksOf, tellsOfFew, type Contribution } from '../dashboard/privacy/attack';
import { committedSets, openSetLake, type SetLake } from '../support/set-lake';
import { receivedFrom } from '../support/site-data';
import { smallPaths } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const folder = useTemporaryFolders();

/** Contributions to each cell of a lattice. */
type Cells = readonly Map<number, number>[];

/** An exported site as everybody can read it, and beside it what the attacker does not have: who did what. */
interface Attacked {
  readonly site: Site;
  /** Of all, then of each school. */
  readonly numbers: readonly SchoolNumbers[];
  readonly values: SignalValues;
  readonly dimensions: SignalDimensions;
  /** Contributions of the rows of a table, by the column `person`; `amount` is SQL. */
  cells(
    dimensions: readonly CountedDimension[],
    from?: { readonly table?: string; readonly where?: string; readonly amount?: string; readonly by?: string },
  ): Promise<Cells>;
}

describe.each(['k12', 'hed'] as const)('the exported site of %s', (set) => {
  let lake: SetLake;
  let attacked: Attacked;

  beforeAll(async () => {
    lake = await openSetLake(set, await folder());
    const store = new FolderStore(lake.folder, { durable: false });
    const options = { store, paths: smallPaths, timeZone: committedSets[set], progress: () => undefined };
    const files = await staticSite(await openDashboard(options));
    const read = (name: string): unknown => receivedFrom(files.get(`data/${name}.js`)?.text ?? '');
    const site = read('site') as Site;
    const schools = site.engagement.values.schools.map((_, index) => read(`school-${index + 1}`) as SchoolNumbers);
    const [connection] = lake.database.connections;
    const source = { store, paths: smallPaths, catalogue: loadCatalogue('strict'), connection };
    const values = await makeSignalTables(connection, await generalRelations(sourceTables, source), committedSets[set]);
    await store.close();
    attacked = {
      site,
      numbers: [site.engagement.all, ...schools],
      values,
      dimensions: signalDimensions(values),
      cells: (dimensions, from = {}) => cellsOf(connection, dimensions, from),
    };
  });
  afterAll(() => lake.database.close());

  const listed = (of: (numbers: SchoolNumbers) => readonly Shown[]): readonly Shown[] => attacked.numbers.flatMap(of);

  test('CELL1 to CELL4: signals by kind, the same beside other schools', async () => {
    const { school, role, app, period, kind } = attacked.dimensions;
    const dimensions = [school, role, app, period, kind];
    const cells = await attacked.cells(dimensions);
    const shown = listed(({ signals }) => signals);
    expect(leaksOfSums(dimensions, cells, shown)).toEqual([]);
    const width = kind.parents.length;
    const size = shown.length / school.parents.length / width;
    expect(attacked.site.engagement.schools.signals).toEqual(shown.filter((_, at) => at % width === 0).slice(size));
  });

  test.each(['time', 'hour', 'device'] as const)('CELL1 to CELL4: signals by %s', async (by) => {
    const { school, role, app, period, kind, [by]: own } = attacked.dimensions;
    const lists = {
      time: listed(({ days }) => days),
      hour: listed(({ hours }) => hours),
      device: listed(({ devices }) => devices),
    };
    // Signals of the whole, of which those by day, hour or device are parts.
    const whole = listed(({ signals }) => signals).filter((_, at) => at % kind.parents.length === 0);
    const periods = period.parents.length;
    const wholes = by === 'time' ? periods : 1;
    const rest = own.parents.length - wholes;
    const shown = Array.from({ length: whole.length / periods }, (_, row) => [
      ...whole.slice(row * periods, row * periods + wholes),
      ...lists[by].slice(row * rest, (row + 1) * rest),
    ]).flat();
    const dimensions = [school, role, app, own];
    expect(leaksOfSums(dimensions, await attacked.cells(dimensions), shown)).toEqual([]);
  });

  test('CELL1, CELL3, CELL4: users by kind are of five and more, exact only where no difference is of fewer', async () => {
    const { school, role, app, period, kind } = attacked.dimensions;
    const dimensions = [school, role, app, period, kind];
    const [persons, accounts] = [await attacked.cells(dimensions), await attacked.cells(dimensions, { by: 'actor' })];
    const counts = accounts.map(({ size }) => size);
    expect(
      leaksOfPersons(
        dimensions,
        persons,
        counts,
        listed(({ users }) => users),
        3,
      ),
    ).toEqual([]);
  });

  test('CELL1 to CELL4: each measure of meetings, assignments and reading, and each ratio of two', async () => {
    const { school, role, app, period } = attacked.dimensions;
    const dimensions = [school, role, app, period];
    const published = (name: string): readonly Shown[] => listed((numbers) => numbers.measures[name] ?? []);
    const behind = new Map<string, Cells>();
    for (const measure of topicMeasures) {
      const { aggregate, name, where, partOf } = measure;
      // In seconds: thirds of minutes would leave a rest where there is none.
      const amount = aggregate.kind === 'sum' ? `coalesce(round(60 * "${aggregate.column}"), 0)` : '1';
      const own = await attacked.cells(dimensions, { table: topicTable, where: conditionSql(where), amount });
      behind.set(name, own);
      const shown = published(name);
      expect([name, shown.length]).toEqual([name, measure.isHidden === true ? 0 : own.length]);
      if (shown.length === 0) continue;
      const isShown = (cell: number): boolean => shown[cell] !== null;
      const others = await attacked.cells(dimensions, {
        table: topicTable,
        where: `${conditionSql(partOf ?? where)} AND NOT (${conditionSql(where).slice('WHERE '.length)})`,
      });
      const ofFewOthers = others.flatMap(({ size }, cell) =>
        own[cell]!.size > 0 && isShown(cell) && size > 0 && size < smallestGroup ? [`all but ${cell} are few`] : [],
      );
      const isOfPersons = aggregate.kind === 'distinct' && aggregate.column === 'ActorId_pseudonym';
      const accounts = await attacked.cells(dimensions, { table: topicTable, where: conditionSql(where), by: 'actor' });
      const leaks = isOfPersons
        ? leaksOfPersons(
            dimensions,
            own,
            accounts.map(({ size }) => size),
            shown,
            3,
          )
        : leaksOf(new Lattice(dimensions), own, isShown);
      expect([name, ...leaks, ...ofFewOthers]).toEqual([name]);
    }
    for (const measure of measures.filter(isRatio)) {
      const sides = [measure.numerator, measure.denominator].map((name) => behind.get(name));
      const shown = published(measure.name);
      expect([measure.name, shown.length > 0]).toEqual([measure.name, sides.every((side) => side !== undefined)]);
      const leaks = shown.flatMap((number, cell) =>
        number !== null && number !== 0 && sides.some((side) => tellsOfFew(side![cell]!)) ? [`${cell}`] : [],
      );
      expect([measure.name, ...leaks]).toEqual([measure.name]);
    }
  });

  test('CELL1: classes, days and schools are told of no small group; students and educators as a role, not beside one', async () => {
    const { school, role, app, period } = attacked.dimensions;
    const dimensions = [school, role, app, period];
    const lattice = new Lattice(dimensions);
    const cells = await attacked.cells(dimensions);
    const accounts = await attacked.cells(dimensions, { by: 'actor' });
    for (const name of ['Active Classes', 'Days', 'Active Schools']) {
      const shown = listed((numbers) => numbers.measures[name] ?? []);
      expect([name, shown.length]).toEqual([name, cells.length]);
      expect(shown.flatMap((number, cell) => (number !== null && tellsOfFew(cells[cell]!) ? [cell] : []))).toEqual([]);
    }
    for (const name of ['Active Students', 'Active Educators']) {
      const shown = listed((numbers) => numbers.measures[name] ?? []);
      if (shown.length === 0) continue;
      const measure = measureNamed(name);
      const ids = isRatio(measure) ? [] : measure.where.flatMap((one) => ('isIn' in one ? one.isIn : []));
      const node = attacked.values.roles.findIndex(({ id }) => ids.includes(id)) + 1;
      const leaks = shown.flatMap((number, cell) => {
        if (number === null) return [];
        if (lattice.nodeOf(cell, 1) !== 0) return [`${cell} has a role already`];
        const part = lattice.replace(cell, 1, node);
        const rest = accounts[cell]!.size - accounts[part]!.size;
        const isExact = number === accounts[part]!.size && number % 5 !== 0;
        return tellsOfFew(cells[part]!) || (isExact && rest > 0 && rest < smallestGroup) ? [`${cell}`] : [];
      });
      expect([name, ...leaks]).toEqual([name]);
    }
  });

  test('CELL3: classes tell of students only, rounded to 5, and nothing of few', async () => {
    const { place, app, period } = attacked.dimensions;
    const dimensions = [place, app, period];
    const { schools, classes, roles } = attacked.values;
    const student = roles.findIndex(({ id }) => id === studentRole) + 1;
    const where = `WHERE role = ${student} AND class IS NOT NULL`;
    const cells = await attacked.cells(dimensions, { where });
    const accounts = await attacked.cells(dimensions, { where, by: 'actor' });
    const size = app.parents.length * period.parents.length;
    const published = new Map(attacked.numbers.flatMap((numbers) => numbers.classes).map((one) => [one.id, one]));
    expect(published.size).toBe(classes.length);
    const leaks = (['signals', 'students'] as const).flatMap((what) => {
      const shown: Shown[] = [
        // What a school's students did in its classes is not published: known at the most where something of a class is.
        ...Array.from({ length: (schools.length + 1) * size }, () => 0),
        ...classes.flatMap(({ id }) => published.get(id)?.[what] ?? []),
      ];
      expect(shown).toHaveLength(cells.length);
      const first = (schools.length + 1) * size;
      const counts = what === 'students' ? accounts.map((one) => one.size) : cells.map(sumOf);
      return [
        ...leaksOf(new Lattice(dimensions), cells, (cell) => cell >= first && shown[cell] !== null).filter(
          // The wholes above classes are not published.
          (leak) => !/^(\d+) is hidden/.test(leak) || Number(/^\d+/.exec(leak)?.[0]) >= first,
        ),
        ...shown.flatMap((number, cell) =>
          cell < first || number === null || number === roundedToFive(counts[cell]!)
            ? []
            : [`${what} ${cell}: ${number}`],
        ),
      ];
    });
    expect(leaks).toEqual([]);
  });
});

/** Leaks of numbers that are exact sums, and numbers that are no such sums. */
function leaksOfSums(dimensions: readonly CountedDimension[], cells: Cells, shown: readonly Shown[]): string[] {
  expect(shown).toHaveLength(cells.length);
  const wrong = shown.flatMap((number, cell) =>
    number === null || number === sumOf(cells[cell]!) ? [] : [`${cell} is ${number}, not ${sumOf(cells[cell]!)}`],
  );
  return [...wrong, ...leaksOf(new Lattice(dimensions), cells, (cell) => shown[cell] !== null)];
}

/**
 * Leaks of numbers of different people: rounded as soon as one of the first `filters` dimensions is not "all"; exact ones
 * have no differences of one to four.
 */
function leaksOfPersons(
  dimensions: readonly CountedDimension[],
  persons: Cells,
  counts: readonly number[],
  shown: readonly Shown[],
  filters: number,
): string[] {
  const lattice = new Lattice(dimensions);
  expect(shown).toHaveLength(persons.length);
  const isFiltered = (cell: number): boolean => lattice.boundDimensions(cell).some((dimension) => dimension < filters);
  return shown.flatMap((number, cell) => {
    if (number === null || persons[cell]!.size === 0) return [];
    const count = counts[cell]!;
    const expected = isFiltered(cell) ? roundedToFive(count) : shownValue(count, 'whole');
    const few = ancestorsOf(lattice, cell).filter((whole) => {
      const rest = (shown[whole] ?? number) - number;
      return !isFiltered(cell) && rest > 0 && rest < smallestGroup;
    });
    return [
      ...(number === expected ? [] : [`${cell} is ${number}, not ${expected}`]),
      ...(persons[cell]!.size < smallestGroup ? [`${cell} is of few`] : []),
      ...few.map((whole) => `${whole} without ${cell}`),
    ];
  });
}

function sumOf(persons: ReadonlyMap<number, number>): number {
  return [...persons.values()].reduce((sum, one) => sum + one, 0);
}

async function cellsOf(
  connection: DuckDBConnection,
  dimensions: readonly CountedDimension[],
  { table = signalTable, where = '', amount = '1', by = 'person' }: Parameters<Attacked['cells']>[1] & object,
): Promise<Cells> {
  const columns = dimensions.map(({ column }) => column).join(', ');
  const reader = await connection.runAndReadAll(`SELECT ${by}, ${amount}, ${columns} FROM ${table} ${where}`);
  const rows = reader.getRows().map(([person, number, ...nodes]): Contribution => {
    return { person: Number(person), amount: Number(number), nodes: nodes.map(Number) };
  });
  return contributionsByCell(new Lattice(dimensions), rows);
}
