import { InsightsError } from '../contract/errors';
import { readDelimited, type DelimitedFile } from './delimited-file';
import type { EngineContext } from './engine-context';

/** A landed file on this machine, and its records. */
export interface LandedRecords extends DelimitedFile {
  readonly localPath: string;
}

type Reading = Pick<EngineContext, 'store' | 'staging'>;

/**
 * Reads a file of stage 1.
 * @param landed its lake path
 * @param rejectLimit rejected records that are kept with their bytes
 * @throws InsightsError INGEST_FILE_UNREADABLE, which stops the file's unit only (ROW10); also where the file is gone
 */
export async function readLanded(context: Reading, landed: string, rejectLimit: number): Promise<LandedRecords> {
  const localPath = await context.store.localPath(landed).catch(async (cause: unknown) => {
    if ((await context.store.stat(landed)) !== undefined) throw cause;
    throw new InsightsError('INGEST_FILE_UNREADABLE', 'The landed file is not in stage 1 any more.', {
      place: { file: landed },
      cause,
    });
  });
  const read = await readDelimited({ localPath, name: landed }, { stagingFolder: context.staging, rejectLimit });
  return { ...read, localPath };
}

/** The same for a question that can stay open: undefined where the file cannot be read. Rejects are only counted. */
export async function readLandedIfPossible(context: Reading, landed: string): Promise<LandedRecords | undefined> {
  try {
    return await readLanded(context, landed, 0);
  } catch (error) {
    if (error instanceof InsightsError && error.code === 'INGEST_FILE_UNREADABLE') return undefined;
    throw error;
  }
}
