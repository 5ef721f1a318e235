import type { JsonObject, JsonValue } from '../../artifacts/model';
import { isList, isObject } from '../../artifacts/walk-json';
import { sequenceDifference, type SequenceStep } from '../sequence-difference';
import { textOf } from '../stacks';

/** What became of a cell of a notebook. */
export interface CellChange {
  readonly change: 'added' | 'removed' | 'changed';
  /** 1-based, in the new notebook; of a removed cell in the old one. */
  readonly cell: number;
  readonly addedLines: number;
  readonly removedLines: number;
  /** Lines that differ, as `+text` and `-text`. */
  readonly lines: readonly string[];
}

/** Cells that differ, in the order of the new notebook. A removed cell beside an added one is one that changed. */
export function compareCells(before: JsonObject, after: JsonObject): readonly CellChange[] {
  const steps = sequenceDifference(cellsOf(before), cellsOf(after));
  const changes: CellChange[] = [];
  let [old, young] = [0, 0];
  for (let index = 0; index < steps.length;) {
    const run = runFrom(steps, index);
    if (run.length === 0) {
      [old, young, index] = [old + 1, young + 1, index + 1];
      continue;
    }
    const removed = run.filter(({ kind }) => kind === 'removed').map(({ item }) => item);
    const added = run.filter(({ kind }) => kind === 'added').map(({ item }) => item);
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
      const cell = at < added.length ? young + at + 1 : old + at + 1;
      changes.push(toChange(cell, removed[at], added[at]));
    }
    [old, young, index] = [old + removed.length, young + added.length, index + run.length];
  }
  return changes;
}

/** Steps that change something, from an index on. */
function runFrom(steps: readonly SequenceStep<string>[], index: number): readonly SequenceStep<string>[] {
  const end = steps.findIndex(({ kind }, at) => at >= index && kind === 'same');
  return steps.slice(index, end < 0 ? steps.length : end);
}

function toChange(cell: number, before: string | undefined, after: string | undefined): CellChange {
  const steps = sequenceDifference(before?.split('\n') ?? [], after?.split('\n') ?? []);
  const lines = steps
    .filter(({ kind }) => kind !== 'same')
    .map(({ kind, item }) => `${kind === 'added' ? '+' : '-'}${item}`);
  return {
    change: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    cell,
    addedLines: steps.filter(({ kind }) => kind === 'added').length,
    removedLines: steps.filter(({ kind }) => kind === 'removed').length,
    lines,
  };
}

function cellsOf({ cells }: JsonObject): readonly string[] {
  return isList(cells) ? cells.map(sourceOf) : [];
}

/** The text of a cell, whatever else the service keeps of it. */
function sourceOf(cell: JsonValue): string {
  const source = isObject(cell) ? cell['source'] : undefined;
  if (isList(source)) return source.map(textOf).join('');
  return textOf(source);
}
