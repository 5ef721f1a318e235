import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../src/cli/program';
import { saltFingerprint } from '../../src/contract/salt';
import { openBackup } from '../../src/privacy/salt-backup';
import { useTemporaryFolders } from '../support/temporary-folder';
import { captured, projectRoot } from './captured';

const temporaryFolder = useTemporaryFolders();

async function insights(root: string, ...words: string[]) {
  const surroundings = captured({ projectRoot: root, passphrase: 'five words drawn by lot' });
  const exitCode = await runCli(words, surroundings);
  return { exitCode, ...surroundings.printed() };
}

async function folderWithSalt(): Promise<{ root: string; file: string }> {
  const root = await temporaryFolder();
  writeFileSync(path.join(root, 'package.json'), '{"version":"0"}');
  const file = path.join(root, 'salt');
  writeFileSync(file, 'a salt of the tests\n');
  writeFileSync(path.join(root, 'oeaErasureKey-dev'), 'a key of the tests\n');
  return { root, file };
}

const fingerprint = saltFingerprint('a salt of the tests');

test('a salt that was lost is restored from its backup, with the erasure key', async () => {
  const { root, file } = await folderWithSalt();
  const out = path.join(root, 'backup.jwe');
  expect(await insights(root, 'salt', 'backup', '--salt-file', file, '--out', out)).toEqual({
    exitCode: 0,
    stdout: `Backed up oeaSalt-dev and oeaErasureKey-dev of ${root} to ${out}.\nFingerprint of the salt: ${fingerprint}\n`,
    stderr: '',
  });
  expect(statSync(out).mode & 0o777).toBe(0o600);

  const elsewhere = await temporaryFolder();
  writeFileSync(path.join(elsewhere, 'package.json'), '{"version":"0"}');
  const passphraseFile = path.join(elsewhere, 'passphrase');
  writeFileSync(passphraseFile, 'five words drawn by lot\n');
  const restored = await insights(elsewhere, 'salt', 'restore', out, '--passphrase-file', passphraseFile);
  expect(restored.stdout).toBe(
    `oeaSalt-dev: restored\noeaErasureKey-dev: restored\nFingerprint of the salt: ${fingerprint}\n`,
  );
  const place = path.join(elsewhere, '.insights');
  expect(readFileSync(path.join(place, 'oeaSalt-dev'), 'utf8')).toBe('a salt of the tests\n');
  expect(readFileSync(path.join(place, 'oeaErasureKey-dev'), 'utf8')).toBe('a key of the tests\n');
  expect(statSync(path.join(place, 'oeaSalt-dev')).mode & 0o777).toBe(0o600);
});

test('a backup is never overwritten, and its fingerprint is told without restoring it', async () => {
  const { root, file } = await folderWithSalt();
  const out = path.join(root, 'backup.jwe');
  await insights(root, 'salt', 'backup', '--salt-file', file, '--out', out);
  const again = await insights(root, 'salt', 'backup', '--salt-file', file, '--out', out);
  expect([again.exitCode, again.stderr]).toEqual([
    2,
    `SALT_BACKUP_EXISTS: The file is there already.\n  where: ${out}\n  next:  Name another file with --out.\n`,
  ]);
  const told = await insights(root, 'salt', 'fingerprint', '--backup', out, '--json');
  expect(JSON.parse(told.stdout)).toEqual({
    command: 'salt fingerprint',
    exitCode: 0,
    result: { fingerprint, lake: null },
    error: null,
  });
  expect(existsSync(path.join(root, '.insights'))).toBe(false);
});

test.each([
  [['salt', 'backup', '--out', 'x', '--workspace', 'prod'], 'SALT_MISSING: Workspace prod needs --salt-file or --env.'],
  [
    ['salt', 'backup', '--out', 'x', '--env', 'dev', '--salt-file', 'f'],
    'USAGE: The salt is in the vault of --env or in --salt-file, not in both.',
  ],
  [['salt', 'restore', 'absent'], 'SALT_BACKUP_UNREADABLE: The backup cannot be read.'],
  [
    ['salt', 'backup', '--out', 'x', '--passphrase-file', 'absent'],
    'PASSPHRASE_MISSING: The file with the passphrase cannot be read.',
  ],
])('%j is refused', async (words, message) => {
  const { root } = await folderWithSalt();
  const { exitCode, stderr } = await insights(root, ...words);
  expect([exitCode, stderr.split('\n')[0]]).toEqual([2, message]);
});

test('the passphrase of the environment is for the command, and no process that it starts gets it (PRIV3)', async () => {
  const { root, file } = await folderWithSalt();
  const out = path.join(root, 'backup.jwe');
  // What the process of the command has left when it ends is what its children could have had.
  const script = `
    process.argv.splice(1, 0, 'insights');
    require('./bin/insights.cjs');
    process.on('exit', () => console.log('INSIGHTS_PASSPHRASE' in process.env));`;
  const passphrase = 'five words drawn by lot';
  const said = execFileSync(process.execPath, ['-e', script, 'salt', 'backup', '--salt-file', file, '--out', out], {
    encoding: 'utf8',
    cwd: projectRoot,
    env: { ...process.env, INSIGHTS_PASSPHRASE: passphrase },
  });
  expect(said.trimEnd().split('\n').at(-1)).toBe('false');
  const { secrets } = await openBackup(readFileSync(out, 'utf8'), passphrase, out);
  expect(secrets).toEqual({ 'oeaSalt-dev': 'a salt of the tests', 'oeaErasureKey-dev': 'a key of the tests' });
});

test('without a passphrase nothing is read', async () => {
  const { root, file } = await folderWithSalt();
  const surroundings = captured({ projectRoot: root });
  expect(await runCli(['salt', 'backup', '--salt-file', file, '--out', path.join(root, 'x')], surroundings)).toBe(2);
  expect(surroundings.printed().stderr).toBe(
    [
      'PASSPHRASE_MISSING: No passphrase was given.',
      '  next:  Write the passphrase into a file and name it with --passphrase-file, or set INSIGHTS_PASSPHRASE.',
      '',
    ].join('\n'),
  );
});
