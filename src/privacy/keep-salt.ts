import { InsightsError } from '../contract/errors';
import { erasureKeyName, saltFingerprint } from '../contract/salt';
import type { SecretKeeper } from '../contract/secret-keeper';
import type { SaltBackup } from './salt-backup';

/** What became of each secret of a backup. */
export type RestoreOutcome = 'restored' | 'there already' | 'replaced';

/**
 * Reads what a workspace cannot do without: its salt, and the key of its tombstones where persons were erased.
 * @throws InsightsError SALT_MISSING
 */
export async function collectBackup(
  keeper: SecretKeeper,
  workspace: string,
  saltName: string,
  now: Date,
): Promise<SaltBackup> {
  const salt = await readSalt(keeper, saltName);
  const keyName = erasureKeyName(workspace);
  const key = await keeper.read(keyName);
  const secrets = { [saltName]: salt, ...(key === undefined ? {} : { [keyName]: key }) };
  return { format: 1, workspace, madeAt: now.toISOString(), saltName, secrets };
}

/**
 * Writes the secrets of a backup to where they belong. One that is there with the same value stays; one with another value
 * is replaced only when `replace` says so, because a lake cannot be continued with another salt. All are looked at
 * before any is written.
 * @throws InsightsError USAGE when the backup is another workspace's (PRIV4), SALT_DIFFERS
 */
export async function restoreBackup(
  backup: SaltBackup,
  keeper: SecretKeeper,
  workspace: string,
  replace: boolean,
): Promise<Readonly<Record<string, RestoreOutcome>>> {
  if (backup.workspace !== workspace) {
    const message = `The backup is of workspace ${backup.workspace}, not of ${workspace}: each has a salt of its own (PRIV4).`;
    throw new InsightsError('USAGE', message, { nextStep: 'Name the workspace with --workspace.' });
  }
  const present = new Map<string, string | undefined>();
  for (const [name, value] of Object.entries(backup.secrets)) {
    const found = await keeper.read(name);
    present.set(name, found);
    if (found !== undefined && found !== value && !replace) {
      const message = `${keeper.description} has another value for ${name} than the backup.`;
      throw new InsightsError('SALT_DIFFERS', message, {
        details: { present: saltFingerprint(found), backup: saltFingerprint(value) },
        nextStep: 'Where the backup is right, restore it with --replace; the value that is there is lost then.',
      });
    }
  }
  const outcomes: Record<string, RestoreOutcome> = {};
  for (const [name, value] of Object.entries(backup.secrets)) {
    const found = present.get(name);
    if (found !== value) await keeper.replace(name, value);
    outcomes[name] = found === undefined ? 'restored' : found === value ? 'there already' : 'replaced';
  }
  return outcomes;
}

/** @throws InsightsError SALT_MISSING */
export async function readSalt(keeper: SecretKeeper, name: string): Promise<string> {
  const salt = await keeper.read(name);
  if (salt !== undefined && salt !== '') return salt;
  throw new InsightsError('SALT_MISSING', `There is no salt ${name}.`, { place: { path: keeper.description } });
}

/**
 * Refuses a salt or a backup that is not the lake's.
 * @param recorded fingerprint in the lake's ledger; undefined for a lake that was never processed
 * @throws InsightsError SALT_DIFFERS
 */
export function checkFingerprint(found: string, recorded: string | undefined, what: string): void {
  if (recorded === undefined || recorded === found) return;
  const message = `${what} has the fingerprint ${found}; the lake was made with ${recorded}.`;
  throw new InsightsError('SALT_DIFFERS', message, { details: { found, recorded } });
}
