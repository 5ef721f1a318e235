import { smallestGroup } from '../../verify/checks/small-cells';
import type { ColumnChange, DataSection, GroupChange, TableChange } from '../sections/data';
import { code, count, table } from './markdown-text';

const numbers = new Intl.NumberFormat('en-GB');
const percent = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });

export function renderData({ tables, groups, groupsCompared }: DataSection): string[] {
  return [
    '',
    'Both revisions have processed the same invented drop with the same salt.',
    ...(groupsCompared ? [] : ['How many persons the readable columns single out was not compared.']),
    ...(tables.length === 0 ? [] : ['', ...renderTables(tables)]),
    ...(groups.length === 0 ? [] : ['', ...renderGroups(groups)]),
  ];
}

function renderTables(tables: readonly TableChange[]): string[] {
  return table(
    ['table', 'rows before', 'rows after', 'columns that differ'],
    tables.map(({ table: name, rowsBefore, rowsAfter, columns }) => [
      code(name),
      rowsBefore === undefined ? '-' : numbers.format(rowsBefore),
      rowsAfter === undefined ? '-' : numbers.format(rowsAfter),
      columns.map(renderColumn).join('<br>'),
    ]),
  );
}

/** Whom somebody can find who knows a little of them: what is readable is what they know. */
function renderGroups(groups: readonly GroupChange[]): string[] {
  return table(
    ['singled out by', `persons in groups of fewer than ${smallestGroup} before`, 'after', 'of persons'],
    groups.map(({ table: name, before, after, ofPersons }) => [
      code(name),
      numbers.format(before),
      after > before ? `**${numbers.format(after)}**` : numbers.format(after),
      numbers.format(ofPersons),
    ]),
  );
}

function renderColumn({ column, before, after, moved, distinct, nulls }: ColumnChange): string {
  if (moved === undefined) return `${code(column)} ${before === undefined ? `new (${code(after ?? '')})` : 'gone'}`;
  const parts = [
    ...(before === after ? [] : [`${code(before ?? '')} → ${code(after ?? '')}`]),
    ...(moved === 0 ? [] : [`${percent.format(moved)} of the values moved`]),
    ...pair(distinct, 'different values'),
    ...pair(nulls, 'empty'),
  ];
  return `${code(column)}: ${parts.join(', ')}`;
}

function pair(values: readonly [number, number] | undefined, what: string): readonly string[] {
  if (values === undefined || values[0] === values[1]) return [];
  return [`${numbers.format(values[0])} → ${numbers.format(values[1])} ${what}`];
}

export function dataInShort({ tables, groups, notCompared }: DataSection): string {
  if (notCompared !== undefined) return `not compared: ${notCompared}`;
  const more = groups.some(({ before, after }) => after > before);
  return more ? `${count(tables.length, 'table')}, more persons are singled out` : count(tables.length, 'table');
}
