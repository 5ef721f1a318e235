import { join } from 'node:path';
import type { Command } from 'commander';
import type { Environment } from '../../contract/environment';
import { InsightsError } from '../../contract/errors';
import type { DeployPorts, Question } from '../../deployment/deploy';
import type { StackFolder } from '../../deployment/synthesis';
import { wholeNumber } from '../arguments';
import { isTyped } from '../typed-answer';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

interface DeployOptions {
  readonly env: string;
  readonly yes?: true;
  readonly confirm?: string;
}

interface PlanOptions extends DeployOptions {
  readonly ttl?: number;
  readonly planTo?: string;
  readonly approvedPlan?: string;
  readonly approvedHash?: string;
}

interface DestroyOptions extends DeployOptions {
  readonly production?: true;
  readonly platform?: true;
  readonly cancelRuns?: true;
  readonly inventory?: string;
  readonly withoutInventory?: true;
}

/** A run of a daily batch takes minutes; two hours are a run that hangs. */
const drainMinutes = 120;

/** `insights deploy` and `insights destroy`: with Terraform or OpenTofu alone, without the `cdktf` command. */
export function addDeploy({ program, run }: CommandFrame): void {
  const confirmations = (command: Command): Command =>
    command
      .requiredOption('--env <name>', 'the environment, a file of environments/')
      .option('--yes', 'apply without asking, unless data would go')
      .option('--confirm <name>', 'the name of the environment, as consent to losing its data');

  confirmations(program.command('deploy'))
    .description(
      'plan, show, confirm, apply and plan again until nothing is left to do; goes on where it was interrupted',
    )
    .option(
      '--ttl <days>',
      'tag it with its last day, so that `insights reap` lists it after that; not for production',
      wholeNumber,
    )
    .option('--plan-to <folder>', 'only plan, keep the plans there, and print their hash for somebody to approve')
    .option('--approved-plan <folder>', 'apply exactly the plans that --plan-to has kept, without asking')
    .option('--approved-hash <hash>', 'the hash that was approved')
    .action((options: PlanOptions, command: Command) =>
      run(command, (output, surroundings) => deployHere(options, output, surroundings)),
    );
  confirmations(program.command('destroy'))
    .description('destroy the disposable stack of an environment; what holds data stays')
    .option('--platform', 'destroy what holds data as well, where the environment allows it')
    .option('--production', 'with --confirm, one of the two keys without which nothing of production is destroyed')
    .option(
      '--inventory <folder>',
      'where a list of what goes is kept (default: a new one under .insights/inventories)',
    )
    .option('--without-inventory', 'destroy also what could not be listed')
    .option('--cancel-runs', 'cancel pipelines that run, instead of waiting for them')
    .action((options: DestroyOptions, command: Command) =>
      run(command, (output, surroundings) => destroyHere(options, output, surroundings)),
    );
}

async function deployHere(options: PlanOptions, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { deploy } = require('../../deployment/deploy') as typeof import('../../deployment/deploy');
  const { applyKeptPlans, keepPlans } =
    require('../../deployment/approved-plan') as typeof import('../../deployment/approved-plan');
  const { env, planTo, approvedPlan, approvedHash } = options;
  if (
    (approvedPlan === undefined) !== (approvedHash === undefined) ||
    (planTo !== undefined && approvedPlan !== undefined)
  ) {
    throw new InsightsError('USAGE', 'Give --approved-plan and --approved-hash together, and --plan-to without them.');
  }
  const { stacks, ports } = await prepare(options, output, withLastDay(surroundings, options.ttl));
  if (planTo !== undefined) {
    const kept = await keepPlans(env, stacks, planTo, ports);
    output.line(`Plans kept in ${planTo}. To be approved: ${kept.hash}`);
    return { result: kept };
  }
  if (approvedPlan === undefined || approvedHash === undefined) return { result: await deploy(env, stacks, ports) };
  const kept = { folder: approvedPlan, approved: approvedHash };
  return { result: await applyKeptPlans(env, stacks, kept, ports) };
}

/** The last day reaches the synthesis as a variable. */
function withLastDay(surroundings: Surroundings, days: number | undefined): Surroundings {
  if (days === undefined) return surroundings;
  const expires = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  return { ...surroundings, environment: { ...surroundings.environment, EXPIRES: expires } };
}

