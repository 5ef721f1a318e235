/** Something that this project stands on, and when its support ends, as its makers said on 2026-11-29. */
export interface Lifetime {
  readonly name: string;
  /** `yyyy-MM-dd`. */
  readonly endOfSupport: string;
  /** What to do before. */
  readonly remedy: string;
}

/** Major versions of Node that package.json may ask for, by the release schedule of Node. */
export const nodeLifetimes: readonly (Lifetime & { readonly major: number })[] = [
  {
    major: 20,
    name: 'Node 20',
    endOfSupport: '2026-04-30',
    remedy: 'Run on Node 22 or 24; package.json says the oldest.',
  },
  { major: 22, name: 'Node 22', endOfSupport: '2027-04-30', remedy: 'Run on Node 24.' },
  { major: 24, name: 'Node 24', endOfSupport: '2028-04-30', remedy: 'Run on a newer line with long-term support.' },
];

/** Packages whose makers have named an end. */
export const packageLifetimes: readonly Lifetime[] = [
  { name: 'cdktf', endOfSupport: '2025-12-10', remedy: 'The maintained line is cdktn, behind one seam (ADR 1).' },
];
