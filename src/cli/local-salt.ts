import path from 'node:path';
import { makeSecret } from '../contract/salt';
import { FileSecrets } from '../privacy/file-secrets';

/**
 * Makes the salt file of a local lake where there is none; never overwritten, because a lake cannot be continued with
 * another salt. Two starts at once agree on one.
 */
export async function ensureLocalSalt(file: string): Promise<void> {
  const name = path.basename(file);
  await new FileSecrets(file, name).create(name, makeSecret());
}
