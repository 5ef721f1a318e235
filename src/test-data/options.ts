import { InsightsError } from '../contract/errors';
import { parseDay } from './calendar';
import { institutionSets, type InstitutionSet, type SetName } from './institution-sets';

export interface GenerateOptions {
  readonly set: SetName;
  /** Multiplies the persons of the set, and with them schools and activity. Default 1. */
  readonly scale?: number;
  /** Calendar days of activity, weekends included. Default 19, three school weeks. */
  readonly days?: number;
  /** Default 1. The same seed gives the same bytes on every machine. */
  readonly seed?: number;
  /** Persons in all: students, teachers, staff and guardians. Default: the set's number times `scale`. */
  readonly people?: number;
  /** First day of activity, `yyyy-mm-dd`. Default: a day of the set whose weeks contain a change of clocks. */
  readonly startDate?: string;
}

/** Options with every default filled in. */
export interface Settings {
  readonly set: InstitutionSet;
  readonly scale: number;
  readonly days: number;
  readonly seed: number;
  readonly people: number;
  /** Day number of the first day of activity. */
  readonly startDay: number;
}

/** Fewer persons cannot fill every table of a set. */
const fewestPeople = 60;

/** Throws InsightsError TEST_DATA_OPTIONS naming the option that cannot be used. */
export function settingsOf(options: GenerateOptions): Settings {
  const set = institutionSets[options.set];
  if (set === undefined) throw unusable('set', `one of ${Object.keys(institutionSets).join(', ')}`);
  const scale = wholeNumber('scale', options.scale ?? 1, 1, 1000);
  const days = wholeNumber('days', options.days ?? set.days, 1, 3660);
  const seed = wholeNumber('seed', options.seed ?? 1, 0, 0x7fffffff);
  const people = wholeNumber('people', options.people ?? set.people * scale, fewestPeople, 1_000_000);
  const startDay = parseDay(options.startDate ?? set.startDate);
  if (startDay === undefined) throw unusable('startDate', 'a day such as 2024-03-04');
  return { set, scale, days, seed, people, startDay };
}

function wholeNumber(option: string, value: number, lowest: number, highest: number): number {
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
  throw unusable(option, `a whole number from ${lowest} to ${highest}`);
}

function unusable(option: string, expected: string): InsightsError {
  return new InsightsError('TEST_DATA_OPTIONS', `The option ${option} must be ${expected}.`);
}
