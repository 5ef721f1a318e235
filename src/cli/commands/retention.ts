import type { Command } from 'commander';
import { defaultRetention } from '../../contract/environment-settings';
import { defaultMaintenance } from '../../contract/environment-upkeep-settings';
import { exitCodes } from '../../contract/errors';
import type { LakeFlags } from '../environment-lake';
import type { RetentionFinding } from '../../privacy/retention-report';
import { printable } from '../../contract/printable';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

/** `insights retention`: what lies in a lake longer than its environment allows (ERASE6). */
export function addRetention({ program, run }: CommandFrame): void {
  program
    .command('retention')
    .description('report what lies in a lake longer than allowed, old versions of tables too; deletes nothing')
    .option('--lake <folder|url>', 'the lake; its limits are the defaults of an environment')
    .option('--env <name>', 'the environment whose lake and limits they are, instead of --lake')
    .option('--workspace <name>', 'prod, dev or a sandbox (default: dev, or what the environment processes)')
    .action((flags: LakeFlags, command: Command) =>
      run(command, (output, surroundings) => reportRetention(flags, output, surroundings)),
    );
}

async function reportRetention(flags: LakeFlags, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { deployedEnvironment, namedLake } = require('../environment-lake') as typeof import('../environment-lake');
  const { withStore } = require('../lake-session') as typeof import('../lake-session');
  const { openDatabase } = require('../../engine/database') as typeof import('../../engine/database');
  const { retentionReport } =
    require('../../privacy/retention-report') as typeof import('../../privacy/retention-report');
  const target = namedLake(flags, surroundings);
  const environment = flags.env === undefined ? undefined : deployedEnvironment(flags.env, surroundings).environment;
  const { retention, maintenance } = environment ?? { retention: defaultRetention, maintenance: defaultMaintenance };
  const findings = await withStore(target.lake, async (store) => {
    const database = await openDatabase();
    try {
      const limits = { ...retention, ...maintenance };
      return await retentionReport(store, target.workspace, limits, new Date(), database.connections[0]);
    } finally {
      database.close();
    }
  });
  const overdue = findings.reduce((sum, one) => sum + one.overdue, 0);
  printRetention(findings, overdue, output);
  return { exitCode: overdue === 0 ? exitCodes.done : exitCodes.checkFailed, result: { findings, overdue } };
}

/** A line for each folder, then the tables whose old versions should be gone, then what it comes to. */
export function printRetention(findings: readonly RetentionFinding[], overdue: number, output: Output): void {
  output.table(
    ['folder', 'what', 'kept days', 'files', 'oldest days', 'overdue'],
    findings.map(({ folder, holds, days, files, oldestDays, overdue }) => [
      ...[folder, holds],
      ...[Math.round(days * 10) / 10, files, oldestDays, overdue],
    ]),
  );
  for (const [table, files] of findings.flatMap(({ tables }) => Object.entries(tables)))
    output.line(
      printable(`${table}: ${files} files that only old versions use; in Azure 5_maintain_insights deletes them`),
    );
  for (const { folder, unknown } of findings.filter(({ unknown }) => unknown > 0))
    output.line(
      printable(
        `${folder}: ${unknown} files left their tables before the logs begin, so they are older than is said, by days that nobody knows`,
      ),
    );
  output.line(overdue === 0 ? 'Nothing is older than allowed.' : `Files older than allowed: ${overdue}.`);
}
