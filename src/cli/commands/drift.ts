import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../../contract/errors';
import { ownFolder } from '../../contract/project-folders';
import type { DriftReport } from '../../review/drift/drift';
import type { Expired } from '../../review/drift/expired';
import { printable } from '../../contract/printable';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';
import { subscriptionOf } from '../subscription';

interface DriftOptions {
  readonly env: string;
  readonly deployer?: readonly string[];
}

const driftHelp = `
Compared: artifacts by content, those made by hand too (outside production they are listed and are no drift); role assignments
of the resource group and in Studio; public access, addresses, networks and services of account, vault and workspace; the SQL
administrator; private endpoints that lead to them, and managed ones that lead out.
Not compared: users and rights inside SQL databases, data flows, Spark job definitions, KQL scripts, credentials, integration
runtimes and packages of the workspace, DNS zones, and what only Terraform's state knows (\`insights deploy --plan-to\` finds it).
Exit code 1: something differs.`;

/** `insights drift` and `insights reap`: what is in Azure and should not be, or not like that. Both only read. */
export function addDrift({ program, run }: CommandFrame): void {
  program
    .command('drift')
    .description('compare deployed artifacts, roles and network with what this revision would deploy; changes nothing')
    .requiredOption('--env <name>', 'the environment, a file of environments/')
    .option('--deployer <id...>', 'object id of an identity that deploys: who creates a workspace administers it')
    .addHelpText('after', driftHelp)
    .action((options: DriftOptions, command: Command) =>
      run(command, (output, surroundings) => driftHere(options, output, surroundings)),
    );
  program
    .command('reap')
    .description('list environments whose last day (`deploy --ttl`) is over, with the command that destroys each')
    .option('--dry-run', 'the only way there is: who destroys an environment names it')
    .addHelpText('after', '\nExit code 1: something has expired.')
    .action((_options: unknown, command: Command) => run(command, reapHere));
}

async function driftHere(
  { env: name, deployer = [] }: DriftOptions,
  output: Output,
  surroundings: Surroundings,
): Promise<Outcome> {
  const { deployedNames } = require('../../contract/deployed-names') as typeof import('../../contract/deployed-names');
  const { loadEnvironments } = require('../../contract/environment') as typeof import('../../contract/environment');
  const { runChild: run } =
    require('../../deployment/child-process') as typeof import('../../deployment/child-process');
  const { synthesise } = require('../../deployment/synthesis') as typeof import('../../deployment/synthesis');
  const { findDrift } = require('../../review/drift/drift') as typeof import('../../review/drift/drift');
  const { readStacks } = require('../../review/stacks') as typeof import('../../review/stacks');
  const { projectRoot, environment: variables } = surroundings;
  const [environment] = loadEnvironments(variables['ENVIRONMENTS'] ?? join(projectRoot, 'environments'), name);
  if (environment === undefined) throw new Error('An environment that is not there is refused when it is loaded.');
  const { whoIsSignedIn } = require('../../operations/signed-in') as typeof import('../../operations/signed-in');
  const { credential, ...azure } = azureOf(surroundings);
  output.progress(`synthesising ${name}`);
  const outputFolder = ownFolder(projectRoot, `drift-${name}`);
  mkdirSync(outputFolder, { recursive: true });
  const folders = await synthesise({ projectRoot, environment: name, outputFolder, variables, run });
  const names = new Set(folders.map((stack) => stack.name));
  const stacks = readStacks(outputFolder).filter((stack) => names.has(stack.name));
  output.progress('asking Azure');
  const asking = await whoIsSignedIn({ credential }, 'https://dev.azuresynapse.net/.default');
  const place = {
    ...deployedNames(environment),
    ...azure,
    production: environment.production,
    deployers: deployer,
    asking: asking?.objectId,
  };
  const report = await findDrift(name, stacks, place);
  printDrift(report, output);
  return { exitCode: report.drifts.length === 0 ? exitCodes.done : exitCodes.checkFailed, result: report };
}

async function reapHere(output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { findExpired } = require('../../review/drift/expired') as typeof import('../../review/drift/expired');
  const { subscriptionId, resourceManager } = azureOf(surroundings);
  const expired = await findExpired(subscriptionId, resourceManager, new Date().toISOString().slice(0, 10));
  printExpired(expired, output);
  return { exitCode: expired.length === 0 ? exitCodes.done : exitCodes.checkFailed, result: { expired } };
}

function azureOf({ environment: variables, azure }: Surroundings) {
  const { azureClients } = require('../../operations/azure-clients') as typeof import('../../operations/azure-clients');
  const { subscriptionId, tenantId } = subscriptionOf(variables);
  const clients = azure ?? azureClients(variables);
  const [resourceManager, development] = [clients.resourceManager(), clients.development()];
  return { subscriptionId, tenantId, credential: clients.credential, resourceManager, development };
}

/** A line for each thing that differs, then how much was compared. */
export function printDrift({ compared, drifts, byHand, ofWhoAsks, environment }: DriftReport, output: Output): void {
  for (const { kind, at, change, detail } of drifts) output.line(printable(`${change} ${kind} ${at}: ${detail}`));
  for (const { kind, at, detail } of [...byHand, ...ofWhoAsks])
    output.line(printable(`no drift: ${kind} ${at} ${detail}`));
  const { artifact, role, network } = compared;
  const what = `${artifact} artifacts, ${role} roles and ${network} settings of the network`;
  const found = drifts.length === 0 ? 'nothing differs' : `${drifts.length} differ`;
  output.line(`${environment}: compared ${what}; ${found}.`);
}

/** A line for each environment, with what destroys it. */
export function printExpired(expired: readonly Expired[], output: Output): void {
  for (const { environment, resourceGroup, expires } of expired) {
    output.line(printable(`${resourceGroup} (${environment}) ended on ${expires}`));
    output.line(printable(`  insights destroy --env ${environment} --platform --confirm ${environment}`));
  }
  if (expired.length === 0) output.line('No environment has expired.');
}
