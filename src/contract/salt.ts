import { createHmac } from 'node:crypto';
import { InsightsError } from './errors';

/** Shorter salts could be guessed by trying; EnsureSalt makes 32 random bytes (design.md §5). */
const shortestSalt = 16;

/** The salt from a file's text: trimmed. Throws SALT_MISSING for one that is too short; the text is never shown. */
export function saltFromText(text: string, file: string): string {
  const salt = text.trim();
  if (salt.length < shortestSalt) {
    throw new InsightsError('SALT_MISSING', `The salt has fewer than ${shortestSalt} characters.`, { place: { file } });
  }
  return salt;
}

/** Tells two salts apart without telling anything about them (docs/lake-format.md §3). */
export function saltFingerprint(salt: string): string {
  return createHmac('sha256', salt).update('education-insights salt fingerprint').digest('hex').slice(0, 16);
}

/** Name of the vault secret, and of the local file, that holds a workspace's salt (design.md §5, PRIV4). */
export function saltName(workspace: string, profile: string): string {
  return workspace === 'prod' || profile === 'v0.2' ? 'oeaSalt' : `oeaSalt-${workspace}`;
}
