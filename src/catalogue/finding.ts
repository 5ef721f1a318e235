import { InsightsError } from '../contract/errors';

/** One thing that is wrong with the catalogue's files. */
export interface Finding {
  /** `metadata.csv:12` or `tables.json#/tables/AadUser/key`. */
  readonly place: string;
  /** What is wrong, in one sentence. */
  readonly problem: string;
  /** How to mend it, in one sentence. */
  readonly mend: string;
}

/** A place in a JSON file: file name and JSON pointer (RFC 6901). */
export function pointer(file: string, ...path: readonly (string | number)[]): string {
  const escaped = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return `${file}#${escaped.join('')}`;
}

/** Throws CATALOGUE_INVALID that lists every finding, so that one run is enough to mend them all. */
export function refuseFindings(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const lines = findings.map((finding) => `  ${finding.place}: ${finding.problem} ${finding.mend}`);
  const count = findings.length === 1 ? '1 error' : `${findings.length} errors`;
  throw new InsightsError('CATALOGUE_INVALID', [`The catalogue has ${count}:`, ...lines].join('\n'), {
    details: { findings },
  });
}
