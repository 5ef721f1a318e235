import { loadCatalogue } from '../../src/catalogue/load';
import { openDatabase } from '../../src/engine/database';
import { FolderStore } from '../../src/lake/folder-store';
import { verifyLake } from '../../src/verify/verify-lake';
import type { Counts, Timed } from '../tasks';
import { benchPaths } from './process-lake';
import { benchSalt } from './salt';

export interface VerifyLakeInput {
  readonly lake: string;
}

/** All checks on a lake. The report stays here: nothing is written. */
export async function verifyLakeTask(input: VerifyLakeInput, timed: Timed): Promise<Counts> {
  const catalogue = loadCatalogue('strict');
  const store = new FolderStore(input.lake);
  const database = await openDatabase();
  try {
    const [connection] = database.connections;
    const report = await timed(() => verifyLake({ store, paths: benchPaths, catalogue, connection, salt: benchSalt }));
    const count = (status: string): number => report.checks.filter((check) => check.status === status).length;
    return { checks: report.checks.length, failedChecks: count('failed') };
  } finally {
    database.close();
    await store.close();
  }
}
