import type { BlobLeaseClient, BlockBlobClient } from '@azure/storage-blob';
import { InsightsError } from '../contract/errors';
import { ignoring, statusOf } from './blob-errors';
import type { LakeLock } from './store';

/** Seconds that a lease outlives its holder: the longest that Azure gives, short of for ever. */
const leaseSeconds = 60;
const renewEvery = 20_000;

/** A lock on a storage account: a lease, held by a blob that says who holds it. */
export interface BlobLock extends LakeLock {
  /** @throws InsightsError LAKE_LOCK_LOST when the lease is no longer surely ours */
  assertHeld(): void;
}

/**
 * Takes the lease of the lock blob and renews it in the background until released. The blob is empty between runs, so
 * that content found after the lease is taken means that the last holder died.
 * @param path for messages
 * @throws InsightsError LAKE_LOCKED
 */
export async function takeBlobLock(
  blob: BlockBlobClient,
  path: string,
  holder: string,
  clock: () => number = Date.now,
): Promise<BlobLock> {
  await ignoring([409, 412], () => blob.upload('', 0, { conditions: { ifNoneMatch: '*' } }));
  const lease = blob.getBlobLeaseClient();
  let renewed = clock();
  try {
    await lease.acquireLease(leaseSeconds);
  } catch (error) {
    if (statusOf(error) === 409) throw locked(await holderOf(blob), path);
    throw error;
  }
  const takenOver = (await holderOf(blob)).length > 0;
  const conditions = { leaseId: lease.leaseId };
  const text = JSON.stringify({ holder, since: new Date(renewed).toISOString() });
  await blob.upload(text, Buffer.byteLength(text), { conditions });

  let lost = false;
  const timer = setInterval(() => {
    const asked = clock();
    void renew(lease).then((held) => {
      if (held === true) renewed = asked;
      if (held === false) lost = true;
    });
  }, renewEvery);
  timer.unref();
  return {
    takenOver,
    assertHeld: () => {
      if (lost || clock() - renewed >= leaseSeconds * 1000) {
        throw new InsightsError('LAKE_LOCK_LOST', 'This run lost the lock of the lake.', { place: { path } });
      }
    },
    release: async () => {
      clearInterval(timer);
      // 409 and 412: somebody else has the lease by now; it is theirs to empty and release.
      await ignoring([404, 409, 412], async () => {
        await blob.upload('', 0, { conditions });
        await lease.releaseLease();
      });
    },
  };
}

/** True when renewed, false when another has it, undefined when the account did not answer. */
async function renew(lease: BlobLeaseClient): Promise<boolean | undefined> {
  try {
    await lease.renewLease();
    return true;
  } catch (error) {
    return [404, 409, 412].includes(statusOf(error) ?? 0) ? false : undefined;
  }
}

async function holderOf(blob: BlockBlobClient): Promise<string> {
  return (await blob.downloadToBuffer()).toString('utf8');
}

function locked(text: string, path: string): InsightsError {
  let by = 'a run that is starting or stopping';
  let details: Record<string, unknown> = {};
  try {
    const { holder, since } = JSON.parse(text) as { holder: string; since: string };
    by = `${holder} since ${since}`;
    details = { holder, since };
  } catch {
    // Empty: the holder has the lease and has not written its name yet, or has emptied it already.
  }
  return new InsightsError('LAKE_LOCKED', `The lake is locked by ${by}.`, {
    place: { path },
    details,
    nextStep: 'Wait until that run is done; the lock of a run that died ends by itself within a minute.',
  });
}
