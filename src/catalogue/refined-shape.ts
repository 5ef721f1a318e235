import type { Catalogue, Column, ColumnType, GeneraliseRule, Table } from './model';
import { isPseudonymised } from './treatment';

/** How a column of Refined is made from one of Corrected; each engine renders it in its own language. */
export type Making =
  /** As it is. */
  | { readonly kind: 'copy' }
  /** `*` in every row, also where there is no value: that one is absent may tell as much as the value. */
  | { readonly kind: 'mask' }
  /** SHA-256 of the value followed by the salt (lake-format.md §3). */
  | { readonly kind: 'hash' }
  /** HMAC-SHA256 of the value under the salt. */
  | { readonly kind: 'hmac' }
  | ({ readonly kind: 'generalise' } & GeneraliseRule);

/** A column of general or of a lookup. */
export interface RefinedColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** The column of Corrected that it is made from. */
  readonly source: Column;
  readonly making: Making;
}

/** Columns that general gets in the strict profile after those of a table with `whenGone: keep` (ROW15). */
export const historyColumns: readonly { readonly name: string; readonly type: ColumnType }[] = [
  { name: 'IsCurrent', type: 'boolean' },
  { name: 'GoneSince', type: 'timestamp' },
];

/** Whether rows that left the snapshot stay in general, with `historyColumns` (ROW15): never in the v0.2 profile. */
export function keepsHistory(table: Table, catalogue: Catalogue): boolean {
  return catalogue.profile === 'strict' && table.whenGone === 'keep';
}

/** The columns of Refined/general in catalogue order, without `historyColumns`. */
export function generalShape(table: Table): readonly RefinedColumn[] {
  return table.columns.flatMap((source): RefinedColumn[] => {
    const { name, type, treatment } = source;
    switch (treatment.kind) {
      case 'no-op':
      case 'partition-by':
        return [{ name, type, source, making: { kind: 'copy' } }];
      case 'mask':
        return [{ name, type: 'string', source, making: { kind: 'mask' } }];
      case 'hash':
      case 'hash-no-lookup':
      case 'hmac':
        return [pseudonym(source, treatment.kind === 'hmac' ? 'hmac' : 'hash')];
      case 'generalise':
        return [{ name, type, source, making: treatment }];
      case 'drop':
        return [];
    }
  });
}

/**
 * The columns of Refined/sensitive/<Table>_lookup: raw columns in catalogue order, then pseudonyms in the same order.
 * Empty when the table hashes and masks nothing: such a table has no lookup.
 *
 * The key is always there: a readable key as it is, a hashed one raw and as pseudonym, a `hash-no-lookup` one as pseudonym
 * only. Beside it: raw and pseudonym of `hash` and `hmac`, the value of `mask` and `partition-by`. A masked column whose
 * domain is pseudonymised elsewhere (PersonId) has its pseudonym there too (lake-rules.md §4).
 */
export function lookupShape(table: Table, catalogue: Catalogue): readonly RefinedColumn[] {
  const raw: RefinedColumn[] = [];
  const pseudonyms: RefinedColumn[] = [];
  for (const source of table.columns) {
    const isKey = table.key.includes(source.name);
    const { name, type } = source;
    if (isRawInLookup(source, isKey)) raw.push({ name, type, source, making: { kind: 'copy' } });
    const maker = pseudonymInLookup(source, isKey, catalogue);
    if (maker !== undefined) pseudonyms.push(pseudonym(source, maker));
  }
  const hasLookup = table.columns.some(({ treatment }) => ['hash', 'hmac', 'mask'].includes(treatment.kind));
  return hasLookup ? [...raw, ...pseudonyms] : [];
}

/** Names of the key columns as a refined table calls them. */
export function refinedKey(table: Table, columns: readonly { readonly name: string }[]): string[] {
  return table.key.map((name) => {
    const pseudonymised = `${name}_pseudonym`;
    return columns.some((column) => column.name === pseudonymised) ? pseudonymised : name;
  });
}

function pseudonym(source: Column, maker: 'hash' | 'hmac'): RefinedColumn {
  return { name: `${source.name}_pseudonym`, type: 'string', source, making: { kind: maker } };
}

function isRawInLookup(column: Column, isKey: boolean): boolean {
  const { kind } = column.treatment;
  if (kind === 'hash' || kind === 'hmac' || kind === 'mask' || kind === 'partition-by') return true;
  return kind === 'no-op' && isKey;
}

function pseudonymInLookup(column: Column, isKey: boolean, catalogue: Catalogue): 'hash' | 'hmac' | undefined {
  const { kind } = column.treatment;
  if (kind === 'hash' || kind === 'hmac') return kind;
  if (kind === 'hash-no-lookup') return isKey ? 'hash' : undefined;
  if (kind !== 'mask' || column.domain === undefined) return undefined;
  const elsewhere = catalogue.tables
    .flatMap((table) => table.columns)
    .find((other) => other.domain === column.domain && isPseudonymised(other.treatment));
  if (elsewhere === undefined) return undefined;
  return elsewhere.treatment.kind === 'hmac' ? 'hmac' : 'hash';
}
