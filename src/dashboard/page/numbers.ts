import type { ClassNumbers, Engagement, FilterValue, SchoolNumbers, Shown } from '../published';
import type { Address } from './address';

/** A filter value with its number and whether it can be chosen. */
export interface Named extends FilterValue {
  readonly node: number;
  readonly value: Shown;
}

/**
 * The numbers for an address. Each is looked up: nothing is added up here, because a sum of what is shown is not the
 * whole.
 */
export class Numbers {
  readonly role: number;
  readonly app: number;
  readonly period: number;
  readonly school: number;
  readonly class: ClassNumbers | undefined;
  /** Months, then weeks. */
  readonly periods: readonly FilterValue[];

  constructor(
    readonly engagement: Engagement,
    /** Of the school of the address. */
    readonly own: SchoolNumbers,
    address: Address,
  ) {
    const { values } = engagement;
    this.periods = [...values.months, ...values.weeks];
    this.school = nodeOf(values.schools, address.school);
    this.role = nodeOf(values.roles, address.role);
    this.app = nodeOf(values.apps, address.app);
    this.period = nodeOf(this.periods, address.period);
    this.class = own.classes.find(({ id }) => id === address.class);
  }

  /** Whether anything is filtered, so that numbers of persons are rounded. */
  get isFiltered(): boolean {
    return [this.school, this.role, this.app].some((node) => node > 0) || this.class !== undefined;
  }

  signals(change: Change = {}): Shown {
    return this.kindNumber(this.own.signals, change);
  }

  users(change: Change = {}): Shown {
    return this.kindNumber(this.own.users, change);
  }

  measure(name: string, change: Change = {}): Shown {
    const list = this.own.measures[name];
    return list === undefined ? 0 : this.at(list, 1 + this.periods.length, change.period ?? this.period, change);
  }

  day(index: number): Shown {
    return this.at(this.own.days, this.engagement.values.days.length, index, {});
  }

  /** @param weekday 1 is Monday */
  hour(weekday: number, hour: number): Shown {
    return this.at(this.own.hours, 7 * 24, 24 * (weekday - 1) + hour, {});
  }

  device(index: number): Shown {
    return this.at(this.own.devices, this.engagement.values.devices.length, index, {});
  }

  /** @param school node */
  besideOthers(school: number): Shown {
    const { roles, apps } = this.engagement.values;
    const width = 1 + this.periods.length;
    const row = ((school - 1) * (roles.length + 1) + this.role) * (apps.length + 1) + this.app;
    return this.engagement.schools.signals[row * width + this.period] ?? null;
  }

  classNumber(list: readonly Shown[], change: Change = {}): Shown {
    const width = 1 + this.periods.length;
    return list[(change.app ?? this.app) * width + (change.period ?? this.period)] ?? null;
  }

  /** Days, as indexes, of the chosen period. */
  daysShown(): number[] {
    const { days, months, weeks, monthOfWeek } = this.engagement.values;
    const chosen = this.period - months.length;
    const inPeriod = (week: number): boolean =>
      this.period === 0 || (chosen > 0 ? week === chosen : monthOfWeek[week - 1] === this.period);
    return days.flatMap(({ id }, index) => (inPeriod(weekOf(id, weeks)) ? [index] : []));
  }

  private kindNumber(list: readonly Shown[], change: Change): Shown {
    const kinds = this.engagement.values.kinds.length + 1;
    const index = (change.period ?? this.period) * kinds + (change.kind ?? 0);
    return this.at(list, (1 + this.periods.length) * kinds, index, change);
  }

  private at(list: readonly Shown[], width: number, index: number, change: Change): Shown {
    const row = (change.role ?? this.role) * (this.engagement.values.apps.length + 1) + (change.app ?? this.app);
    return list[row * width + index] ?? null;
  }
}

/** Another node than that of the address. */
export interface Change {
  readonly role?: number;
  readonly app?: number;
  readonly period?: number;
  readonly kind?: number;
}

/** 0 where the value is not there. */
export function nodeOf(values: readonly FilterValue[], id: string | undefined): number {
  return id === undefined ? 0 : values.findIndex((value) => value.id === id) + 1;
}

/** Number of the week that a day is in, from 1. */
function weekOf(day: string, weeks: readonly FilterValue[]): number {
  return weeks.findLastIndex(({ id }) => id <= day) + 1;
}
