import { noSchool } from '../../catalogue/render/signal-place';
import { quoteText } from '../../catalogue/render/sql-text';
import type { FilterValue, FilterValues, TreeValue } from '../published';
import { calendarOf, type Calendar } from './calendar';
import { kindGroupSql, kindPartSql, otherKind } from './kinds';

export interface ClassValue extends FilterValue {
  /** Node of its school. */
  readonly school: number;
}

/** The values that the signals have. Classes are no part of what every page receives: they are told by school. */
export interface SignalValues extends FilterValues {
  readonly classes: readonly ClassValue[];
  readonly calendar: Calendar;
}

/** The role of those whom classes are about (CELL3). */
export const studentRole = 'Student';

/** Everybody else together: in most schools the staff is large enough to be shown, its single roles are not. */
const staffRoles = 'Staff and others';

/** What stands for an empty cell. */
const notKnown = 'Not known';

export const known = (column: string): string => `coalesce("${column}", ${quoteText(notKnown)})`;

/** One row with the values of all dimensions as JSON, from a relation with the columns of `factRelation`. */
export function valuesQuery(relation: string): string {
  const list = (name: string, sql: string): string => `to_json(list(DISTINCT ${sql})) AS ${name}`;
  return `SELECT ${[
    list('schools', `{'id': "SchoolId", 'name': "School"}`),
    list('classes', `{'id': "SectionId", 'name': "Class", 'school': "SchoolId"}`),
    list('roles', known('ActorRole')),
    list('apps', known('AppName')),
    list('devices', known('UserAgent')),
    list('kinds', `{'group': ${kindGroupSql}, 'part': ${kindPartSql}}`),
  ].join(', ')}, CAST(min("Day") AS VARCHAR) AS first, CAST(max("Day") AS VARCHAR) AS last FROM ${relation}`;
}

/** The values from the row of `valuesQuery`, each list in the order in which people look for something. */
export function valuesOf(row: Readonly<Record<string, unknown>>): SignalValues {
  const listOf = <Item>(name: string): Item[] => (JSON.parse(textOf(row[name]) ?? '[]') as Item[] | null) ?? [];
  const schools = listOf<FilterValue>('schools').sort(byName);
  const classes = listOf<{ id: string | null; name: string | null; school: string }>('classes')
    .flatMap(({ id, name, school }) => {
      const node = schools.findIndex((one) => one.id === school) + 1;
      return id === null || node === 0 ? [] : [{ id, name: name ?? id, school: node }];
    })
    .sort(byName);
  const calendar = calendarOf(textOf(row['first']), textOf(row['last']));
  return {
    schools: schools.map(({ id, name }) => ({ id, name: id === noSchool ? 'No school' : name })),
    classes,
    roles: roleTree(listOf('roles')),
    apps: plain(listOf('apps')),
    devices: plain(listOf('devices')),
    kinds: kindTree(listOf('kinds')),
    months: plain(calendar.months),
    weeks: plain(calendar.weeks),
    days: plain(calendar.days),
    monthOfWeek: calendar.monthOfWeek,
    calendar,
  };
}

function roleTree(roles: readonly string[]): TreeValue[] {
  const staff = plain(roles.filter((role) => role !== studentRole));
  const groups = [...(staff.length < roles.length ? [studentRole] : []), ...(staff.length > 0 ? [staffRoles] : [])];
  return [
    ...groups.map((name) => ({ id: name, name, parent: 0 })),
    ...staff.map((role) => ({ ...role, parent: groups.length })),
  ];
}

function kindTree(pairs: readonly { readonly group: string; readonly part: string }[]): TreeValue[] {
  const groups = [...new Set(pairs.map(({ group }) => group))].sort(otherLast);
  const parts = pairs.map(({ group, part }) => ({
    id: part,
    name: part.slice(group.length + 1),
    parent: groups.indexOf(group) + 1,
  }));
  parts.sort((a, b) => a.parent - b.parent || otherLast(a.name, b.name));
  return [...groups.map((name) => ({ id: name, name, parent: 0 })), ...parts];
}

function plain(values: readonly string[]): FilterValue[] {
  return [...values].sort(otherLast).map((name) => ({ id: name, name }));
}

function byName(a: FilterValue, b: FilterValue): number {
  return Number(a.id === noSchool) - Number(b.id === noSchool) || a.name.localeCompare(b.name, 'en');
}

function otherLast(a: string, b: string): number {
  const isRest = (name: string): number => Number(name === otherKind || name === notKnown);
  return isRest(a) - isRest(b) || a.localeCompare(b, 'en');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
