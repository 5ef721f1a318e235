import type { Command } from 'commander';
import { InsightsError } from '../../contract/errors';
import { LakePaths } from '../../contract/lake-paths';
import type { ErasureReport, VersionErasure } from '../../privacy/erase';
import type { TombstoneDecision } from '../../privacy/tombstone-decisions';
import type { Output, TableRow } from '../output';
import type { PrivacyFlags, PrivacyWork } from '../privacy-session';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

interface EraseFlags extends PrivacyFlags {
  readonly person?: string;
  readonly confirm?: string;
  readonly resume?: true;
  readonly lift?: true;
  readonly hold?: true;
  readonly release?: true;
}

/** `insights erase`: a person out of every stage, and no way back in (ERASE1 to ERASE3). */
export function addErase({ program, run }: CommandFrame): void {
  program
    .command('erase')
    .description('erase a person from every stage of a lake; without --confirm only say what would go')
    .option('--person <id>', 'directory object id or person id; all accounts and persons of the mapping go with it')
    .option('--lake <folder|url>', 'the lake')
    .option('--env <name>', 'the environment whose lake it is, instead of --lake')
    .option('--workspace <name>', 'prod, dev or a sandbox (default: dev, or what the environment processes)')
    .option('--salt-file <file>', 'file with the salt; the erasure key lies beside it (default: under .insights/)')
    .option('--profile <profile>', 'strict or v0.2 (default: strict, or that of the environment)')
    .option('--confirm <code>', 'erase what the dry run showed; the code is the one that it printed')
    .option('--resume', 'complete erasures that were interrupted')
    .option('--hold', 'refuse erasure of the person from now on (legal hold)')
    .option('--release', 'end a legal hold')
    .option('--lift', 'let an erased person come back with the next delivery')
    .action((flags: EraseFlags, command: Command) =>
      run(command, (output, surroundings) => erase(flags, output, surroundings)),
    );
}

async function erase(flags: EraseFlags, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { withPrivacy } = require('../privacy-session') as typeof import('../privacy-session');
  const decisions = (['lift', 'hold', 'release'] as const).filter((one) => flags[one] === true);
  const chosen = decisions.length + Number(flags.resume === true) + Number(flags.confirm !== undefined);
  if (chosen > 1)
    throw new InsightsError('USAGE', '--confirm, --resume, --hold, --release and --lift exclude each other.');
  if ((flags.person === undefined) !== (flags.resume === true)) {
    throw new InsightsError('USAGE', 'Say who: --person <id>. Only --resume goes without.');
  }
  return withPrivacy(flags, output, surroundings, (work) => {
    const [decision] = decisions;
    return decision === undefined ? eraseHere(flags, work, output) : decide(flags.person ?? '', decision, work, output);
  });
}

async function eraseHere(flags: EraseFlags, work: PrivacyWork, output: Output): Promise<Outcome> {
  const { erasePerson } = require('../../privacy/erase') as typeof import('../../privacy/erase');
  const report = await erasePerson({ ...work, person: flags.person, confirm: flags.confirm });
  printErasure(report, output);
  if (report.dryRun) return { result: report };
  const place = new LakePaths(work.workspace, '').erasureReport(report.runId);
  await work.store.write(place, `${JSON.stringify(report, null, 2)}\n`);
  output.line(`Report: ${place}`);
  const isProved = report.proof?.found.length === 0;
  if (isProved) return { result: report };
  const message = 'The search still found the person, in the files above.';
  return { error: new InsightsError('ERASURE_INCOMPLETE', message), result: report };
}

async function decide(
  person: string,
  decision: TombstoneDecision,
  work: PrivacyWork,
  output: Output,
): Promise<Outcome> {
  const { decideAbout } =
    require('../../privacy/tombstone-decisions') as typeof import('../../privacy/tombstone-decisions');
  const identifiers = await decideAbout({ ...work, person }, decision);
  const said: Readonly<Record<TombstoneDecision, string>> = {
    lift: 'Lifted: the person comes back with the next delivery that differs from the last.',
    hold: 'Held: the person may not be erased until --release.',
    release: 'Released: the person may be erased.',
  };
  output.line(`${said[decision]} Identifiers: ${identifiers}.`);
  return { result: { decision, identifiers } };
}

const shownStages = [
  'landed',
  'Ingested',
  'Ingested_Corrected',
  'Rejected',
  'general',
  'sensitive',
  'digital_engagement',
] as const;

/** A row per table, with its number of rows in each stage. */
function stageRows({ landed, tables }: VersionErasure): TableRow[] {
  const all = [...landed.map(({ table, rows }) => ({ table, stage: 'landed' as const, rows })), ...tables];
  return [...new Set(all.map(({ table }) => table))].map((table) => [
    table,
    ...shownStages.map((stage) => all.find((one) => one.table === table && one.stage === stage)?.rows ?? null),
  ]);
}

function printErasure(report: ErasureReport, output: Output): void {
  if (report.accounts !== null) {
    output.line(`Reached through the mapping: ${report.accounts} accounts and ${report.persons} persons.`);
  }
  const verb = report.dryRun ? 'rows that would go' : 'rows erased';
  for (const one of report.versions) {
    const rows = stageRows(one);
    output.line(`Version ${one.version}: ${rows.length === 0 ? 'nothing' : verb}`);
    if (rows.length > 0) output.table(['table', ...shownStages], rows);
  }
  output.line(
    'Pre-landing and the share are the provider’s: ask there as well, or the next delivery is filtered only.',
  );
  if (report.code !== null) output.line(`Nothing was changed. To erase: --confirm ${report.code}`);
  if (report.proof === null) return;
  const { files, bytes, needles, found, remaining } = report.proof;
  output.line(`Old files of tables removed: ${report.oldFiles}.`);
  output.line(`Searched ${files} files (${bytes} bytes) for ${needles} texts: found in ${found.length}.`);
  for (const path of found) output.line(`  ${path}`);
  if (remaining.length > 0) {
    output.line(`Titles of classes or groups hold a name of the person in ${remaining.length} files (PRIV5):`);
    for (const path of remaining) output.line(`  ${path}`);
  }
  if (report.softDeletedUntil !== null) output.line(`Soft-deleted copies end on ${report.softDeletedUntil}.`);
}
