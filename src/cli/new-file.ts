import { writeFileSync } from 'node:fs';
import type { ErrorCode } from '../contract/error-catalogue';
import { InsightsError } from '../contract/errors';
import { outputNotWritten, systemCode } from '../contract/system-failure';

/**
 * Writes a file that only its owner may read, where none is yet.
 * @param taken the code to refuse with where there is one
 * @throws InsightsError `taken`, or OUTPUT_NOT_WRITTEN
 */
export function writeNewFile(file: string, text: string, taken: ErrorCode): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const isTaken = systemCode(cause) === 'EEXIST';
    if (isTaken) throw new InsightsError(taken, 'The file is there already.', { place: { file } });
    throw outputNotWritten('The file', file, cause);
  }
}
