import type { Command } from 'commander';
import type { Environment } from '../../contract/environment';
import { InsightsError } from '../../contract/errors';
import { wholeNumber } from '../arguments';
import type { Output } from '../output';
import type { Consent } from '../prepare-deployment';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

interface PlanOptions extends Consent {
  readonly ttl?: number;
  readonly planTo?: string;
  readonly approvedPlan?: string;
  readonly approvedHash?: string;
}

interface DestroyOptions extends Consent {
  readonly production?: true;
  readonly platform?: true;
  readonly cancelRuns?: true;
  readonly inventory?: string;
  readonly withoutInventory?: true;
}

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
  const { withDeployment } = require('../prepare-deployment') as typeof import('../prepare-deployment');
  const { env, planTo, approvedPlan, approvedHash } = options;
  if (
    (approvedPlan === undefined) !== (approvedHash === undefined) ||
    (planTo !== undefined && approvedPlan !== undefined)
  ) {
    throw new InsightsError('USAGE', 'Give --approved-plan and --approved-hash together, and --plan-to without them.');
  }
  return withDeployment(options, output, withLastDay(surroundings, options.ttl), async ({ stacks, ports }) => {
    if (planTo !== undefined) {
      const kept = await keepPlans(env, stacks, planTo, ports);
      output.line(`Plans kept in ${planTo}. To be approved: ${kept.hash}`);
      return { result: kept };
    }
    if (approvedPlan === undefined || approvedHash === undefined) return { result: await deploy(env, stacks, ports) };
    const kept = { folder: approvedPlan, approved: approvedHash };
    return { result: await applyKeptPlans(env, stacks, kept, ports) };
  });
}

/** The last day reaches the synthesis as a variable. */
function withLastDay(surroundings: Surroundings, days: number | undefined): Surroundings {
  if (days === undefined) return surroundings;
  const expires = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  return { ...surroundings, environment: { ...surroundings.environment, EXPIRES: expires } };
}

async function destroyHere(options: DestroyOptions, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { destroy } = require('../../deployment/deploy') as typeof import('../../deployment/deploy');
  const { isProduction } =
    require('../../contract/environment-check') as typeof import('../../contract/environment-check');
  if (isProduction(options.env) && (options.production !== true || options.confirm !== options.env)) {
    throw new InsightsError('DEPLOYMENT_PRODUCTION_GUARDED', `${options.env} is production, and stays as it is.`);
  }
  const { drainPort, withDeployment } = require('../prepare-deployment') as typeof import('../prepare-deployment');
  const { inventoryPort } = require('../destroy-inventory') as typeof import('../destroy-inventory');
  const { projectRoot } = surroundings;
  return withDeployment(options, output, surroundings, async (prepared) => {
    const { stacks, ports, host, environment, subscriptionId, azure } = prepared;
    if (options.platform === true) refuseGuardedData(environment);
    const drain = drainPort({ host, client: azure.development() }, options.cancelRuns === true, output);
    const inventory = inventoryPort({
      environment,
      subscriptionId,
      azure,
      projectRoot,
      folder: options.inventory,
      isOptional: options.withoutInventory === true,
      output,
    });
    const wanted = options.platform === true ? stacks : stacks.filter(({ isPlatform }) => !isPlatform);
    return { result: await destroy(options.env, wanted, { ...ports, drain, inventory }) };
  });
}

/** Said before the disposable stack goes; Terraform would only refuse the platform after that. In a workspace that was there nothing is ours to guard. */
function refuseGuardedData({ name, workspace, teardown }: Environment): void {
  if (workspace.mode === 'existing' || teardown.deleteData) return;
  throw new InsightsError('DEPLOYMENT_DATA_GUARDED', `${name} does not allow its data to be destroyed.`, {
    place: { file: `environments/${name}.json`, path: '/teardown/deleteData' },
  });
}
