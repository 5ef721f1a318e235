import { readRuns } from '../../src/dashboard/runs';
import { FolderStore } from '../../src/lake/folder-store';
import { runReport } from '../contract/lake-schema-examples';
import { smallPaths } from '../support/small-place';
import { useTemporaryFolders } from '../support/temporary-folder';

const newFolder = useTemporaryFolders();

test('the page of runs shows the reports that can be read', async () => {
  const store = new FolderStore(await newFolder(), { durable: false });
  const verifications = 'oea/reports/dev/verify';
  await store.write(smallPaths.runReport('run-1'), JSON.stringify(runReport));
  await store.write(smallPaths.runReport('run-2'), 'null');
  await store.write(`${verifications}/run-1.json`, '[]');
  expect(await readRuns(store, smallPaths)).toEqual({
    missing: 'This lake has not been verified yet: run `insights verify` on it.',
    tables: [],
    runs: [{ finishedAt: runReport.finishedAt, engine: runReport.engine, outcome: runReport.outcome, units: 1 }],
  });
});
