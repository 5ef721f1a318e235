import type { Command } from 'commander';
import { InsightsError } from '../../contract/errors';
import { defaultDataVersion } from '../../contract/versions';
import type { CommandFrame } from '../program';

interface ControlFlags {
  readonly lake?: string;
  readonly workspace: string;
  readonly version: string;
  readonly reason?: string;
}

/** `insights confirm` (ROW5) and `insights quarantine` (ROW6): what an operator decides about a rundate. */
export function addControl({ program, run }: CommandFrame): void {
  const common = (command: Command): Command =>
    command
      .argument('<rundate>', 'as the run report names it: "yyyy-MM-dd HH:mm:ss"')
      .option('--lake <folder|url>', 'the lake')
      .option('--workspace <name>', 'prod, dev or a sandbox', 'dev')
      .option('--version <version>', 'data version', defaultDataVersion);

  common(program.command('confirm').description('release a held snapshot: the next run processes it')).action(
    (rundate: string, flags: ControlFlags, command: Command) =>
      run(command, async (output) => {
        const { confirmRundate } = require('../../engine/control') as typeof import('../../engine/control');
        const units = await decide(flags, rundate, confirmRundate);
        for (const unit of units) output.line(`Confirmed: ${unit}. The next run processes it.`);
        return { result: { rundate, units } };
      }),
  );
  common(program.command('quarantine').description('skip a batch that cannot be mended; its landed bytes stay'))
    .requiredOption('--reason <text>', 'why, for the ledger and the report; no personal data')
    .action((rundate: string, flags: ControlFlags, command: Command) =>
      run(command, async (output) => {
        const { quarantineRundate } = require('../../engine/control') as typeof import('../../engine/control');
        const reason = flags.reason ?? '';
        const units = await decide(flags, rundate, (options) => quarantineRundate({ ...options, reason }));
        for (const unit of units) output.line(`Quarantined: ${unit}. No run will process it.`);
        return { result: { rundate, units } };
      }),
    );
}

async function decide(
  flags: ControlFlags,
  rundate: string,
  act: (typeof import('../../engine/control'))['confirmRundate'],
): Promise<string[]> {
  const { lakePaths, withStore } = require('../lake-session') as typeof import('../lake-session');
  const { lake } = flags;
  if (lake === undefined) throw new InsightsError('USAGE', 'Say which lake: --lake <folder|url>.');
  return withStore(lake, (store) => act({ store, paths: lakePaths({ ...flags, lake }), rundate }));
}
