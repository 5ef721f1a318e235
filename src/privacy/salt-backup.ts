import { CompactEncrypt, compactDecrypt } from 'jose';
import { InsightsError } from '../contract/errors';
import { saltFingerprint } from '../contract/salt';

/** Shorter passphrases can be found by trying; as NIST SP 800-63B-4 has it for a secret used alone. */
const passphraseLength = 15;

/** Rounds of PBKDF2 with SHA-512 that make a key of the passphrase; the number that OWASP asks for. */
const rounds = 210_000;

/** Above this a forged backup could keep a computer busy. */
const mostRounds = 10 * rounds;

/** What a backup holds. A workspace's tombstones are of no use without their key, so it goes with the salt. */
export interface SaltBackup {
  readonly format: 1;
  readonly workspace: string;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** Name in the vault, or of the file, of the salt among `secrets`. */
  readonly saltName: string;
  /** Values by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Encrypts a backup with a passphrase: JSON Web Encryption in compact form (RFC 7516), PBES2-HS512+A256KW and A256GCM, so
 * that other tools open it too, such as `jose jwe dec`.
 * @throws InsightsError PASSPHRASE_SHORT
 */
export async function sealBackup(backup: SaltBackup, passphrase: string): Promise<string> {
  const key = keyOf(passphrase);
  return new CompactEncrypt(Buffer.from(JSON.stringify(backup)))
    .setProtectedHeader({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', cty: 'json' })
    .setKeyManagementParameters({ p2c: rounds })
    .encrypt(key);
}

/**
 * Opens a backup.
 * @param file for messages
 * @throws InsightsError SALT_BACKUP_UNREADABLE when the text is no backup of ours, was changed, or has another passphrase
 */
export async function openBackup(text: string, passphrase: string, file: string): Promise<SaltBackup> {
  let content: unknown;
  try {
    const { plaintext } = await compactDecrypt(text.trim(), Buffer.from(passphrase), {
      keyManagementAlgorithms: ['PBES2-HS512+A256KW'],
      contentEncryptionAlgorithms: ['A256GCM'],
      maxPBES2Count: mostRounds,
    });
    content = JSON.parse(Buffer.from(plaintext).toString('utf8'));
  } catch (cause) {
    throw unreadable('The backup cannot be opened: damaged, or another passphrase.', file, cause);
  }
  if (!isBackup(content))
    throw unreadable('The file is encrypted with this passphrase, but no backup of a salt.', file);
  return content;
}

/** Tells which salt a backup holds, without telling it. */
export function backupFingerprint(backup: SaltBackup): string {
  return saltFingerprint(backup.secrets[backup.saltName] ?? '');
}

function keyOf(passphrase: string): Uint8Array {
  if (passphrase.length < passphraseLength) {
    const message = `The passphrase has fewer than ${passphraseLength} characters.`;
    throw new InsightsError('PASSPHRASE_SHORT', message);
  }
  return Buffer.from(passphrase);
}

function isBackup(content: unknown): content is SaltBackup {
  if (typeof content !== 'object' || content === null) return false;
  const { format, workspace, saltName, secrets } = content as Partial<SaltBackup>;
  if (format !== 1 || typeof workspace !== 'string' || typeof saltName !== 'string') return false;
  return typeof secrets === 'object' && secrets !== null && typeof secrets[saltName] === 'string';
}

function unreadable(message: string, file: string, cause?: unknown): InsightsError {
  return new InsightsError('SALT_BACKUP_UNREADABLE', message, { place: { file }, cause });
}
