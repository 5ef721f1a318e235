import { quoteName } from '../catalogue/render/sql-text';
import { isPseudonymised, qualifiedName } from '../catalogue/treatment';
import type { Catalogue, Column, Table } from '../catalogue/model';
import { InsightsError } from '../contract/errors';

import type { DeltaField } from '../lake/delta-relation';
import type { StageTable } from './stage-table';

/** Name of a column in general; undefined when it is not there. Written here again on purpose: not the engine's word for it. */
export function generalName(column: Column): string | undefined {
  if (column.treatment.kind === 'drop') return undefined;
  return isPseudonymised(column.treatment) ? `${column.name}_pseudonym` : column.name;
}

/** The columns that general may have, and must have, in order. Whatever is not in this list is refused (design.md principle 5). */
export function allowedGeneralFields(catalogue: Catalogue, table: Table): DeltaField[] {
  const fields = table.columns.flatMap((column): DeltaField[] => {
    const name = generalName(column);
    if (name === undefined) return [];
    const isText = isPseudonymised(column.treatment) || column.treatment.kind === 'mask';
    return [{ name, type: isText ? 'string' : column.type }];
  });
  return hasHistory(catalogue, table)
    ? [...fields, { name: 'IsCurrent', type: 'boolean' }, { name: 'GoneSince', type: 'timestamp' }]
    : fields;
}

/** Rows that left the snapshot stay in general, marked (ROW15; the v0.2 profile has upstream's columns only). */
export function hasHistory(catalogue: Catalogue, table: Table): boolean {
  return catalogue.profile === 'strict' && table.whenGone === 'keep';
}

/** Columns whose raw values may not be readable. `partition-by` and `no-op` are, and a `drop`ped column is nowhere. */
export function isProtected(column: Column): boolean {
  return column.treatment.kind !== 'no-op' && column.treatment.kind !== 'partition-by';
}

export function isMasked(column: Column): boolean {
  return column.treatment.kind === 'mask';
}

export function isHashed(column: Column): boolean {
  return isPseudonymised(column.treatment);
}

export function hasField(stage: StageTable, name: string): boolean {
  return stage.fields.some((field) => field.name === name);
}

export function columnOf(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  throw new InsightsError(
    'CATALOGUE_INVALID',
    `The catalogue names a column ${qualifiedName(table.name, { name })} that it does not have.`,
    {
      place: { table: table.name, column: name },
    },
  );
}

/** SQL of the salt that verifyLake has set: a variable of its own, so that the caller's `salt` stays as it is. */
export const verifySalt = `getvariable('verify_salt')`;

/** SQL of a pseudonym (docs/lake-format.md §3). Written here again on purpose: not the engine's word for it. */
export function digest(expression: string): string {
  return `sha256(CAST(${expression} AS VARCHAR) || ${verifySalt})`;
}

/** `"a" || chr(31) || "b"`: several columns as one text; null when any of them is. */
export function joined(columns: readonly string[]): string {
  return columns.map((name) => `CAST(${quoteName(name)} AS VARCHAR)`).join(` || chr(31) || `);
}
