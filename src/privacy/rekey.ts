import { loadCatalogue } from '../catalogue/load';
import type { Profile } from '../catalogue/model';
import { InsightsError } from '../contract/errors';
import { LakePaths } from '../contract/lake-paths';
import { erasureKeyName, makeSecret, saltFingerprint } from '../contract/salt';
import type { SecretKeeper } from '../contract/secret-keeper';
import { defaultEngineSettings } from '../engine/engine-context';
import { LandingLedger } from '../engine/landing-ledger';
import { processDrop } from '../engine/process';
import { putBack, setAside, type KeptRows } from './rekey-kept';
import { dataVersions, withLakes, type SessionOptions } from './session';

export interface RekeyOptions extends Omit<SessionOptions, 'versions'> {
  readonly keeper: SecretKeeper;
  /** Name of the salt in `keeper`; the new one lies beside it as `oeaNextSalt…` until it has taken its place. */
  readonly saltName: string;
  /** @default 32 random bytes as hex */
  readonly makeSalt?: () => string;
}

/** Counts and fingerprints: nothing that tells a salt or a person. */
export interface RekeyReport {
  readonly format: 1;
  readonly report: 'rekey';
  readonly workspace: string;
  readonly at: string;
  readonly formerFingerprint: string;
  readonly fingerprint: string;
  /** Rows that are past their raw data, by version: they are kept, and no longer join to newer ones (ERASE4). */
  readonly versions: readonly { readonly version: string; readonly kept: readonly KeptRows[] }[];
}

/**
 * Gives a workspace a new salt (ERASE4): every pseudonym of every data version changes, and the tables with the old ones
 * are removed with their logs. The new salt is written before anything else, and takes the old one's place last: a rekey that
 * was interrupted is completed by the next one. Two at once would take each other's salt for one that is done with.
 * @throws InsightsError LAKE_LOCKED while a run or another rekey is active, SALT_DIFFERS, those of `processDrop`
 */
export async function rekey(options: RekeyOptions): Promise<RekeyReport> {
  const { store, workspace } = options;
  const found = await dataVersions(store, workspace);
  if (found.length === 0) {
    throw new InsightsError('LAKE_EMPTY', `Workspace ${workspace} has no lake here.`, {
      place: { file: store.description },
    });
  }
  const lock = await store.lock(new LakePaths(workspace, '').rekeyLock, `rekey ${options.runId}`);
  try {
    return await rekeyVersions(options, found);
  } finally {
    await lock.release();
  }
}

async function rekeyVersions(options: RekeyOptions, found: readonly string[]): Promise<RekeyReport> {
  const { store, workspace, keeper, saltName, now } = options;
  const next = await nextSalt(options);
  const [former, fingerprint] = [saltFingerprint(options.salt), saltFingerprint(next)];
  const versions: RekeyReport['versions'][number][] = [];
  for (const version of found) {
    const paths = new LakePaths(workspace, version);
    const reader = { runId: options.runId, engine: 'rekey' };
    const { catalogue, rebuilding } = (await LandingLedger.open(store, paths, reader)).state;
    const isDone = catalogue?.saltFingerprint === fingerprint && !rebuilding;
    if (!isDone) {
      const aside = { ...options, versions: [version] };
      // While Refined is made anew it is not what it was: what was set aside before that counts.
      if (!rebuilding) await withLakes(aside, async ([lake]) => lake && setAside(lake.context));
      await processDrop({
        store,
        paths,
        catalogue: options.catalogue ?? loadCatalogue((catalogue?.profile ?? 'strict') as Profile),
        salt: next,
        erasureKey: () => keeper.read(erasureKeyName(workspace)),
        settings: defaultEngineSettings,
        rebuild: true,
        now,
        progress: options.progress,
      });
    }
    const fresh = { ...options, salt: next, versions: [version] };
    const kept = await withLakes(fresh, async ([lake]) => (lake === undefined ? [] : putBack(lake.context)));
    versions.push({ version, kept });
  }
  await keeper.replace(saltName, next);
  await keeper.remove(nextName(saltName));
  return {
    format: 1,
    report: 'rekey',
    workspace,
    at: now().toISOString(),
    formerFingerprint: former,
    fingerprint,
    versions,
  };
}

/** The salt of a rekey that was interrupted, else a new one: one in force already is left of a rekey that came to its end. */
async function nextSalt({ keeper, salt, saltName, makeSalt = makeSecret }: RekeyOptions): Promise<string> {
  const name = nextName(saltName);
  await keeper.create(name, makeSalt());
  if ((await keeper.read(name)) === salt) await keeper.replace(name, makeSalt());
  const next = await keeper.read(name);
  if (next === undefined || next === '') throw new InsightsError('SALT_MISSING', `There is no salt ${name}.`);
  return next;
}

/** No workspace has a salt of this name, whatever it is called. */
function nextName(saltName: string): string {
  return saltName.replace(/^oeaSalt/, 'oeaNextSalt');
}
