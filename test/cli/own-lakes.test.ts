import { mkdirSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { newestOwnLake, processedLake, rehearsedLake } from '../../src/cli/own-lakes';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();

/** A lake whose last report of a verification was left at this second. */
function verified(lake: string, second: number): void {
  const reports = path.join(lake, 'oea', 'reports', 'dev', 'verify');
  mkdirSync(reports, { recursive: true });
  utimesSync(reports, second, second);
}

test('a person looks at the lake that was verified last, and else at the one that a command would make', async () => {
  const root = await temporaryFolder();
  const [processed, rehearsed] = [processedLake(root), rehearsedLake(root)];
  expect([processed, rehearsed]).toEqual([
    path.join(root, '.insights', 'lake'),
    path.join(root, '.insights', 'rehearsed-lake'),
  ]);
  expect(newestOwnLake(root)).toBe(processed);
  verified(rehearsed, 1_000);
  expect(newestOwnLake(root)).toBe(rehearsed);
  verified(processed, 2_000);
  expect(newestOwnLake(root)).toBe(processed);
  verified(rehearsed, 3_000);
  expect(newestOwnLake(root)).toBe(rehearsed);
});
