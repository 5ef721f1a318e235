import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { InsightsError } from '../../contract/errors';
import { saltFingerprint } from '../../contract/salt';
import type { LakeFlags } from '../environment-lake';
import type { SecretFlags } from '../named-secrets';
import { writeNewFile } from '../new-file';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

interface SaltFlags extends SecretFlags, LakeFlags {
  readonly passphraseFile?: string;
  readonly out?: string;
  readonly replace?: true;
  readonly backup?: string;
}

/** `insights salt backup|restore|fingerprint`: what a lake cannot be continued without, kept by its operator. */
export function addSalt({ program, run }: CommandFrame): void {
  const salt = program.command('salt').description('back up, restore and tell apart the salt of a workspace');
  const common = (command: Command): Command =>
    command
      .option('--env <name>', 'the environment whose vault holds the salt')
      .option('--salt-file <file>', 'file with the salt, instead of a vault (default: the local one under .insights/)')
      .option('--workspace <name>', 'prod, dev or a sandbox (default: dev, or what the environment processes)')
      .option('--profile <profile>', 'strict or v0.2 (default: strict, or that of the environment)');
  const passphrase = (command: Command): Command =>
    command.option('--passphrase-file <file>', 'file with the passphrase (default: INSIGHTS_PASSPHRASE)');

  passphrase(common(salt.command('backup')))
    .description('write salt and erasure key into an encrypted file')
    .requiredOption('--out <file>', 'the backup; never overwritten')
    .action((flags: SaltFlags, command: Command) =>
      run(command, (output, surroundings) => backUp(flags, output, surroundings)),
    );
  passphrase(common(salt.command('restore')))
    .description('write the secrets of a backup to where they belong')
    .argument('<file>', 'the backup')
    .option('--replace', 'also where another value is there, which is lost then')
    .action((file: string, flags: SaltFlags, command: Command) =>
      run(command, (output, surroundings) => restore(file, flags, output, surroundings)),
    );
  passphrase(common(salt.command('fingerprint')))
    .description('tell which salt it is, without telling it, and whether it is that of a lake')
    .option('--backup <file>', 'look at the salt of a backup instead')
    .option('--lake <folder|url>', 'compare with what this lake was made with (with --env: its own lake)')
    .option('--version <version>', 'data version of the lake (default: 1.14, or that of the environment)')
    .action((flags: SaltFlags, command: Command) =>
      run(command, (output, surroundings) => tellFingerprint(flags, output, surroundings)),
    );
}

async function backUp(flags: SaltFlags, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { namedSecrets, readPassphrase } = require('../named-secrets') as typeof import('../named-secrets');
  const { collectBackup } = require('../../privacy/keep-salt') as typeof import('../../privacy/keep-salt');
  const { backupFingerprint, sealBackup } =
    require('../../privacy/salt-backup') as typeof import('../../privacy/salt-backup');
  const passphrase = readPassphrase(flags.passphraseFile, surroundings);
  const { keeper, workspace, saltName } = namedSecrets(flags, surroundings);
  const backup = await collectBackup(keeper, workspace, saltName, new Date());
  const file = flags.out ?? '';
  writeNewFile(file, `${await sealBackup(backup, passphrase)}\n`, 'SALT_BACKUP_EXISTS');
  const fingerprint = backupFingerprint(backup);
  const secrets = Object.keys(backup.secrets);
  output.line(`Backed up ${secrets.join(' and ')} of ${keeper.description} to ${file}.`);
  output.line(`Fingerprint of the salt: ${fingerprint}`);
  return { result: { file, workspace, secrets, fingerprint } };
}

async function restore(file: string, flags: SaltFlags, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { namedSecrets } = require('../named-secrets') as typeof import('../named-secrets');
  const { restoreBackup } = require('../../privacy/keep-salt') as typeof import('../../privacy/keep-salt');
  const backup = await readBackup(file, flags, surroundings);
  // The backup knows under which name its salt belongs; the profile need not be said again.
  const profile = flags.profile ?? (backup.saltName === 'oeaSalt' && backup.workspace !== 'prod' ? 'v0.2' : 'strict');
  const { keeper, workspace } = namedSecrets({ ...flags, profile }, surroundings);
  const outcomes = await restoreBackup(backup, keeper, workspace, flags.replace === true);
  for (const [name, outcome] of Object.entries(outcomes)) output.line(`${name}: ${outcome}`);
  const fingerprint = saltFingerprint(backup.secrets[backup.saltName] ?? '');
  output.line(`Fingerprint of the salt: ${fingerprint}`);
  return { result: { workspace, outcomes, fingerprint } };
}

async function tellFingerprint(flags: SaltFlags, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { namedSecrets } = require('../named-secrets') as typeof import('../named-secrets');
  const { checkFingerprint, readSalt } = require('../../privacy/keep-salt') as typeof import('../../privacy/keep-salt');
  const { backupFingerprint } = require('../../privacy/salt-backup') as typeof import('../../privacy/salt-backup');
  const { keeper, saltName, workspace } = namedSecrets(flags, surroundings);
  const fingerprint =
    flags.backup === undefined
      ? saltFingerprint(await readSalt(keeper, saltName))
      : backupFingerprint(await readBackup(flags.backup, flags, surroundings));
  const recorded = await recordedFingerprint({ ...flags, workspace }, surroundings);
  output.line(`Fingerprint of the salt: ${fingerprint}`);
  checkFingerprint(fingerprint, recorded, flags.backup ?? `${saltName} of ${keeper.description}`);
  if (recorded !== undefined) output.line('It is the salt of the lake.');
  return { result: { fingerprint, lake: recorded ?? null } };
}

async function readBackup(file: string, flags: SaltFlags, surroundings: Surroundings) {
  const { readPassphrase } = require('../named-secrets') as typeof import('../named-secrets');
  const { openBackup } = require('../../privacy/salt-backup') as typeof import('../../privacy/salt-backup');
  const passphrase = readPassphrase(flags.passphraseFile, surroundings);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InsightsError('SALT_BACKUP_UNREADABLE', 'The backup cannot be read.', { place: { file }, cause });
  }
  return openBackup(text, passphrase, file);
}

/** What the lake's ledger says; undefined when no lake was named, or it was never processed. */
async function recordedFingerprint(flags: SaltFlags, surroundings: Surroundings): Promise<string | undefined> {
  if (flags.lake === undefined && flags.env === undefined) return undefined;
  const { namedLake } = require('../environment-lake') as typeof import('../environment-lake');
  const { lakePaths, withStore } = require('../lake-session') as typeof import('../lake-session');
  const { LandingLedger } = require('../../engine/landing-ledger') as typeof import('../../engine/landing-ledger');
  const target = namedLake(flags, surroundings);
  return withStore(target.lake, async (store) => {
    const reader = { runId: 'fingerprint', engine: 'fingerprint' };
    return (await LandingLedger.open(store, lakePaths(target), reader)).state.catalogue?.saltFingerprint;
  });
}
