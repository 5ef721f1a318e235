import path from 'node:path';
import { deployedNames } from '../contract/deployed-names';
import { loadEnvironments, type Environment } from '../contract/environment';
import { InsightsError } from '../contract/errors';
import { lakeWorkspaces } from '../contract/lake-workspaces';
import { defaultDataVersion } from '../contract/versions';
import { BlobStore } from '../lake/blob-store';
import { azureClients, type AzureClients } from '../operations/azure-clients';
import { readSecret } from '../operations/vault-client';
import type { LakeLocation } from './lake-session';
import type { Surroundings } from './run-command';

/** An environment and the clients that reach it. */
export interface DeployedEnvironment {
  readonly environment: Environment;
  /** `https://<account>.blob.core.windows.net`. */
  readonly blobEndpoint: string;
  readonly keyVault: string;
  readonly azure: AzureClients;
}

/**
 * An environment by its name, with the clients of the signed-in identity. Speaks to nobody.
 * @throws InsightsError ENVIRONMENT_UNREADABLE, ENVIRONMENT_INVALID, RESOURCE_NAME_INVALID
 */
export function deployedEnvironment(name: string, surroundings: Surroundings): DeployedEnvironment {
  const { projectRoot, environment: variables } = surroundings;
  const [environment] = loadEnvironments(variables['ENVIRONMENTS'] ?? path.join(projectRoot, 'environments'), name);
  const { storageAccount, keyVault } = deployedNames(environment as Environment);
  return {
    environment: environment as Environment,
    blobEndpoint: `https://${storageAccount}.blob.core.windows.net`,
    keyVault,
    azure: surroundings.azure ?? azureClients(surroundings.environment),
  };
}

/** How a command is told which lake: by place, or by the environment whose account holds it. */
export interface LakeFlags {
  readonly lake?: string;
  readonly env?: string;
  readonly workspace?: string;
  readonly version?: string;
}

/** The lake that was meant, and where its salt is. */
export interface NamedLake {
  readonly lake: LakeLocation;
  readonly workspace: string;
  readonly version: string;
  /** For people: a folder, a URL, or the environment. */
  readonly description: string;
  /** A secret of the environment's vault, such as the salt; `say` is told why when it cannot be read. Undefined with `--lake`. */
  readonly readSecret: ((name: string, say: (text: string) => void) => Promise<string | undefined>) | undefined;
}

/**
 * The lake that the flags name. With an environment, workspace and data version are by default those that its pipeline
 * works on.
 * @throws InsightsError USAGE for none or two, and those of `deployedEnvironment`
 */
export function namedLake(flags: LakeFlags, surroundings: Surroundings): NamedLake {
  const { lake, env } = flags;
  if ((lake === undefined) === (env === undefined)) {
    throw new InsightsError('USAGE', 'Say which lake: --lake <folder|url> or --env <name>.');
  }
  if (env === undefined) {
    const { workspace = 'dev', version = defaultDataVersion } = flags;
    return { lake: lake ?? '', workspace, version, description: lake ?? '', readSecret: undefined };
  }
  const { environment, blobEndpoint, keyVault, azure } = deployedEnvironment(env, surroundings);
  return {
    lake: () => new BlobStore(azure.blobs(blobEndpoint)),
    workspace: flags.workspace ?? lakeWorkspaces(environment).scheduled,
    version: flags.version ?? environment.dataVersion,
    description: `${env} (${blobEndpoint})`,
    readSecret: (name, say) => secretOrReason(azure, keyVault, name, say),
  };
}

async function secretOrReason(
  azure: AzureClients,
  keyVault: string,
  name: string,
  say: (text: string) => void,
): Promise<string | undefined> {
  try {
    const value = await readSecret(azure.secrets(keyVault), name);
    if (value !== '') return value;
    say(`The secret ${name} was not read: it is empty.`);
  } catch (error) {
    if (!(error instanceof InsightsError)) throw error;
    // Few may read salt and erasure key, and need not, to verify a lake.
    say(`The secret ${name} was not read: ${error.message}`);
  }
  return undefined;
}
