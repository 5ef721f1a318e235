import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { readRuns } from '../../src/dashboard/runs';
import { FolderStore } from '../../src/lake/folder-store';
import { runReport, verificationReport } from '../contract/lake-schema-examples';
import { smallPaths } from '../support/small-place';
import { useTemporaryFolders } from '../support/temporary-folder';

const newFolder = useTemporaryFolders();

/** Missing, and the end of the verification that is shown, where these lie among the verifications, the oldest first. */
async function shownOf(...reports: readonly unknown[]): Promise<readonly (string | undefined)[]> {
  const root = await newFolder();
  const store = new FolderStore(root, { durable: false });
  for (const [index, report] of reports.entries()) {
    const path = smallPaths.verifyReport(`verify-${index}`);
    await store.write(path, JSON.stringify(report));
    await utimes(join(root, path), index + 1, index + 1);
  }
  const { missing, verification } = await readRuns(store, smallPaths);
  return [missing, verification?.finishedAt];
}

test('the page of runs shows the reports that can be read', async () => {
  const store = new FolderStore(await newFolder(), { durable: false });
  await store.write(smallPaths.runReport('run-1'), JSON.stringify(runReport));
  await store.write(smallPaths.runReport('run-2'), 'null');
  expect(await readRuns(store, smallPaths)).toEqual({
    missing: 'This lake has not been verified yet: run `insights verify` on it.',
    tables: [],
    runs: [{ finishedAt: runReport.finishedAt, engine: runReport.engine, outcome: runReport.outcome, units: 1 }],
  });
});

test('a verification is that of the data version, and what cannot be read is not taken for none', async () => {
  const own = { ...verificationReport, version: smallPaths.version };
  const other = { ...verificationReport, version: '9.9' };
  const path = smallPaths.verifyReport('verify-1');
  const unreadable = `The newest report of a verification cannot be read: move ${path} out of the folder, or run \`insights verify\` again.`;
  expect(await shownOf(own, [])).toEqual([unreadable, undefined]);
  expect(await shownOf([], own, other)).toEqual([undefined, own.finishedAt]);
  expect(await shownOf(other)).toEqual([
    'This lake has not been verified yet: run `insights verify` on it.',
    undefined,
  ]);
});
