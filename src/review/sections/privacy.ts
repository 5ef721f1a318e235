import { generalShape, lookupShape } from '../../catalogue/refined-shape';
import type { Catalogue, Column, Table, Treatment } from '../../catalogue/model';
import { isReadable, qualifiedName, treatmentText } from '../../catalogue/treatment';

/** A change of what may be learnt of persons. */
export interface PrivacyChange {
  readonly profile: string;
  /** `Table.Column`, or `Table`. */
  readonly at: string;
  readonly kind: PrivacyKind;
  /** Undefined where it was not there. */
  readonly before?: string;
  /** Undefined where it is gone. */
  readonly after?: string;
  /** Whether more becomes readable than was: who approves looks at these first. */
  readonly opens: boolean;
}

export type PrivacyKind =
  | 'column'
  | 'treatment'
  | 'domain'
  | 'table'
  | 'protection'
  | 'accepted relation'
  | 'rows that left'
  | 'general column'
  | 'sensitive column';

export interface PrivacySection {
  readonly changed: boolean;
  /** What opens first, then by place. */
  readonly changes: readonly PrivacyChange[];
  /** Why a catalogue could not be read; then nothing is known of it, and it counts as a change. */
  readonly unreadable?: string;
}

/** Compares catalogues of the same profile. @param before a profile that is new has none. */
export function comparePrivacy(before: readonly Catalogue[], after: readonly Catalogue[]): PrivacySection {
  const changes = after.flatMap((catalogue) => {
    const former = before.find(({ profile }) => profile === catalogue.profile);
    return former === undefined ? [] : compareCatalogues(former, catalogue);
  });
  const sorted = [...changes].sort(
    (one, other) => Number(other.opens) - Number(one.opens) || compareText(key(one), key(other)),
  );
  if (before.length > 0 && after.length === 0) return { changed: true, changes: [], unreadable: 'policy says why' };
  return { changed: sorted.length > 0, changes: sorted };
}

function compareCatalogues(before: Catalogue, after: Catalogue): readonly PrivacyChange[] {
  const { profile } = after;
  const names = [...new Set([...before.tables, ...after.tables].map(({ name }) => name))];
  const tables = names.flatMap((name) => {
    const [old, young] = [before, after].map(({ tables: all }) => all.find((table) => table.name === name));
    return compareTable(name, old, young);
  });
  return [...tables, ...compareRelations(before, after), ...compareShapes(before, after)].map((change) => ({
    profile,
    ...change,
  }));
}

type Change = Omit<PrivacyChange, 'profile'>;

function compareTable(name: string, before: Table | undefined, after: Table | undefined): readonly Change[] {
  const columns = [...new Set([...(before?.columns ?? []), ...(after?.columns ?? [])].map((column) => column.name))];
  const table: Change[] = [];
  if (before === undefined) table.push({ at: name, kind: 'table', after: after?.protection ?? '', opens: true });
  if (after === undefined) table.push({ at: name, kind: 'table', before: before?.protection ?? '', opens: false });
  if (before !== undefined && after !== undefined) {
    table.push(...differing(name, 'protection', before.protection, after.protection, true));
    table.push(...differing(name, 'rows that left', before.whenGone, after.whenGone, after.whenGone === 'keep'));
  }
  return [
    ...table,
    ...columns.flatMap((column) => {
      const [old, young] = [before, after].map((side) => side?.columns.find((candidate) => candidate.name === column));
      return compareColumn(qualifiedName(name, { name: column }), old, young);
    }),
  ];
}

function compareColumn(at: string, before: Column | undefined, after: Column | undefined): readonly Change[] {
  if (after === undefined) {
    return before === undefined ? [] : [{ at, kind: 'column', before: treatmentText(before.treatment), opens: false }];
  }
  const treatment = treatmentText(after.treatment);
  if (before === undefined) return [{ at, kind: 'column', after: treatment, opens: openness(after.treatment) > 0 }];
  const opens = openness(after.treatment) > openness(before.treatment);
  return [
    ...differing(at, 'treatment', treatmentText(before.treatment), treatment, opens),
    ...differing(at, 'domain', before.domain ?? 'none', after.domain ?? 'none', after.domain === undefined),
  ];
}

function differing(at: string, kind: PrivacyKind, before: string, after: string, opens: boolean): readonly Change[] {
  return before === after ? [] : [{ at, kind, before, after, opens }];
}

/**
 * How much of a value general and the lookups show: nothing, that there is a row, a pseudonym without and with a lookup
 * (which tells who joins), a generalised value (the narrower a band the more), the value.
 */
function openness(treatment: Treatment): number {
  if (isReadable(treatment)) return 6;
  switch (treatment.kind) {
    case 'drop':
      return 0;
    case 'mask':
      return 1;
    case 'hash-no-lookup':
      return 2;
    case 'hash':
    case 'hmac':
      return 3;
    default:
      return treatment.kind === 'generalise' && treatment.rule === 'band' ? 4 + 1 / treatment.width : 4;
  }
}

function compareRelations(before: Catalogue, after: Catalogue): readonly Change[] {
  const list = ({ acceptedRelations }: Catalogue) =>
    acceptedRelations.map(({ protectedColumn, shownBy }) => `${protectedColumn} shown by ${shownBy}`);
  const [old, young] = [list(before), list(after)];
  return [
    ...young
      .filter((at) => !old.includes(at))
      .map((at) => ({ at, kind: 'accepted relation' as const, after: 'accepted', opens: true })),
    ...old
      .filter((at) => !young.includes(at))
      .map((at) => ({ at, kind: 'accepted relation' as const, before: 'accepted', opens: false })),
  ];
}

/** Rendered columns of Refined, of the tables that are in both: what readers will see, however it came about. */
function compareShapes(before: Catalogue, after: Catalogue): readonly Change[] {
  return after.tables.flatMap((table) => {
    const former = before.tables.find(({ name }) => name === table.name);
    if (former === undefined) return [];
    const shapes = [
      ['general column', generalShape(former), generalShape(table)],
      ['sensitive column', lookupShape(former, before), lookupShape(table, after)],
    ] as const;
    return shapes.flatMap(([kind, old, young]) => [
      ...young
        .filter(({ name }) => !old.some((column) => column.name === name))
        .map(({ name, type }) => ({
          at: `${table.name}.${name}`,
          kind,
          after: type,
          opens: kind === 'general column',
        })),
      ...old
        .filter(({ name }) => !young.some((column) => column.name === name))
        .map(({ name, type }) => ({ at: `${table.name}.${name}`, kind, before: type, opens: false })),
    ]);
  });
}

function key({ profile, at, kind }: PrivacyChange): string {
  return `${profile}\n${at}\n${kind}`;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
