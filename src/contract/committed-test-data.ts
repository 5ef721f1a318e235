import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InsightsError } from './errors';

const listName = 'SHA256SUMS';

/**
 * SHA-256 over the hashes of a committed test set: another one means that the deployment loads it again. Only the list is
 * read, not the set.
 * @param folder the folder `test_data`
 * @throws InsightsError TEST_DATA_MISSING
 */
export function testSetHash(folder: string, set: 'k12' | 'hed'): string {
  const lines = readList(folder)
    .split('\n')
    .filter((line) => new RegExp(`^[0-9a-f]{64} [ *]${set}/`).test(line));
  if (lines.length === 0) {
    const place = { file: `test_data/${listName}` };
    throw new InsightsError('TEST_DATA_MISSING', `The list of hashes has no file of ${set}.`, { place });
  }
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

function readList(folder: string): string {
  try {
    return readFileSync(join(folder, listName), 'utf8');
  } catch (cause) {
    const place = { file: `test_data/${listName}` };
    throw new InsightsError('TEST_DATA_MISSING', 'A part of the test set is missing.', { place, cause });
  }
}
