import type { DuckDBConnection } from '@duckdb/node-api';
import { noSchool } from '../../catalogue/render/signal-place';
import type { CountedMeasure } from '../../powerbi/measures/measure';
import { smallestGroup } from '../privacy/cell-counts';
import type { Lattice } from '../privacy/lattice';
import { suppress } from '../privacy/suppress';
import { countMeasures, countSignals, countStructure, type MeasureCounts, type SignalCounts } from './count';
import { signalDimensions, type SignalDimensions } from './dimensions';
import { suppressTogether, type Division, type SuppressedCounts } from './joint-suppression';
import { kindsOf, topicMeasures } from './kinds';
import { studentRole, type SignalValues } from './signal-values';

export type SuppressedSignals = SuppressedCounts<SignalCounts>;
export type SuppressedMeasure = SuppressedCounts<MeasureCounts>;

/**
 * All numbers of the engagement page with what may not be shown of them. Each lattice begins with school, role and app;
 * then comes what its name says.
 */
export interface EngagementCube {
  readonly values: SignalValues;
  readonly dimensions: SignalDimensions;
  /** Months, weeks and days. */
  readonly time: SuppressedSignals;
  /** By period and kind. */
  readonly kinds: SuppressedSignals;
  readonly hours: SuppressedSignals;
  readonly devices: SuppressedSignals;
  /** Topic measures by period. */
  readonly measures: ReadonlyMap<CountedMeasure, SuppressedMeasure>;
  /** Active classes, days and schools by period. */
  readonly structure: ReadonlyMap<string, Float64Array>;
  /** What students did in classes, by place, app and period; another lattice than the others (CELL3). */
  readonly classes: SuppressedSignals;
}

/**
 * Counts and suppresses. The tables of `makeSignalTables` are in the connection.
 * @param progress told what is counted now
 */
export async function countEngagement(
  connection: DuckDBConnection,
  values: SignalValues,
  progress: (text: string) => void,
): Promise<EngagementCube> {
  const dimensions = signalDimensions(values);
  const { school, role, app, time, period, kind, hour, device, place } = dimensions;
  const context = [school, role, app];
  progress('Counting signals by day');
  const byTime = await countSignals(connection, [...context, time]);
  progress('Counting signals by kind');
  const byKind = await countSignals(connection, [...context, period, kind]);
  progress('Counting signals by hour and device');
  const byHour = await countSignals(connection, [...context, hour]);
  const byDevice = await countSignals(connection, [...context, device]);
  progress('Counting meetings, assignments and reading');
  const topics = await countMeasures(connection, [...context, period], topicMeasures);
  const structure = await countStructure(connection, [...context, period], structureColumns(values));
  progress('Counting classes');
  const student = values.roles.findIndex(({ id }) => id === studentRole) + 1;
  const byClass = await countSignals(connection, [place, app, period], `role = ${student} AND class IS NOT NULL`);

  progress('Hiding small numbers');
  const periods = period.parents.length;
  const divisions = [byKind, byHour, byDevice].map((part): Division<SignalCounts> => {
    return { ...part, sameAs: (cell) => sameCell(cell, byTime.lattice, part.lattice, part === byKind ? periods : 1) };
  });
  const together = suppressTogether(byTime, divisions);
  const [kinds, hours, devices] = divisions.map(({ lattice, counts }, index) => {
    return { lattice, counts, hidden: together.divisions[index]! };
  }) as [SuppressedSignals, SuppressedSignals, SuppressedSignals];
  const shownTime = { ...byTime, hidden: together.hidden };
  return {
    values,
    dimensions,
    time: shownTime,
    kinds,
    hours,
    devices,
    measures: new Map(
      [...topics].map(([measure, counts]) => [measure, suppressMeasure(measure, counts, kinds, values)]),
    ),
    structure,
    classes: { ...byClass, hidden: suppressClasses(byClass, shownTime, student, values) },
  };
}

/** The cell of a division of the same school, role and app and, of the first `periods` of the time nodes, the same time. */
function sameCell(cell: number, base: Lattice, division: Lattice, periods: number): number | undefined {
  const [school = 0, role = 0, app = 0, time = 0] = [0, 1, 2, 3].map((dimension) => base.nodeOf(cell, dimension));
  return time < periods ? division.cellAt([school, role, app, ...(periods > 1 ? [time] : []), 0]) : undefined;
}

/** SQL of what is counted of structure. */
function structureColumns({ schools }: SignalValues): Readonly<Record<string, string>> {
  const none = schools.findIndex(({ id }) => id === noSchool) + 1;
  return { 'Active Classes': 'class_team', Days: 'day', 'Active Schools': `nullif(school, ${none})` };
}

/** A measure is hidden where a kind of signals that it is about is hidden, and where its own persons are few. */
function suppressMeasure(
  measure: CountedMeasure,
  counts: MeasureCounts,
  kinds: SuppressedSignals,
  values: SignalValues,
): SuppressedMeasure {
  const { dimensions } = kinds.lattice;
  const lattice = kinds.lattice.without(dimensions.length - 1);
  const nodes = kindsOf(measure).flatMap((id) => {
    const at = values.kinds.findIndex((one) => one.id === id);
    return at < 0 ? [] : [at + 1];
  });
  const known = new Uint8Array(lattice.size);
  for (let cell = 0; cell < lattice.size; cell += 1) {
    const inKinds = cell * (dimensions.at(-1)?.parents.length ?? 1);
    const isFewOthers = (counts.others[cell] ?? 0) > 0 && (counts.others[cell] ?? 0) < smallestGroup;
    if (isFewOthers || nodes.some((node) => kinds.hidden[inKinds + node] === 1)) known[cell] = 1;
  }
  return { lattice, counts, hidden: suppress(lattice, counts, known) };
}

/** What is hidden of a school's students is hidden of its classes. */
function suppressClasses(
  { lattice, counts }: { readonly lattice: Lattice; readonly counts: SignalCounts },
  time: SuppressedSignals,
  student: number,
  { schools }: SignalValues,
): Uint8Array {
  const known = new Uint8Array(lattice.size);
  for (let cell = 0; cell < lattice.size; cell += 1) {
    const [place = 0, app = 0, period = 0] = [0, 1, 2].map((dimension) => lattice.nodeOf(cell, dimension));
    if (place <= schools.length && time.hidden[time.lattice.cellAt([place, student, app, period])] === 1)
      known[cell] = 1;
  }
  return suppress(lattice, counts, known);
}
