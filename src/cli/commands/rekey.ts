import type { Command } from 'commander';
import { InsightsError } from '../../contract/errors';
import type { Output } from '../output';
import type { PrivacyFlags } from '../privacy-session';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

interface RekeyFlags extends PrivacyFlags {
  readonly confirm?: string;
}

/** `insights rekey`: a new salt, and with it other pseudonyms everywhere (ERASE4). */
export function addRekey({ program, run }: CommandFrame): void {
  program
    .command('rekey')
    .description('give a workspace a new salt: every pseudonym changes, the former tables and their versions go')
    .option('--lake <folder|url>', 'the lake')
    .option('--env <name>', 'the environment whose lake it is, instead of --lake')
    .option('--workspace <name>', 'prod, dev or a sandbox (default: dev, or what the environment processes)')
    .option('--salt-file <file>', 'file with the salt, which is replaced (default: under .insights/)')
    .option('--profile <profile>', 'strict or v0.2 (default: strict, or that of the environment)')
    .option(
      '--confirm <workspace>',
      'the name of the workspace, as consent: dashboards lose what they know by pseudonym',
    )
    .action((flags: RekeyFlags, command: Command) =>
      run(command, (output, surroundings) => rekeyHere(flags, output, surroundings)),
    );
}

async function rekeyHere(flags: RekeyFlags, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { withPrivacy } = require('../privacy-session') as typeof import('../privacy-session');
  const { rekey } = require('../../privacy/rekey') as typeof import('../../privacy/rekey');
  const report = await withPrivacy(flags, output, surroundings, (work) => {
    if (flags.confirm === work.workspace) return rekey(work);
    const message = `Every pseudonym of workspace ${work.workspace} would change, and nothing was changed.`;
    throw new InsightsError('REKEY_NOT_CONFIRMED', message);
  });
  const kept = report.versions.flatMap(({ version, kept: tables }) => tables.map((one) => ({ version, ...one })));
  output.line(
    `The salt of ${report.workspace} is another one: ${report.formerFingerprint} is now ${report.fingerprint}.`,
  );
  for (const { version, table, rows, chained } of kept) {
    output.line(
      `Version ${version}, ${table}: ${rows} rows are in no landed file any more and were kept; ${chained} of their pseudonyms no longer join to newer ones.`,
    );
  }
  output.line(
    'Back up the new salt: insights salt backup. Backups of the former one open no table of this lake any more.',
  );
  return { result: report };
}
