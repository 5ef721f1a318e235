import { createHmac, randomBytes } from 'node:crypto';
import { InsightsError } from './errors';
import type { ReportMessage } from './lake-format';

/** Shorter salts can be found by trying. */
const saltLength = 16;

/** A new salt or erasure key: 32 random bytes as hex (design.md §5). */
export function makeSecret(): string {
  return randomBytes(32).toString('hex');
}

/** The salt from a file's text: trimmed. Throws SALT_MISSING for an empty one; the text is never shown. */
export function saltFromText(text: string, file: string): string {
  const salt = text.trim();
  if (salt === '') throw new InsightsError('SALT_MISSING', 'The salt file is empty.', { place: { file } });
  return salt;
}

/** A warning for a salt that is accepted but weak; undefined for a good one. */
export function saltWarning(salt: string): ReportMessage | undefined {
  if (salt.length >= saltLength) return undefined;
  const message = `The salt has fewer than ${saltLength} characters: pseudonyms could be undone by trying salts.`;
  return { severity: 'warning', code: 'SALT_SHORT', message };
}

/** Environment variable with the passphrase of a salt's backup, for the command that asks for it: src/cli/main.ts takes it out before anything is started. */
export const passphraseVariable = 'INSIGHTS_PASSPHRASE';

/** Tells two salts apart without telling anything about them (docs/lake-format.md §3). */
export function saltFingerprint(salt: string): string {
  return createHmac('sha256', salt).update('education-insights salt fingerprint').digest('hex').slice(0, 16);
}

/** Name of the vault secret, and of the local file, that holds a workspace's salt (design.md §5, PRIV4). */
export function saltName(workspace: string, profile: string): string {
  return workspace === 'prod' || profile === 'v0.2' ? 'oeaSalt' : `oeaSalt-${workspace}`;
}

/**
 * Name of the secret under which a workspace's tombstones are made (ERASE1). A key of its own that is never rotated: the
 * salt changes with a rekey, and salted digests would be the published pseudonyms.
 */
export function erasureKeyName(workspace: string): string {
  return workspace === 'prod' ? 'oeaErasureKey' : `oeaErasureKey-${workspace}`;
}
