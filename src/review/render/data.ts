import type { ColumnChange, DataSection } from '../sections/data';
import { code, count, table } from './markdown-text';

const numbers = new Intl.NumberFormat('en-GB');
const percent = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });

export function renderData({ tables }: DataSection): string[] {
  return [
    '',
    'Both revisions have processed the same invented drop with the same salt.',
    '',
    ...table(
      ['table', 'rows before', 'rows after', 'columns that differ'],
      tables.map(({ table: name, rowsBefore, rowsAfter, columns }) => [
        code(name),
        rowsBefore === undefined ? '-' : numbers.format(rowsBefore),
        rowsAfter === undefined ? '-' : numbers.format(rowsAfter),
        columns.map(renderColumn).join('<br>'),
      ]),
    ),
  ];
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

export function dataInShort({ tables, notCompared }: DataSection): string {
  return notCompared === undefined ? count(tables.length, 'table') : `not compared: ${notCompared}`;
}
