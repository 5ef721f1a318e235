import type { Catalogue, Table } from '../catalogue/model';
import { treatmentText } from '../catalogue/treatment';
import { InsightsError } from '../contract/errors';
import type { CatalogueEvent, CatalogueTableShape } from '../contract/lake-format';

/** How the catalogue in force differs from the one that a lake was built with. */
export type CatalogueChange =
  | { readonly kind: 'first' | 'none' }
  /** Only what rows to come are judged by, such as the known words of a column: nothing that is there changes. */
  | { readonly kind: 'rules' }
  /** New columns at the end of tables, or new tables: old rows have null there. */
  | { readonly kind: 'extended'; readonly tables: readonly string[] }
  /** Treatments, keys or the salt changed: Refined must be made anew. */
  | { readonly kind: 'refined'; readonly reasons: readonly string[]; readonly hasNewSalt: boolean }
  /** Columns were renamed, moved, removed or have another type: Corrected does not fit any more. */
  | { readonly kind: 'corrected'; readonly reasons: readonly string[] };

/** The ledger's record of a catalogue and a salt. */
export function catalogueEvent(catalogue: Catalogue, saltFingerprint: string): CatalogueEvent {
  const { profile, fingerprint } = catalogue;
  const tables = Object.fromEntries(catalogue.tables.map((table) => [table.name, shapeOf(table)]));
  return { event: 'catalogue', profile, fingerprint, saltFingerprint, tables };
}

function shapeOf(table: Table): CatalogueTableShape {
  return {
    columns: table.columns.map(({ name, type, treatment }) => [name, type, treatmentText(treatment)] as const),
    key: table.key,
    whenGone: table.whenGone,
  };
}

/** Compares what a lake was built with to what is in force now. Pure. */
export function compareCatalogues(before: CatalogueEvent | undefined, now: CatalogueEvent): CatalogueChange {
  if (before === undefined) return { kind: 'first' };
  const moved: string[] = [];
  const treated: string[] = [];
  const extended: string[] = [];
  for (const [table, former] of Object.entries(before.tables)) {
    const present = now.tables[table];
    if (present === undefined) {
      moved.push(`table ${table} is gone`);
      continue;
    }
    former.columns.forEach(([name, type, treatment], index) => {
      const [presentName, presentType, presentTreatment] = present.columns[index] ?? [];
      if (presentName !== name) moved.push(`${table}.${name} is not column ${index + 1} any more`);
      else if (presentType !== type) moved.push(`${table}.${name} was ${type} and is ${presentType}`);
      else if (presentTreatment !== treatment)
        treated.push(`${table}.${name} was ${treatment} and is ${presentTreatment}`);
    });
    if (former.key.join() !== present.key.join()) moved.push(`${table} has another key`);
    if (former.whenGone !== present.whenGone)
      treated.push(`${table}: rows that left were ${former.whenGone}, now ${present.whenGone}`);
    if (present.columns.length > former.columns.length) extended.push(table);
  }
  for (const table of Object.keys(now.tables)) if (!(table in before.tables)) extended.push(table);
  if (moved.length > 0) return { kind: 'corrected', reasons: moved };
  const hasNewSalt = before.saltFingerprint !== now.saltFingerprint;
  if (before.profile !== now.profile) treated.unshift(`the profile was ${before.profile} and is ${now.profile}`);
  if (hasNewSalt) treated.unshift('the salt is another one');
  if (treated.length > 0) return { kind: 'refined', reasons: treated, hasNewSalt };
  if (extended.length > 0) return { kind: 'extended', tables: extended };
  return { kind: before.fingerprint === now.fingerprint ? 'none' : 'rules' };
}

/** Refuses a change that may not happen silently. @throws InsightsError SALT_CHANGED, CATALOGUE_CHANGED, REBUILD_IMPOSSIBLE */
export function refuseChange(change: CatalogueChange, rebuild: boolean): void {
  if (change.kind === 'corrected') {
    throw new InsightsError('REBUILD_IMPOSSIBLE', `The catalogue has changed: ${firstFew(change.reasons)}.`);
  }
  if (change.kind !== 'refined' || rebuild) return;
  const code = change.hasNewSalt ? 'SALT_CHANGED' : 'CATALOGUE_CHANGED';
  throw new InsightsError(code, `Refined was made otherwise: ${firstFew(change.reasons)}.`);
}

function firstFew(reasons: readonly string[]): string {
  const shown = reasons.slice(0, 5).join('; ');
  return reasons.length > 5 ? `${shown}; and ${reasons.length - 5} more` : shown;
}
