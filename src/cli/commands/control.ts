import type { Command } from 'commander';
import type { CommandFrame } from '../program';
import type { LakeFlags } from '../environment-lake';
import type { Surroundings } from '../run-command';

interface ControlFlags extends LakeFlags {
  readonly reason?: string;
}

/** `insights confirm` (ROW5) and `insights quarantine` (ROW6): what an operator decides about a rundate. */
export function addControl({ program, run }: CommandFrame): void {
  const common = (command: Command): Command =>
    command
      .argument('<rundate>', 'as the run report names it: "yyyy-MM-dd HH:mm:ss"')
      .option('--lake <folder|url>', 'the lake')
      .option('--env <name>', 'the environment whose lake it is, instead of --lake')
      .option('--workspace <name>', 'prod, dev or a sandbox (default: dev, or what the environment processes)')
      .option('--version <version>', 'data version (default: 1.14, or that of the environment)');

  common(program.command('confirm').description('release a held snapshot: the next run processes it')).action(
    (rundate: string, flags: ControlFlags, command: Command) =>
      run(command, async (output, surroundings) => {
        const { confirmRundate } = require('../../engine/control') as typeof import('../../engine/control');
        const units = await decide(flags, rundate, surroundings, confirmRundate);
        for (const unit of units) output.line(`Confirmed: ${unit}. The next run processes it.`);
        return { result: { rundate, units } };
      }),
  );
  common(program.command('quarantine').description('skip a batch that cannot be mended; its landed bytes stay'))
    .requiredOption('--reason <text>', 'why, for the ledger and the report; no personal data')
    .action((rundate: string, flags: ControlFlags, command: Command) =>
      run(command, async (output, surroundings) => {
        const { quarantineRundate } = require('../../engine/control') as typeof import('../../engine/control');
        const reason = flags.reason ?? '';
        const act: Decide = (options) => quarantineRundate({ ...options, reason });
        const units = await decide(flags, rundate, surroundings, act);
        for (const unit of units) output.line(`Quarantined: ${unit}. No run will process it.`);
        return { result: { rundate, units } };
      }),
    );
}

type Decide = (typeof import('../../engine/control'))['confirmRundate'];

async function decide(
  flags: ControlFlags,
  rundate: string,
  surroundings: Surroundings,
  act: Decide,
): Promise<string[]> {
  const { namedLake } = require('../environment-lake') as typeof import('../environment-lake');
  const { lakePaths, withStore } = require('../lake-session') as typeof import('../lake-session');
  const target = namedLake(flags, surroundings);
  return withStore(target.lake, (store) => act({ store, paths: lakePaths(target), rundate }));
}
