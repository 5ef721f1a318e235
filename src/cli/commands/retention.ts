import type { Command } from 'commander';
import { defaultRetention } from '../../contract/environment-settings';
import { exitCodes } from '../../contract/errors';
import type { LakeFlags } from '../environment-lake';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

/** `insights retention`: what lies in a lake longer than its environment allows (ERASE6). */
export function addRetention({ program, run }: CommandFrame): void {
  program
    .command('retention')
    .description('report delivered and landed files and reports that are older than allowed; deletes nothing')
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
  const { retentionReport } =
    require('../../privacy/retention-report') as typeof import('../../privacy/retention-report');
  const target = namedLake(flags, surroundings);
  const limits =
    flags.env === undefined ? defaultRetention : deployedEnvironment(flags.env, surroundings).environment.retention;
  const findings = await withStore(target.lake, (store) =>
    retentionReport(store, target.workspace, limits, new Date()),
  );
  output.table(
    ['folder', 'kept days', 'files', 'oldest days', 'overdue'],
    findings.map(({ folder, days, files, oldestDays, overdue }) => [folder, days, files, oldestDays, overdue]),
  );
  const overdue = findings.reduce((sum, one) => sum + one.overdue, 0);
  output.line(overdue === 0 ? 'Nothing is older than allowed.' : `Files older than allowed: ${overdue}.`);
  return { exitCode: overdue === 0 ? exitCodes.done : exitCodes.checkFailed, result: { findings, overdue } };
}
