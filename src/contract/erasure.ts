import { createHmac } from 'node:crypto';

/**
 * Tombstones of erased persons (docs/lake-format.md §7; ERASE1, ERASE2): `_erasure/<20 digits>.json` beside the data
 * versions of Ingested, entries created by put-if-absent and never changed, of all data versions of a workspace.
 */
export interface TombstoneEntry {
  readonly format: 1;
  /** Equal to the file name; consecutive from 0. */
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /**
   * `erase` and `lift` set and take away tombstones, `hold` and `release` a legal hold; `finished` says that everything
   * erased before it is out of every stage.
   */
  readonly action: 'erase' | 'lift' | 'hold' | 'release' | 'finished';
  /** HMAC of a constant under the erasure key: with another key nobody would be recognised, and no one would notice. */
  readonly keyFingerprint: string;
  /** `identifierHmac` of each, sorted. */
  readonly identifiers: readonly string[];
}

/** A landed file after rows were left out of it. */
export interface ErasedFile {
  /** Lake path in stage 1. */
  readonly landed: string;
  /** Records left out this time. */
  readonly rows: number;
  /** Of what remains. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Identifier domains of the catalogue that name a person: directory accounts, and persons of the roster. */
export const personDomains = ['directoryUser', 'person'] as const;

export type PersonDomain = (typeof personDomains)[number];

export function isPersonDomain(domain: string | undefined): domain is PersonDomain {
  return personDomains.some((one) => one === domain);
}

/**
 * One spelling for the spellings of an identifier (ROW9): without blanks around it, ASCII letters small, a GUID without
 * braces and dashes.
 */
export function identifierForm(value: string): string {
  const text = value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const digits = text.replace(/^\{(.*)\}$/, '$1').replaceAll('-', '');
  return /^[0-9a-f]{32}$/.test(digits) ? digits : text;
}

/** What a tombstone says of an identifier: lower-case hex HMAC-SHA256 over domain, U+001F and its form. */
export function identifierHmac(key: string, domain: PersonDomain, value: string): string {
  return createHmac('sha256', key)
    .update(`${domain}\u001f${identifierForm(value)}`)
    .digest('hex');
}

/** Tells two erasure keys apart without telling anything about them. */
export function erasureKeyFingerprint(key: string): string {
  return createHmac('sha256', key).update('education-insights erasure key fingerprint').digest('hex').slice(0, 16);
}
