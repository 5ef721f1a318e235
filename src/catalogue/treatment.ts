import type { Column, Treatment } from './model';

/** Upstream's short forms beside the full words (upstream-contract.md, metadata format). */
const wordOf: Readonly<Record<string, string>> = { x: 'no-op', m: 'mask', h: 'hash', hnl: 'hash-no-lookup' };

/** What a metadata file may say, for messages. */
export const knownTreatments =
  'no-op, mask, hash, hash-no-lookup, hmac, drop, partition-by, generalise:band:N, generalise:month, generalise:family';

/** Reads the last cell of a metadata line; undefined for anything that is not a treatment, never a guess (design.md principle 5). */
export function parseTreatment(text: string): Treatment | undefined {
  const word = wordOf[text] ?? text;
  switch (word) {
    case 'no-op':
    case 'mask':
    case 'hash':
    case 'hash-no-lookup':
    case 'hmac':
    case 'drop':
    case 'partition-by':
      return { kind: word };
    case 'generalise:month':
      return { kind: 'generalise', rule: 'month' };
    case 'generalise:family':
      return { kind: 'generalise', rule: 'family' };
    default: {
      const width = /^generalise:band:([1-9][0-9]{0,5})$/.exec(word)?.[1];
      return width === undefined ? undefined : { kind: 'generalise', rule: 'band', width: Number(width) };
    }
  }
}

/** The treatment as a metadata file writes it in full, such as `generalise:band:10`: one spelling for one meaning. */
export function treatmentText(treatment: Treatment): string {
  if (treatment.kind !== 'generalise') return treatment.kind;
  return treatment.rule === 'band' ? `generalise:band:${treatment.width}` : `generalise:${treatment.rule}`;
}

/** General shows a digest, named `<column>_pseudonym`. */
export function isPseudonymised(treatment: Treatment): boolean {
  return treatment.kind === 'hash' || treatment.kind === 'hash-no-lookup' || treatment.kind === 'hmac';
}

/** General shows the value exactly as it is in Corrected. Statistics of other columns stay out of the logs (PRIV3). */
export function isReadable(treatment: Treatment): boolean {
  return treatment.kind === 'no-op' || treatment.kind === 'partition-by';
}

/** `Table.Column`, as messages and accepted relations write it. */
export function qualifiedName(table: string, column: Pick<Column, 'name'>): string {
  return `${table}.${column.name}`;
}
