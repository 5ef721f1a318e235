import path from 'node:path';
import { Option, type Command } from 'commander';
import { InsightsError } from '../../contract/errors';
import { ownFolder } from '../../contract/project-folders';
import type { DrillReport } from '../../rehearsal/drill';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Surroundings } from '../run-command';
import { isTyped } from '../typed-answer';

interface DrillOptions {
  readonly set?: 'k12' | 'hed';
  readonly env?: string;
  readonly platform?: true;
  readonly passphraseFile?: string;
  readonly confirm?: string;
}

/** `insights drill`: whether what was torn down can be had again, on this machine or in a subscription. */
export function addDrill({ program, run }: CommandFrame): void {
  program
    .command('drill')
    .description(
      'deploy dev to a local Azure, tear it down, look at what is left, make it again, and compare both lakes; timed',
    )
    .addOption(new Option('--set <name>', 'the test data (default: k12)').choices(['k12', 'hed']).conflicts('env'))
    .option('--env <name>', 'drill this environment in Azure instead, with Terraform; never production')
    .option('--confirm <name>', 'with --env: its name again, as consent to its destruction')
    .option('--platform', 'tear down what holds data as well; the salt then comes back from its backup')
    .option('--passphrase-file <file>', 'with --platform: back up the salt under this passphrase, and restore it')
    .action((options: DrillOptions, command: Command) =>
      run(command, async (output, surroundings) => {
        const { env } = options;
        const report = await (env === undefined
          ? drillHere(options, output, surroundings)
          : drillInAzure({ ...options, env }, output, surroundings));
        printDrill(report, output);
        return { result: report };
      }),
    );
}

function drillHere(
  { set = 'k12', platform, passphraseFile }: DrillOptions,
  output: Output,
  { environment: variables, projectRoot }: Surroundings,
): Promise<DrillReport> {
  const { drillHere: drill } = require('../../rehearsal/local-drill') as typeof import('../../rehearsal/local-drill');
  return drill({
    projectRoot,
    scope: platform === true ? 'platform' : 'insights',
    set,
    ...(passphraseFile === undefined ? {} : { passphraseFile: path.resolve(passphraseFile) }),
    variables,
    progress: (text) => output.progress(text),
    warn: (text) => output.error(`Warning: ${text}`),
  });
}

async function drillInAzure(
  options: DrillOptions & { readonly env: string },
  output: Output,
  surroundings: Surroundings,
): Promise<DrillReport> {
  const { drillEnvironment, refuseDrill } =
    require('../../rehearsal/environment-drill') as typeof import('../../rehearsal/environment-drill');
  const { mustSucceed } = require('../../rehearsal/own-command') as typeof import('../../rehearsal/own-command');
  const { systemClock: clock } = require('../../operations/clock') as typeof import('../../operations/clock');
  const { newRunId } = require('../../engine/run-report') as typeof import('../../engine/run-report');
  const { deployedEnvironment } = require('../environment-lake') as typeof import('../environment-lake');
  const { drainPort, withDeployment } = require('../prepare-deployment') as typeof import('../prepare-deployment');
  const { inventoryPort } = require('../destroy-inventory') as typeof import('../destroy-inventory');
  const { env, passphraseFile } = options;
  const { environment: variables, projectRoot } = surroundings;
  const scope = options.platform === true ? 'platform' : 'insights';
  refuseDrill(deployedEnvironment(env, surroundings).environment, scope);
  const question = `The drill empties the test data's lake of ${env}, destroys ${scope === 'platform' ? 'everything, data included' : 'the disposable stack'}, and makes it again.`;
  if (options.confirm !== env && !(await isTyped(question, env))) {
    throw new InsightsError('DRILL_NOT_CONFIRMED', `Not confirmed: ${question}`);
  }
  const consent = { env, yes: true, confirm: env } as const;
  const progress = (text: string): void => output.progress(text);
  return withDeployment(consent, output, surroundings, (prepared) => {
    const { stacks, ports, host, environment, subscriptionId, azure } = prepared;
    const drain = drainPort({ host, client: azure.development() }, false, output);
    const inventory = inventoryPort({ environment, subscriptionId, azure, projectRoot, isOptional: true, output });
    return drillEnvironment({
      environment,
      scope,
      projectRoot,
      subscriptionId,
      stacks,
      ports: { ...ports, drain, inventory },
      azure,
      command: (words) => mustSucceed({ projectRoot, variables, progress }, words),
      ...(passphraseFile === undefined
        ? {}
        : {
            backup: {
              passphraseFile: path.resolve(passphraseFile),
              // Kept: until the drill is through it is the only copy of the salt.
              file: ownFolder(projectRoot, `salt-${env}-${newRunId(new Date())}.jwe`),
            },
          }),
      clock,
      progress,
      warn: (text) => output.error(`Warning: ${text}`),
    });
  });
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
