import path from 'node:path';
import type { Command } from 'commander';
import { InsightsError } from '../../contract/errors';
import type { LakePaths } from '../../contract/lake-paths';
import type { LakeInventory } from '../../privacy/lake-inventory';
import type { LakeStore } from '../../lake/store';
import { defaultDataVersion } from '../../contract/versions';
import type { LakeFlags } from '../environment-lake';
import { printable } from '../../contract/printable';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';
import { isTyped } from '../typed-answer';

interface ResetFlags extends LakeFlags {
  readonly workspace: string;
  readonly confirm?: string;
  readonly production?: true;
  readonly inventory?: string;
}

/** The pipeline deletes files of all stages and drops databases: minutes, and an hour where a pool is cold and the lake large. */
const timeoutMinutes = 120;

/** `insights reset`: the data of a workspace goes, what was delivered stays. */
export function addReset({ program, run }: CommandFrame): void {
  program
    .command('reset')
    .description(
      'take one data version out of a workspace: every stage, with its databases; what was delivered and the erasures stay',
    )
    .option('--lake <folder>', 'the lake in a folder')
    .option('--env <name>', 'the environment whose lake it is: its pipeline 4_reset_workspace_insights does it')
    .requiredOption('--workspace <name>', 'prod, dev or a sandbox')
    .option('--version <version>', `data version (default: ${defaultDataVersion}, or that of the environment)`)
    .option('--inventory <file>', 'a new file that lists what goes (default: under .insights/inventories)')
    .option('--confirm <name>', 'the name of what is reset, as consent to losing it; WORKSPACE or ENV/WORKSPACE')
    .option('--production', 'with --confirm, one of the two keys without which nothing of production goes')
    .addHelpText('after', '\nWithout --confirm it lists what would go; on a terminal it then asks for the name.')
    .action((flags: ResetFlags, command: Command) =>
      run(command, (output, surroundings) => resetHere(flags, output, surroundings)),
    );
}

async function resetHere(flags: ResetFlags, output: Output, surroundings: Surroundings): Promise<Outcome> {
  if (/^[a-z]+:\/\//i.test(flags.lake ?? '')) {
    throw new InsightsError('USAGE', 'Reset a deployed lake with --env: its databases go with the data.');
  }
  const name = flags.env === undefined ? flags.workspace : `${flags.env}/${flags.workspace}`;
  refuseProduction(flags, name);
  const { namedLake } = require('../environment-lake') as typeof import('../environment-lake');
  const { lakePaths, withStore } = require('../lake-session') as typeof import('../lake-session');
  const { newRunId } = require('../../engine/run-report') as typeof import('../../engine/run-report');
  const target = namedLake(flags, surroundings);
  const paths = lakePaths(target);
  const runId = newRunId(new Date());
  const { refuseLeft } = require('../../privacy/reset') as typeof import('../../privacy/reset');
  const { inventoryFolder, printLakeInventory, writeInventory } =
    require('../inventory-file') as typeof import('../inventory-file');
  return withStore(target.lake, async (store) => {
    output.progress('counting what would go');
    const before = await inventoryOf(store, paths);
    const what = `version ${paths.version} of workspace ${paths.workspace} in ${target.description}`;
    if (before.files === 0 && flags.env === undefined) {
      output.line(printable(`Nothing is there: ${what}.`));
      return { result: { reset: false, inventory: before } };
    }
    printLakeInventory(before, output);
    const file = flags.inventory ?? path.join(inventoryFolder(surroundings.projectRoot), `${runId}.json`);
    const head = { lake: target.description, workspace: paths.workspace, version: paths.version };
    writeInventory(file, { ...head, ...before }, output);
    const question = printable(`All of this goes, ${what}.`);
    if (flags.confirm !== name && !(await isTyped(question, name))) {
      throw new InsightsError('RESET_NOT_CONFIRMED', `${question} Nothing was changed; its name is ${name}.`);
    }
    await takeAway(flags, { store, paths, runId }, output, surroundings);
    refuseLeft(await inventoryOf(store, paths), name);
    output.line(printable(`Reset: ${what}. What was delivered stays, and is processed anew by the next run.`));
    return { result: { reset: true, inventory: before, file } };
  });
}

/** Production by the name of the environment, or by what is published: a folder may hold the data of one, too. */
function refuseProduction({ env, workspace, production, confirm }: ResetFlags, name: string): void {
  const { isProduction } =
    require('../../contract/environment-check') as typeof import('../../contract/environment-check');
  const isGuarded = workspace === 'prod' || isProduction(env ?? '');
  if (!isGuarded || (production === true && confirm === name)) return;
  throw new InsightsError('RESET_PRODUCTION_GUARDED', `${name} is production, and stays as it is.`);
}

async function inventoryOf(store: LakeStore, paths: LakePaths): Promise<LakeInventory> {
  const { countFolders } = require('../inventory-file') as typeof import('../inventory-file');
  const { resetFolders } = require('../../privacy/reset') as typeof import('../../privacy/reset');
  return countFolders(store, resetFolders(paths));
}

interface Resetting {
  readonly store: LakeStore;
  readonly paths: LakePaths;
  readonly runId: string;
}

async function takeAway(
  { env }: ResetFlags,
  { store, paths, runId }: Resetting,
  output: Output,
  surroundings: Surroundings,
): Promise<void> {
  const { resetLake } = require('../../privacy/reset') as typeof import('../../privacy/reset');
  if (env === undefined) {
    await resetLake(store, paths, runId);
    return;
  }
  const { deployedNames } = require('../../contract/deployed-names') as typeof import('../../contract/deployed-names');
  const { deployedEnvironment } = require('../environment-lake') as typeof import('../environment-lake');
  const { systemClock: clock } = require('../../operations/clock') as typeof import('../../operations/clock');
  const { runPipeline } = require('../../operations/run-pipeline') as typeof import('../../operations/run-pipeline');
  const { SynapseClient } =
    require('../../operations/synapse-client') as typeof import('../../operations/synapse-client');
  const { environment, azure } = deployedEnvironment(env, surroundings);
  const workspaceName = deployedNames(environment).synapseWorkspace;
  const developmentEndpoint = `https://${workspaceName}.dev.azuresynapse.net`;
  await runPipeline(
    {
      workspaceName,
      developmentEndpoint,
      pipelineName: '4_reset_workspace_insights',
      parameters: {
        workspace: paths.workspace,
        datasetPath: paths.dataset,
        confirmation: paths.workspace === 'prod' ? `prod ${paths.dataset}` : '',
      },
      timeoutMinutes,
      contentHash: runId,
      onInterrupt: 'leave',
    },
    { service: new SynapseClient(azure.development(), developmentEndpoint), clock, print: (line) => output.line(line) },
  );
}
