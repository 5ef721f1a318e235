import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderStore } from '../../src/lake/folder-store';
import { newestReports } from '../../src/lake/newest-reports';
import { runReport, verificationReport } from '../contract/lake-schema-examples';
import { useTemporaryFolders } from '../support/temporary-folder';

const newFolder = useTemporaryFolders();

test('the newest reports of a folder by their time, whatever they are called', async () => {
  const root = await newFolder();
  const store = new FolderStore(root, { durable: false });
  const named = (runId: string): object => ({ ...runReport, runId });
  // A later version of this program may say more.
  const later = { ...named('b'), duration: 7, messages: [{ severity: 'error', code: 'X', message: 'Y', rule: 'Z' }] };
  const files: Readonly<Record<string, readonly [seconds: number, text: string]>> = {
    'ffff.json': [1, JSON.stringify(named('ffff'))],
    '0000.json': [3, JSON.stringify(named('0000'))],
    '20260101T000000Z-a.json': [2, JSON.stringify(named('a'))],
    'b.json': [2, JSON.stringify(later)],
    'torn.json': [4, '{'],
    'list.json': [5, '[]'],
    'null.json': [6, 'null'],
    'verification.json': [7, JSON.stringify(verificationReport)],
    'other.json': [8, JSON.stringify({ ...runReport, units: [null] })],
    'x.html': [9, JSON.stringify(named('x'))],
  };
  for (const [name, [seconds, text]] of Object.entries(files)) {
    await store.write(`oea/runs/${name}`, text);
    await utimes(join(root, 'oea/runs', name), seconds, seconds);
  }
  const unreadable = ['other', 'verification', 'null', 'list', 'torn'];
  expect(await newestReports(store, 'oea/runs', 8, 'run-report')).toEqual([
    ...unreadable.map((name) => ({ path: `oea/runs/${name}.json`, report: undefined })),
    { path: 'oea/runs/0000.json', report: named('0000') },
    { path: 'oea/runs/b.json', report: later },
    { path: 'oea/runs/20260101T000000Z-a.json', report: named('a') },
  ]);
  expect(await newestReports(store, 'oea/other', 4, 'run-report')).toEqual([]);
});
