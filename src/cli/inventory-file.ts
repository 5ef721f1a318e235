import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { LakeStore } from '../lake/store';
import type { LakeInventory } from '../privacy/lake-inventory';
import { writeNewFile } from './new-file';
import { printable } from '../contract/printable';
import type { Output } from './output';
import { ownFolder } from '../contract/project-folders';

/** Counts what lies in folders of a lake, with a database of its own for the logs of the tables. */
export async function countFolders(store: LakeStore, folders: readonly string[]): Promise<LakeInventory> {
  const { openDatabase } = require('../engine/database') as typeof import('../engine/database');
  const { takeLakeInventory } = require('../privacy/lake-inventory') as typeof import('../privacy/lake-inventory');
  const database = await openDatabase();
  try {
    return await takeLakeInventory(store, folders, database.connections[0]);
  } finally {
    database.close();
  }
}

/** A line for each table, and their sum. */
export function printLakeInventory(
  { holdings, tables, rows, files, bytes, unread }: LakeInventory,
  output: Output,
): void {
  output.table(
    ['what goes', 'rows', 'files', 'bytes'],
    holdings.map((one) => [printable(one.path), one.rows, one.files, one.bytes]),
  );
  output.line(`${tables} tables with ${rows} rows, ${files} files, ${bytes} bytes.`);
  if (unread > 0) output.line(`Not counted, because you may not read them: ${unread} folders (-).`);
}

/** Where inventories are kept: outside everything that a reset or a destruction takes. */
export function inventoryFolder(projectRoot: string): string {
  return ownFolder(projectRoot, 'inventories');
}

/**
 * Keeps a list of what goes in a new file that only its owner may read.
 * @throws InsightsError OUTPUT_NOT_WRITTEN, also where the file is there already
 */
export function writeInventory(file: string, content: object, output: Output): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeNewFile(file, `${JSON.stringify(content, null, 2)}\n`, 'OUTPUT_NOT_WRITTEN');
  output.line(printable(`Listed in ${file}.`));
}
