import path from 'node:path';

/** Folders of the project, below its root. */

/** What the command keeps on this machine: lakes, rehearsals, salts, reports. Never committed. */
export function ownFolder(projectRoot: string, ...names: readonly string[]): string {
  return path.join(projectRoot, '.insights', ...names);
}

/** The committed sets of test data, a folder each. */
export function testDataFolder(projectRoot: string, ...names: readonly string[]): string {
  return path.join(projectRoot, 'test_data', ...names);
}

export function catalogueFolder(projectRoot: string): string {
  return path.join(projectRoot, 'assets', 'catalogue');
}
