import path from 'node:path';
import { Option, type Command } from 'commander';
import type { DrillReport } from '../../rehearsal/drill';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

interface DrillOptions {
  readonly set: 'k12' | 'hed';
  readonly platform?: true;
  readonly passphraseFile?: string;
}

/** `insights drill`: whether what was torn down can be had again, on this machine. */
export function addDrill({ program, run }: CommandFrame): void {
  program
    .command('drill')
    .description(
      'deploy dev to a local Azure, tear it down, look at what is left, make it again, and compare both lakes; timed',
    )
    .addOption(new Option('--set <name>', 'the test data').choices(['k12', 'hed']).default('k12'))
    .option('--platform', 'tear down what holds data as well; the salt then comes back from its backup')
    .option('--passphrase-file <file>', 'with --platform: back up the salt under this passphrase, and restore it')
    .action((options: DrillOptions, command: Command) =>
      run(command, (output, surroundings) => drillNow(options, output, surroundings)),
    );
}

async function drillNow(
  { set, platform, passphraseFile }: DrillOptions,
  output: Output,
  { environment: variables, projectRoot }: Surroundings,
): Promise<Outcome> {
  const { drillHere } = require('../../rehearsal/local-drill') as typeof import('../../rehearsal/local-drill');
  const report = await drillHere({
    projectRoot,
    scope: platform === true ? 'platform' : 'insights',
    set,
    ...(passphraseFile === undefined ? {} : { passphraseFile: path.resolve(passphraseFile) }),
    variables,
    progress: (text) => output.progress(text),
    warn: (text) => output.error(`Warning: ${text}`),
  });
  printDrill(report, output);
  return { result: report };
}

function printDrill(
  { phases, recoverySeconds, kept, tables, rows, samePseudonyms }: DrillReport,
  output: Output,
): void {
  output.table(
    ['phase', 'seconds'],
    phases.map(({ name, seconds }) => [name, seconds]),
  );
  output.line();
  output.line(`Left after the teardown, on purpose: ${kept.length === 0 ? 'nothing' : kept.join(', ')}.`);
  output.line(
    samePseudonyms
      ? `Proved: ${tables} tables with ${rows} rows are the same as before, every pseudonym included.`
      : `Proved: ${tables} tables with ${rows} rows are there again; without the salt every pseudonym is another one.`,
  );
  output.line(`Recovery: ${recoverySeconds} s`);
}
