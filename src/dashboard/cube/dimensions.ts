import { flatDimension } from '../privacy/lattice';
import { timeDimension } from './calendar';
import type { CountedDimension } from './count';
import type { SignalValues } from './signal-values';

/** The dimensions of the dashboard's numbers, as lattices have them. */
export interface SignalDimensions {
  readonly school: CountedDimension;
  readonly role: CountedDimension;
  readonly app: CountedDimension;
  /** All, months, weeks. */
  readonly period: CountedDimension;
  /** All, months, weeks, days. */
  readonly time: CountedDimension;
  readonly kind: CountedDimension;
  readonly hour: CountedDimension;
  readonly device: CountedDimension;
  /** Schools, and their classes below them. */
  readonly place: CountedDimension;
}

const hoursPerWeek = 7 * 24;

export function signalDimensions(values: SignalValues): SignalDimensions {
  const flat = (name: string, count: number): CountedDimension => ({ ...flatDimension(name, count), column: name });
  const { schools, roles, apps, devices, kinds, classes, calendar } = values;
  return {
    school: flat('school', schools.length),
    role: { name: 'role', parents: [-1, ...roles.map(({ parent }) => parent)], column: 'role' },
    app: flat('app', apps.length),
    device: flat('device', devices.length),
    hour: flat('hour', hoursPerWeek),
    period: { ...timeDimension(calendar, false), column: 'week' },
    time: { ...timeDimension(calendar, true), column: 'day' },
    kind: { name: 'kind', parents: [-1, ...kinds.map(({ parent }) => parent)], column: 'kind' },
    place: {
      name: 'place',
      parents: [-1, ...schools.map(() => 0), ...classes.map(({ school }) => school)],
      column: 'class',
    },
  };
}
