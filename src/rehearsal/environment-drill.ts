import { loadCatalogue } from '../catalogue/load';
import { deployedNames } from '../contract/deployed-names';
import type { Environment } from '../contract/environment';
import { InsightsError } from '../contract/errors';
import { LakePaths } from '../contract/lake-paths';
import { lakeWorkspaces } from '../contract/lake-workspaces';
import { catalogueFolder } from '../contract/project-folders';
import { deploy, destroy, type DestroyPorts, type DeployPorts } from '../deployment/deploy';
import type { StackFolder } from '../deployment/synthesis';
import { openDatabase } from '../engine/database';
import { BlobStore } from '../lake/blob-store';
import type { AzureClients } from '../operations/azure-clients';
import type { Clock } from '../operations/clock';
import { refusedStatus } from '../operations/rest-client';
import { drill, type DrillPart, type DrillPorts, type DrillReport, type DrillScope } from './drill';
import { takeGroupInventory } from './group-inventory';
import { summariseLake, type LakeSummary } from './lake-summary';

export interface EnvironmentDrillRequest {
  readonly environment: Environment;
  readonly scope: DrillScope;
  readonly projectRoot: string;
  readonly subscriptionId: string;
  readonly stacks: readonly StackFolder[];
  /** As `insights deploy` and `destroy` have them; whoever drills has consented to all of it. */
  readonly ports: DeployPorts & DestroyPorts;
  readonly azure: AzureClients;
  /** Runs a command of this project, as its operator would. @throws InsightsError where it fails */
  readonly command: (words: readonly string[]) => Promise<unknown>;
  /** File with the passphrase of the salt's backup, and where the backup is written. @default no backup is made */
  readonly backup?: { readonly passphraseFile: string; readonly file: string };
  readonly clock: Clock;
  readonly progress: (text: string) => void;
  readonly warn: (text: string) => void;
}

/**
 * Whether an environment may be drilled at all; asked before anything is synthesised.
 * @throws InsightsError DRILL_REFUSED
 */
export function refuseDrill(
  { name, production, dataShare, teardown, workspace, ...rest }: Environment,
  scope: DrillScope,
) {
  const reasons = [
    ...(production ? ['it is production'] : []),
    ...(lakeWorkspaces({ dataShare, ...rest }).tested === undefined ? ['it has no test data to compare'] : []),
    ...(scope === 'insights' || teardown.deleteData ? [] : ['it does not allow its data to be deleted']),
    ...(scope === 'insights' || dataShare.mode === 'off' ? [] : ['its share would need a new invitation']),
    ...(scope === 'insights' || workspace.mode === 'create' ? [] : ['its workspace is not ours']),
  ];
  if (reasons.length === 0) return;
  throw new InsightsError('DRILL_REFUSED', `${name} cannot be drilled: ${reasons.join('; ')}.`, {
    place: { file: `environments/${name}.json` },
  });
}

/**
 * A drill of an environment in a subscription, with Terraform: the same steps as on this machine, by the commands that its operator has.
 * @throws InsightsError those of `drill`, `deploy` and `destroy`
 */
export function drillEnvironment(request: EnvironmentDrillRequest): Promise<DrillReport> {
  const { environment, scope, stacks, ports, command, backup, progress, warn } = request;
  const { name } = environment;
  const names = deployedNames(environment);
  const { tested = 'dev' } = lakeWorkspaces(environment);
  const stackOf = (part: DrillPart) => stacks.filter(({ isPlatform }) => isPlatform === (part === 'platform'));
  const passphrase = backup === undefined ? [] : ['--passphrase-file', backup.passphraseFile];
  const common = ['--env', name, '--workspace', tested];
  const drillPorts: DrillPorts = {
    apply: async (part) => void (await deploy(name, stackOf(part), ports)),
    destroy: async (part) => void (await destroy(name, stackOf(part), ports)),
    inventory: () =>
      takeGroupInventory({
        subscriptionId: request.subscriptionId,
        names,
        resourceManager: request.azure.resourceManager(),
      }),
    // The group is made by the environment and goes with it.
    nothing: async () => ({}),
    summarise: () => summariseTested(request, tested),
    emptyLake: () => command(['reset', ...common, '--confirm', `${name}/${tested}`]),
    forget: () => purgeDeletedVault(request, names.keyVault),
    ...(backup === undefined
      ? {}
      : {
          salt: {
            backUp: () => command(['salt', 'backup', '--out', backup.file, ...common, ...passphrase]),
            restore: () => command(['salt', 'restore', backup.file, ...common, ...passphrase]),
          },
        }),
    now: () => request.clock.now(),
    progress,
    warn,
  };
  return drill(scope, drillPorts);
}

async function summariseTested(
  { environment, azure, projectRoot }: EnvironmentDrillRequest,
  workspace: string,
): Promise<LakeSummary> {
  const store = new BlobStore(
    azure.blobs(`https://${deployedNames(environment).storageAccount}.blob.core.windows.net`),
  );
  const database = await openDatabase();
  try {
    return await summariseLake({
      store,
      paths: new LakePaths(workspace, environment.dataVersion),
      catalogue: loadCatalogue(environment.lake.profile, { folder: catalogueFolder(projectRoot) }),
      connection: database.connections[0],
    });
  } finally {
    database.close();
    await store.close();
  }
}

/** How long a purge may take, and how often it is looked, in milliseconds. */
const purge = { longest: 15 * 60_000, pause: 5000 } as const;

/**
 * Makes an end of the deleted vault, so that the salt really has to come from its backup. Where that is refused, which needs a right on the
 * subscription, the vault comes back with its secrets, and the backup is compared with them only.
 */
async function purgeDeletedVault(
  { azure, clock, environment, subscriptionId, warn }: EnvironmentDrillRequest,
  vault: string,
) {
  const client = azure.resourceManager();
  const place = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${environment.location}`;
  const url = (action: string): string =>
    `https://management.azure.com${place}/deletedVaults/${vault}${action}?api-version=2023-07-01`;
  try {
    await client.send({ method: 'POST', url: url('/purge'), accept: [200, 202, 204, 404] });
  } catch (error) {
    if (refusedStatus(error) !== 403) throw error;
    warn(
      'The deleted vault may not be purged: it comes back with its secrets, and the backup is only compared with them.',
    );
    return;
  }
  const deadline = clock.now() + purge.longest;
  while ((await client.send({ method: 'GET', url: url(''), accept: [200, 404] })).status === 200) {
    if (clock.now() > deadline) {
      throw new InsightsError('DRILL_LEFTOVERS', `The deleted vault ${vault} is not purged after 15 minutes.`);
    }
    await clock.wait(purge.pause);
  }
}
