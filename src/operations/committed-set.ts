import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InsightsError } from '../contract/errors';

/** A file of a committed test set. */
export interface SetFile {
  /** Path below the set, `M365/activity/…`. */
  readonly path: string;
  /** Lower-case hex, as the list of hashes says. */
  readonly sha256: string;
  /** The bytes, checked against `sha256`. @throws InsightsError TEST_DATA_MISSING, TEST_DATA_CHANGED */
  read(): Promise<Buffer>;
}

const listName = 'SHA256SUMS';

/**
 * The files of a test set that test_data/SHA256SUMS lists, in its order.
 * @param folder the folder `test_data`
 * @throws InsightsError TEST_DATA_MISSING
 */
export async function committedSet(folder: string, set: string): Promise<readonly SetFile[]> {
  const list = await readFile(path.join(folder, listName), 'utf8').catch((cause: unknown) => {
    throw missing(listName, cause);
  });
  const files = list.split('\n').flatMap((line) => {
    const [, sha256 = '', name = ''] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    return name.startsWith(`${set}/`) ? [setFile(folder, name, set.length + 1, sha256)] : [];
  });
  if (files.length === 0) throw missing(`${set}/`, undefined);
  return files;
}

function setFile(folder: string, name: string, start: number, sha256: string): SetFile {
  return {
    path: name.slice(start),
    sha256,
    async read() {
      const bytes = await readFile(path.join(folder, name)).catch((cause: unknown) => {
        throw missing(name, cause);
      });
      if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
      throw new InsightsError('TEST_DATA_CHANGED', 'A file of the test set is not the committed one.', {
        place: { file: `test_data/${name}` },
      });
    },
  };
}

function missing(name: string, cause: unknown): InsightsError {
  return new InsightsError('TEST_DATA_MISSING', 'A part of the test set is missing.', {
    place: { file: `test_data/${name}` },
    cause,
  });
}
