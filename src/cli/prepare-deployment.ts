import { join } from 'node:path';
import { deployedNames } from '../contract/deployed-names';
import { loadEnvironments, type Environment } from '../contract/environment';
import { InsightsError } from '../contract/errors';
import { ownFolder } from '../contract/project-folders';
import { dropAdoption, prepareAdoption } from '../deployment/adopt';
import { runChild as run } from '../deployment/child-process';
import type { DeployPorts, DestroyPorts, Question } from '../deployment/deploy';
import { drainRuns } from '../deployment/drain';
import { synthesise, type StackFolder } from '../deployment/synthesis';
import { findTerraform, Terraform } from '../deployment/terraform';
import { inExclusiveFolder } from '../lake/exclusive-folder';
import { azureClients, type AzureClients } from '../operations/azure-clients';
import { systemClock as clock } from '../operations/clock';
import type { RestClient } from '../operations/rest-client';
import type { Output } from './output';
import type { Surroundings } from './run-command';
import { subscriptionOf } from './subscription';
import { isTyped } from './typed-answer';

/** What somebody who deploys has consented to beforehand. */
export interface Consent {
  readonly env: string;
  readonly yes?: true;
  readonly confirm?: string;
}

/** The stacks of an environment, synthesised, and how Terraform deploys and destroys them. */
export interface PreparedDeployment {
  readonly environment: Environment;
  readonly subscriptionId: string;
  readonly stacks: readonly StackFolder[];
  readonly ports: DeployPorts;
  /** `<workspace>.dev.azuresynapse.net`. */
  readonly host: string;
  readonly azure: AzureClients;
}

/** A run of a daily batch takes minutes; two hours are a run that hangs. */
const drainMinutes = 120;

/**
 * Prepares everything that a deployment starts with, and works with it. Nobody else deploys or destroys the environment from this
 * project meanwhile: what is applied after the question is the plan file that lies there then.
 * @throws InsightsError those of the environment, USAGE, TERRAFORM_MISSING, DEPLOYMENT_RUNNING, SYNTHESIS_FAILED
 */
export async function withDeployment<Result>(
  consent: Consent,
  output: Output,
  surroundings: Surroundings,
  use: (prepared: PreparedDeployment) => Promise<Result>,
): Promise<Result> {
  const { environment: variables, projectRoot } = surroundings;

  // Said before anything long begins.
  const [found] = loadEnvironments(variables['ENVIRONMENTS'] ?? join(projectRoot, 'environments'), consent.env);
  const environment = found as Environment;
  const { subscriptionId } = subscriptionOf(variables);
  const program = await findTerraform(run, variables, projectRoot);
  const host = `${deployedNames(environment).synapseWorkspace}.dev.azuresynapse.net`;
  const azure = surroundings.azure ?? azureClients(variables);
  return inExclusiveFolder(ownFolder(projectRoot, `deployment-${consent.env}`), 'DEPLOYMENT_RUNNING', async () => {
    output.progress(`synthesising ${consent.env}`);
    const stacks = await synthesise({ projectRoot, environment: consent.env, variables, run });
    const ports = deployPorts(consent, { program, host, azure }, output, variables);
    return use({ stacks, ports, host, environment, subscriptionId, azure });
  });
}

function deployPorts(
  consent: Consent,
  { program, host, azure }: { readonly program: string; readonly host: string; readonly azure: AzureClients },
  output: Output,
  variables: Surroundings['environment'],
): DeployPorts {
  const print = (line: string): void => output.line(line);
  return {
    terraform: ({ folder }: StackFolder) =>
      new Terraform({ program, folder, variables, run, progress: (line) => output.progress(line) }),
    adopt: async ({ folder, isPlatform }, stateAddresses) => {
      if (!isPlatform) await prepareAdoption({ folder, stateAddresses, host, client: azure.development(), print });
    },
    dropAdoption: ({ folder }) => dropAdoption(folder),
    confirm: (question) => confirm(question, consent),
    print,
  };
}

/** Waits for what runs in the workspace before its stack goes, or cancels it. */
export function drainPort(
  { host, client }: { readonly host: string; readonly client: RestClient },
  cancel: boolean,
  output: Output,
): DestroyPorts['drain'] {
  const print = (line: string): void => output.line(line);
  return async ({ isPlatform }) => {
    if (!isPlatform) await drainRuns({ host, client, clock, cancel, timeoutMinutes: drainMinutes, print });
  };
}

/** Data goes only with the environment's name, typed or given; anything else with a yes. */
async function confirm({ text, typed }: Question, consent: Consent): Promise<void> {
  if (typed === undefined ? consent.yes === true : consent.confirm === typed) return;
  if (await isTyped(text, typed ?? 'yes')) return;
  throw new InsightsError('DEPLOYMENT_NOT_CONFIRMED', `Not confirmed: ${text}`);
}
