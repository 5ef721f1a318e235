/** What the page shows, as it stands in the address behind `#`: shared, bookmarked, gone back to. */
export interface Address {
  readonly page: PageName;
  /** Ids of filter values; undefined is all. */
  readonly school?: string | undefined;
  readonly class?: string | undefined;
  readonly role?: string | undefined;
  readonly app?: string | undefined;
  /** A month or the Monday of a week. */
  readonly period?: string | undefined;
  /** Which grouping of kinds is charted. */
  readonly kinds?: string | undefined;
  /** What is searched in the dictionary. */
  readonly search?: string | undefined;
}

export const pageNames = ['engagement', 'runs', 'dictionary', 'about'] as const;
export type PageName = (typeof pageNames)[number];

const fields = ['school', 'class', 'role', 'app', 'period', 'kinds', 'search'] as const;

/** What is filtered by, in the order of the page. */
export const filterFields = ['school', 'class', 'role', 'app', 'period'] as const;
export type FilterField = (typeof filterFields)[number];

/** An unknown page is the first one; unknown words are left out. @param hash with or without `#` */
export function parseAddress(hash: string): Address {
  const [name = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const page = pageNames.find((one) => one === name) ?? 'engagement';
  const values = new URLSearchParams(query);
  const given = fields.flatMap((field) => {
    const value = values.get(field);
    return value === null || value === '' ? [] : [[field, value] as const];
  });
  return { page, ...Object.fromEntries(given) };
}

/** The address as it stands behind `#`, with the `#`. */
export function formatAddress(address: Address): string {
  const values = new URLSearchParams();
  for (const field of fields) {
    const value = address[field];
    if (value !== undefined && value !== '') values.set(field, value);
  }
  const query = values.toString();
  return `#${address.page}${query === '' ? '' : `?${query}`}`;
}

/**
 * The address with one filter set, or taken away where it was set to the same. A class is one of its school and of
 * students: it goes when the school does, and takes the role away.
 */
export function toggled(address: Address, field: FilterField, value: string | undefined): Address {
  const next = address[field] === value ? undefined : value;
  const changed = { ...address, [field]: next };
  if (field === 'school') return { ...changed, class: undefined };
  if (field === 'class' && next !== undefined) return { ...changed, role: undefined };
  return field === 'role' && next !== undefined ? { ...changed, class: undefined } : changed;
}

export function withoutFilters(address: Address): Address {
  return { page: address.page, kinds: address.kinds };
}
