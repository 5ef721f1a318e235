import { CompactEncrypt } from 'jose';
import { saltFingerprint } from '../../src/contract/salt';
import { checkFingerprint, collectBackup, restoreBackup } from '../../src/privacy/keep-salt';
import { backupFingerprint, openBackup, sealBackup, type SaltBackup } from '../../src/privacy/salt-backup';
import { refusalOf } from '../support/erasure';
import { MemorySecrets } from '../support/memory-secrets';
import { refusal } from '../support/refusal';

const passphrase = 'five words drawn by lot';
const salt = 'a salt of thirty-two random bytes';
const now = new Date('2026-03-01T12:00:00Z');
const backup: SaltBackup = {
  format: 1,
  workspace: 'prod',
  madeAt: now.toISOString(),
  saltName: 'oeaSalt',
  secrets: { oeaSalt: salt, oeaErasureKey: 'the key of the tombstones' },
};

describe('a backup', () => {
  const sealed = sealBackup(backup, passphrase);

  test('gives back what went in, and shows neither value', async () => {
    const text = await sealed;
    const header = JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString()) as object;
    expect(header).toMatchObject({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 210_000 });
    expect(await openBackup(`${text}\n`, passphrase, 'backup.jwe')).toEqual(backup);
    expect(text.includes(salt) || text.includes(Buffer.from(salt).toString('base64url'))).toBe(false);
    expect(backupFingerprint(backup)).toBe(saltFingerprint(salt));
  });

  test.each([
    ['another passphrase', (text: string) => text, 'five other words by lot'],
    [
      'one character changed',
      (text: string) => text.replace(/\.(.)(?=[^.]*$)/, (_all, one) => (one === 'A' ? '.B' : '.A')),
      passphrase,
    ],
    ['half of it', (text: string) => text.slice(0, text.length / 2), passphrase],
    ['no backup at all', () => 'name,value\n', passphrase],
  ])('%s: refused, without a word of its content', async (_, change, words) => {
    expect(await refusalOf(openBackup(change(await sealed), words, 'backup.jwe'))).toBe(
      [
        'SALT_BACKUP_UNREADABLE: The backup cannot be opened: damaged, or another passphrase.',
        '  where: backup.jwe',
        '  next:  Check the file and the passphrase; `insights salt fingerprint --backup FILE` tries a backup without restoring it.',
      ].join('\n'),
    );
  });

  test('something else under the right passphrase is no backup', async () => {
    const other = await new CompactEncrypt(
      Buffer.from('{"format":1,"workspace":"prod","saltName":"oeaSalt","secrets":{}}'),
    )
      .setProtectedHeader({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM' })
      .encrypt(Buffer.from(passphrase));
    expect(await refusalOf(openBackup(other, passphrase, 'other.jwe'))).toContain(
      'SALT_BACKUP_UNREADABLE: The file is encrypted with this passphrase, but no backup of a salt.',
    );
  });

  test('a passphrase that could be found by trying is refused', async () => {
    expect(await refusalOf(sealBackup(backup, 'fourteen chars'))).toBe(
      [
        'PASSPHRASE_SHORT: The passphrase has fewer than 15 characters.',
        '  next:  Use 15 characters or more, such as five words drawn by lot.',
      ].join('\n'),
    );
  });
});

describe('keeping a salt', () => {
  test('a backup has the salt, and the erasure key where there is one', async () => {
    const keeper = new MemorySecrets({ 'oeaSalt-dev': salt });
    const expected = { ...backup, workspace: 'dev', saltName: 'oeaSalt-dev', secrets: { 'oeaSalt-dev': salt } };
    expect(await collectBackup(keeper, 'dev', 'oeaSalt-dev', now)).toEqual(expected);
    await keeper.create('oeaErasureKey-dev', 'key');
    expect((await collectBackup(keeper, 'dev', 'oeaSalt-dev', now)).secrets).toEqual({
      'oeaSalt-dev': salt,
      'oeaErasureKey-dev': 'key',
    });
    expect(await refusalOf(collectBackup(new MemorySecrets(), 'prod', 'oeaSalt', now))).toContain(
      'SALT_MISSING: There is no salt oeaSalt.',
    );
  });

  test('restoring into an empty vault, and once more', async () => {
    const keeper = new MemorySecrets();
    expect(await restoreBackup(backup, keeper, 'prod', false)).toEqual({
      oeaSalt: 'restored',
      oeaErasureKey: 'restored',
    });
    expect(Object.fromEntries(keeper.values)).toEqual(backup.secrets);
    expect(await restoreBackup(backup, keeper, 'prod', false)).toEqual({
      oeaSalt: 'there already',
      oeaErasureKey: 'there already',
    });
  });

  test('another value is replaced only when that is said, and nothing is written before', async () => {
    const keeper = new MemorySecrets({ oeaErasureKey: 'another key' });
    expect(await refusalOf(restoreBackup(backup, keeper, 'prod', false))).toBe(
      [
        'SALT_DIFFERS: https://kv-oea-test.vault.azure.net has another value for oeaErasureKey than the backup.',
        '  next:  Where the backup is right, restore it with --replace; the value that is there is lost then.',
      ].join('\n'),
    );
    expect(Object.fromEntries(keeper.values)).toEqual({ oeaErasureKey: 'another key' });
    expect(await restoreBackup(backup, keeper, 'prod', true)).toEqual({
      oeaSalt: 'restored',
      oeaErasureKey: 'replaced',
    });
  });

  test('PRIV4: the salt of one workspace is not restored into another', async () => {
    expect(await refusalOf(restoreBackup(backup, new MemorySecrets(), 'dev', true))).toBe(
      [
        'USAGE: The backup is of workspace prod, not of dev: each has a salt of its own (PRIV4).',
        '  next:  Name the workspace with --workspace.',
      ].join('\n'),
    );
  });

  test('a salt that is not the lake’s is refused by its fingerprint', () => {
    expect(refusal(() => checkFingerprint('aaaa', 'bbbb', 'oeaSalt of vault'))).toBe(
      [
        'SALT_DIFFERS: oeaSalt of vault has the fingerprint aaaa; the lake was made with bbbb.',
        '  next:  Compare `insights salt fingerprint` of both, then name the right salt, or restore it from its backup.',
      ].join('\n'),
    );
    expect(() => checkFingerprint('aaaa', 'aaaa', 'oeaSalt')).not.toThrow();
    expect(() => checkFingerprint('aaaa', undefined, 'oeaSalt')).not.toThrow();
  });
});
