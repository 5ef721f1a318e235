import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ensureLocalSalt } from '../../src/cli/local-salt';
import { FileSecrets } from '../../src/privacy/file-secrets';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();

test('the salt is in the file that was named, every other secret beside it, for its owner only', async () => {
  const folder = await temporaryFolder();
  const secrets = new FileSecrets(path.join(folder, 'below', 'salt'), 'oeaSalt-dev');
  expect([await secrets.create('oeaSalt-dev', 'a'), await secrets.create('oeaSalt-dev', 'b')]).toEqual([true, false]);
  await secrets.replace('oeaErasureKey-dev', 'c');
  const below = path.join(folder, 'below');
  expect(readdirSync(below).map((name) => [name, readFileSync(path.join(below, name), 'utf8')])).toEqual([
    ['oeaErasureKey-dev', 'c\n'],
    ['salt', 'a\n'],
  ]);
  expect(readdirSync(below).map((name) => statSync(path.join(below, name)).mode & 0o777)).toEqual([0o600, 0o600]);
});

test('where a secret cannot be moved into place no copy of it stays beside it (PRIV3)', async () => {
  const folder = await temporaryFolder();
  mkdirSync(path.join(folder, 'salt', 'x'), { recursive: true });
  const secrets = new FileSecrets(path.join(folder, 'salt'), 'oeaSalt-dev');
  await expect(secrets.replace('oeaSalt-dev', 'a')).rejects.toThrow(/^E/);
  expect(readdirSync(folder)).toEqual(['salt']);
});

test('a local salt is made once, of 32 random bytes', async () => {
  const file = path.join(await temporaryFolder(), 'below', 'oeaSalt-dev');
  await Promise.all([ensureLocalSalt(file), ensureLocalSalt(file)]);
  const salt = readFileSync(file, 'utf8');
  expect(salt).toMatch(/^[0-9a-f]{64}\n$/);
  await ensureLocalSalt(file);
  expect(readFileSync(file, 'utf8')).toBe(salt);
});