async function destroyHere(options: DestroyOptions, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { destroy } = require('../../deployment/deploy') as typeof import('../../deployment/deploy');
  const { drainRuns } = require('../../deployment/drain') as typeof import('../../deployment/drain');
  const { systemClock: clock } = require('../../operations/clock') as typeof import('../../operations/clock');
  const { isProduction } =
    require('../../contract/environment-check') as typeof import('../../contract/environment-check');
  if (isProduction(options.env) && (options.production !== true || options.confirm !== options.env)) {
    throw new InsightsError('DEPLOYMENT_PRODUCTION_GUARDED', `${options.env} is production, and stays as it is.`);
  }
  const { inventoryPort } = require('../destroy-inventory') as typeof import('../destroy-inventory');
  const { environment: variables, projectRoot } = surroundings;
  const { stacks, ports, host, environment, azure } = await prepare(options, output, surroundings);
  const drain = async ({ isPlatform }: StackFolder): Promise<void> => {
    if (isPlatform) return;
    const print = (line: string): void => output.line(line);
    const cancel = options.cancelRuns === true;
    await drainRuns({ host, client: azure.development(), clock, cancel, timeoutMinutes: drainMinutes, print });
  };
  const inventory = inventoryPort({
    environment,
    subscriptionId: variables['ARM_SUBSCRIPTION_ID'] ?? '',
    azure,
    projectRoot,
    folder: options.inventory,
    isOptional: options.withoutInventory === true,
    output,
  });
  const wanted = options.platform === true ? stacks : stacks.filter(({ isPlatform }) => !isPlatform);
  return { result: await destroy(options.env, wanted, { ...ports, drain, inventory }) };
}

async function prepare(options: DeployOptions, output: Output, surroundings: Surroundings) {
  const { environment: variables, projectRoot } = surroundings;
  const { deployedNames } = require('../../contract/deployed-names') as typeof import('../../contract/deployed-names');
  const { loadEnvironments } = require('../../contract/environment') as typeof import('../../contract/environment');
  const { dropAdoption, prepareAdoption } =
    require('../../deployment/adopt') as typeof import('../../deployment/adopt');
  const { runChild: run } =
    require('../../deployment/child-process') as typeof import('../../deployment/child-process');
  const { synthesise } = require('../../deployment/synthesis') as typeof import('../../deployment/synthesis');
  const { findTerraform, Terraform } =
    require('../../deployment/terraform') as typeof import('../../deployment/terraform');
  const { azureClients } = require('../../operations/azure-clients') as typeof import('../../operations/azure-clients');

  // Said before anything long begins.
  const [found] = loadEnvironments(variables['ENVIRONMENTS'] ?? join(projectRoot, 'environments'), options.env);
  const environment = found as Environment;
  const program = await findTerraform(run, variables, projectRoot);
  output.progress(`synthesising ${options.env}`);
  const stacks = await synthesise({ projectRoot, environment: options.env, variables, run });
  const host = `${deployedNames(environment).synapseWorkspace}.dev.azuresynapse.net`;
  const azure = surroundings.azure ?? azureClients(variables);
  const print = (line: string): void => output.line(line);
  const ports: DeployPorts = {
    terraform: ({ folder }: StackFolder) =>
      new Terraform({ program, folder, variables, run, progress: (line) => output.progress(line) }),
    adopt: async ({ folder, isPlatform }, stateAddresses) => {
      if (!isPlatform) await prepareAdoption({ folder, stateAddresses, host, client: azure.development(), print });
    },
    dropAdoption: ({ folder }) => dropAdoption(folder),
    confirm: (question) => confirm(question, options),
    print,
  };
  return { stacks, ports, host, environment, azure };
}

/** Data goes only with the environment's name, typed or given; anything else with a yes. */
async function confirm({ text, typed }: Question, options: DeployOptions): Promise<void> {
  if (typed === undefined ? options.yes === true : options.confirm === typed) return;
  if (await isTyped(text, typed ?? 'yes')) return;
  throw new InsightsError('DEPLOYMENT_NOT_CONFIRMED', `Not confirmed: ${text}`);
}
