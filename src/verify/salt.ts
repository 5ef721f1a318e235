import { createHmac } from 'node:crypto';

/** docs/lake-format.md §3. */
export function fingerprintOfSalt(salt: string): string {
  return createHmac('sha256', salt).update('education-insights salt fingerprint').digest('hex').slice(0, 16);
}
