import { createHash } from 'node:crypto';

/** Names of pages and visuals: the same key gives the same name each time, so that a new version shows what changed. */
export function itemName(...key: readonly string[]): string {
  return hash(key).slice(0, 20);
}

/** Names of filters, unique in a report. */
export function filterName(...key: readonly string[]): string {
  return `Filter${hash(['filter', ...key]).slice(0, 24)}`;
}

/** A GUID of version 8 (own rule, RFC 9562) made of a key. */
export function itemGuid(...key: readonly string[]): string {
  const digits = hash(['guid', ...key]);
  const variant = '89ab'.charAt(parseInt(digits.charAt(16), 16) % 4);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}

function hash(key: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(key)).digest('hex');
}
