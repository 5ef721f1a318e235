import { signalGroupings } from '../../catalogue/signal-groups';
import type { CountedMeasure } from '../../powerbi/measures/measure';
import { isRatio } from '../../powerbi/measures/measure';
import { measureNamed, measures } from '../../powerbi/measures/measures';
import { countsPersons } from '../../powerbi/measures/sql';
import type { Engagement, SchoolNumbers, Shown, Term } from '../published';
import type { EngagementCube, SuppressedMeasure, SuppressedSignals } from './engagement-cube';
import { partId } from './kinds';
import { roundedToFive, shownPersons, shownValue } from './shown-numbers';

/** The numbers of a school (0: of all) that may be shown. */
export function schoolNumbers(cube: EngagementCube, school: number): SchoolNumbers {
  const { kinds, time, hours, devices, values } = cube;
  const periods = 1 + values.months.length + values.weeks.length;
  const signals = (cells: SuppressedSignals, first = 0): Shown[] =>
    shown(cells, school, (cell) => cells.counts.total[cell] ?? 0, { first });
  return {
    signals: signals(kinds),
    users: shown(kinds, school, (cell) => usersOf(kinds, cell)),
    days: signals(time, periods),
    hours: signals(hours, 1),
    devices: signals(devices, 1),
    measures: schoolMeasures(cube, school),
    classes: school === 0 ? [] : classNumbers(cube, school),
  };
}

/** What every page receives. */
export function engagementOverview(cube: EngagementCube, timeZone: string, terms: readonly Term[]): Engagement {
  const { kinds, values } = cube;
  const { classes: _classes, calendar: _calendar, ...published } = values;
  const beside = values.schools.flatMap((_, index) =>
    shown(kinds, index + 1, (cell) => kinds.counts.total[cell] ?? 0, onlyAll),
  );
  return {
    values: published,
    timeZone,
    terms,
    charted: chartedKinds(cube),
    measures: measures
      .filter(({ isHidden }) => isHidden !== true)
      .map((measure) => ({
        name: measure.name,
        description: measure.description,
        format: measure.format,
        arePersons: !isRatio(measure) && countsPersons(measure.aggregate, measure.fact),
      })),
    all: schoolNumbers(cube, 0),
    schools: { signals: beside },
  };
}

/** Nodes of the last dimension of a lattice. */
interface LastNodes {
  /** @default 0 */
  readonly first?: number;
  /** How many from there. @default all */
  readonly count?: number;
}

const onlyAll: LastNodes = { count: 1 };

/** The numbers of a school's (or class's) part of a lattice, in order. */
function shown(
  { lattice, hidden }: Pick<SuppressedSignals | SuppressedMeasure, 'lattice' | 'hidden'>,
  school: number,
  numberOf: (cell: number) => Shown,
  { first = 0, count }: LastNodes = {},
): Shown[] {
  const size = lattice.stride(0);
  const width = lattice.dimensions.at(-1)?.parents.length ?? 1;
  const end = first + (count ?? width - first);
  const numbers: Shown[] = [];
  for (let row = school * size; row < (school + 1) * size; row += width) {
    for (let cell = row + first; cell < row + end; cell += 1) {
      numbers.push(hidden[cell] === 1 ? null : numberOf(cell));
    }
  }
  return numbers;
}

/** Whether a cell is one of a single school, role or app, the first dimensions of each lattice. */
function isFiltered(cell: number, lattice: SuppressedSignals['lattice']): boolean {
  return cell >= lattice.stride(2);
}

/** Exact only where nothing is filtered: of the institution, by kind and period. */
function usersOf({ lattice, counts }: SuppressedSignals, cell: number): Shown {
  const users = counts.users[cell] ?? 0;
  if (isFiltered(cell, lattice)) return roundedToFive(users);
  return shownPersons(
    users,
    wholesOf(cell, lattice).map((whole) => counts.users[whole] ?? 0),
  );
}

/** Every cell of a lattice that a cell is a part of. */
function wholesOf(cell: number, lattice: SuppressedSignals['lattice']): number[] {
  const parents = lattice.dimensions.flatMap((_, dimension) => lattice.parentOf(cell, dimension) ?? []);
  return [...parents, ...parents.flatMap((parent) => wholesOf(parent, lattice))];
}

function schoolMeasures(cube: EngagementCube, school: number): Readonly<Record<string, readonly Shown[]>> {
  const counted = new Map(
    [...cube.measures].map(([measure, cells]) => [measure.name, measureValues(measure, cells, school)]),
  );
  const published: Record<string, readonly Shown[]> = {};
  for (const measure of measures) {
    if (measure.isHidden === true) continue;
    if (isRatio(measure)) {
      const [top, bottom] = [counted.get(measure.numerator), counted.get(measure.denominator)];
      if (top === undefined || bottom === undefined) continue;
      published[measure.name] = top.map((one, index) => {
        const other = bottom[index] ?? null;
        if (one === null || other === null) return null;
        return other === 0 ? 0 : shownValue(one / other, measure.format);
      });
    } else {
      const values = counted.get(measure.name);
      if (values === undefined) continue;
      published[measure.name] = values.map((one) => (one === null ? null : shownValue(one, measure.format)));
    }
  }
  return { ...published, ...structureNumbers(cube, school), ...roleNumbers(cube, school) };
}

function measureValues(measure: CountedMeasure, cells: SuppressedMeasure, school: number): Shown[] {
  const { lattice, counts } = cells;
  const arePersons = countsPersons(measure.aggregate, measure.fact);
  return shown(cells, school, (cell) => {
    const value = counts.value[cell] ?? NaN;
    if (Number.isNaN(value)) return 0;
    if (!arePersons) return value;
    if (isFiltered(cell, lattice)) return roundedToFive(value);
    return shownPersons(
      value,
      wholesOf(cell, lattice).map((whole) => counts.value[whole] ?? 0),
    );
  });
}

/** Structure is public, but how much of it is in a cell that is hidden is not told either. */
function structureNumbers(cube: EngagementCube, school: number): Readonly<Record<string, readonly Shown[]>> {
  const { kinds, structure } = cube;
  const width = kinds.lattice.dimensions.at(-1)?.parents.length ?? 1;
  const entries = [...structure].map(([name, counts]): [string, readonly Shown[]] => [
    name,
    shown(kinds, school, (cell) => counts[cell / width] ?? 0, onlyAll),
  ]);
  return Object.fromEntries(entries);
}

/** Users in the roles that a measure is about, for pages that filter no role; of one role, because accounts can have two. */
function roleNumbers({ kinds, values }: EngagementCube, school: number): Readonly<Record<string, readonly Shown[]>> {
  const entries = ['Active Students', 'Active Educators'].flatMap((name): [string, readonly Shown[]][] => {
    const measure = measureNamed(name);
    const wanted = isRatio(measure) ? [] : measure.where.flatMap((one) => ('isIn' in one ? one.isIn : []));
    const roles = values.roles.flatMap(({ id }, index) => (wanted.includes(id) ? [index + 1] : []));
    const [role] = roles;
    if (role === undefined || roles.length > 1) return [];
    const numberOf = (cell: number): Shown => {
      if (kinds.lattice.nodeOf(cell, 1) !== 0) return null;
      const part = kinds.lattice.replace(cell, 1, role);
      if (kinds.hidden[part] === 1) return null;
      const users = kinds.counts.users[part] ?? 0;
      if (isFiltered(cell, kinds.lattice)) return roundedToFive(users);
      return shownPersons(
        users,
        [cell, ...wholesOf(part, kinds.lattice)].map((whole) => kinds.counts.users[whole] ?? 0),
      );
    };
    return [[name, shown(kinds, school, numberOf, onlyAll)]];
  });
  return Object.fromEntries(entries);
}

function classNumbers({ classes, values }: EngagementCube, school: number): SchoolNumbers['classes'] {
  const { lattice, counts } = classes;
  // Nobody and few look the same.
  const rounded = (count: number): Shown => (count === 0 ? null : roundedToFive(count));
  return lattice.childrenOf(lattice.cellAt([school, 0, 0]), 0).flatMap((cell) => {
    const node = lattice.nodeOf(cell, 0);
    const own = values.classes[node - values.schools.length - 1];
    if (own === undefined) return [];
    const numbers = (list: ArrayLike<number>): Shown[] => shown(classes, node, (one) => rounded(list[one] ?? 0));
    return [{ id: own.id, name: own.name, signals: numbers(counts.total), students: numbers(counts.users) }];
  });
}

/** The kinds that the two reports chart, in their order; a grouping without any of them is left out. */
function chartedKinds({ values }: EngagementCube): Engagement['charted'] {
  const nodeOf = (id: string): number[] => {
    const at = values.kinds.findIndex((kind) => kind.id === id);
    return at < 0 ? [] : [at + 1];
  };
  const { products, classTeam } = signalGroupings;
  const parts = classTeam.charted.flatMap((name) =>
    values.kinds.filter((kind) => kind.id === partId(groupOf(kind.id), name)),
  );
  return [
    { id: 'products', name: 'All products', kinds: products.charted.flatMap(nodeOf) },
    { id: 'class-team', name: 'In class teams', kinds: parts.flatMap(({ id }) => nodeOf(id)) },
  ].filter(({ kinds }) => kinds.length > 0);
}

function groupOf(id: string): string {
  return id.split('/')[0] ?? '';
}
