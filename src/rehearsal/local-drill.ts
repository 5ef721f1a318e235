import { join } from 'node:path';
import { deployedNames } from '../contract/deployed-names';
import { ownFolder, testDataFolder } from '../contract/project-folders';
import { inExclusiveFolder } from '../lake/exclusive-folder';
import type { LocalAzure } from '../local-azure/local-azure';
import { defaultDeployer, guidOf, type OfferedShare, type Principal } from '../local-azure/settings';
import { refuseUnknown } from '../local-azure/running';
import { purgeVault } from '../local-azure/resource-manager/vault-types';
import { takeInventory } from './azure-inventory';
import { drill, type DrillPart, type DrillPorts, type DrillReport, type DrillScope } from './drill';
import { summariseLake } from './lake-summary';
import { OpenRehearsal } from './open-rehearsal';
import { receiving } from './rehearsal-environment';
import { withRehearsedLake } from './rehearsed-lake';

export interface LocalDrillRequest {
  readonly projectRoot: string;
  readonly scope: DrillScope;
  readonly set: 'k12' | 'hed';
  /** File with the passphrase of the salt's backup. @default no backup is made, and a full teardown loses the salt */
  readonly passphraseFile?: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly progress: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** A drill works on the scheduled workspace of dev. */
const workspace = 'dev';

/** Who keeps the backup of the salt. Who deploys may not write secrets, and so cannot restore one (docs/operations.md). */
const operator: Principal = {
  objectId: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0006',
  kind: 'ServicePrincipal',
  displayName: 'local operator',
  clientId: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0007',
};

const secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';

/**
 * A drill on this machine: the same stacks, commands and operations as in a subscription, against a local Azure. Where the platform stays
 * the environment has a share as well, whose subscription must survive; a platform that goes needs a new invitation.
 * @throws InsightsError those of `drill`, REHEARSAL_RUNNING, and LOCAL_AZURE_UNKNOWN_OPERATION
 */
export function drillHere(request: LocalDrillRequest): Promise<DrillReport> {
  const folder = ownFolder(request.projectRoot, 'drill');
  return inExclusiveFolder(folder, 'REHEARSAL_RUNNING', () => drillIn(folder, request));
}

async function drillIn(folder: string, request: LocalDrillRequest): Promise<DrillReport> {
  const { projectRoot, scope, set, variables, progress } = request;
  const share = drilledShare(projectRoot, set);
  const rehearsal = await OpenRehearsal.open({
    projectRoot,
    folder,
    environment: 'dev',
    testData: set,
    changes: scope === 'platform' ? { teardown: { deleteData: true } } : { dataShare: receiving(share) },
    shares: scope === 'platform' ? [] : [share],
    variables,
    progress,
  });
  try {
    appointOperator(rehearsal.azure);
    const report = await drill(scope, portsOn(rehearsal, folder, request));
    const { requests, unknownOperations } = rehearsal.azure;
    refuseUnknown({ requests: requests.length, unknownOperations });
    return report;
  } finally {
    await rehearsal.stop();
  }
}

function portsOn(rehearsal: OpenRehearsal, folder: string, request: LocalDrillRequest): DrillPorts {
  const { projectRoot, passphraseFile, progress, warn } = request;
  const { azure, environment } = rehearsal;
  const { world } = azure.services;
  const stackOf = (part: DrillPart) =>
    rehearsal.stacks.filter(({ isPlatform }) => isPlatform === (part === 'platform'));
  return {
    apply: async (part) => void (await rehearsal.provision(stackOf(part))),
    destroy: (part) => rehearsal.destroy(stackOf(part)),
    inventory: async () => takeInventory(world),
    nothing: async () => takeInventory(world),
    summarise: () => withRehearsedLake(rehearsal, projectRoot, workspace, summariseLake),
    emptyLake: () =>
      withRehearsedLake(rehearsal, projectRoot, workspace, async ({ store, paths }) => {
        const files = await Promise.all(([1, 2, 3] as const).map((stage) => store.list(paths.stage(stage))));
        await store.remove(files.flat().map(({ path }) => path));
      }),
    forget: async () => purgeVault(azure.services, deployedNames(environment).keyVault),
    ...(passphraseFile === undefined ? {} : { salt: saltCommands(rehearsal, folder, passphraseFile) }),
    now: () => Date.now(),
    progress,
    warn,
  };
}

/** Gives the operator the secrets of every vault of the subscription, which stays through any teardown. */
function appointOperator(azure: LocalAzure): void {
  azure.addPrincipal(operator);
  const { access, world } = azure.services;
  const scope = `/subscriptions/${world.settings.subscriptionId}`;
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${guidOf('operator of the drill')}`;
  const roleDefinitionId = `${scope}/providers/Microsoft.Authorization/roleDefinitions/${secretsOfficer}`;
  const properties = { principalId: operator.objectId, roleDefinitionId, scope };
  access.assignments.set(id.toLowerCase(), { id, scope, properties, madeAt: 0 });
}

/** As the operator does it: by the command, with a passphrase from a file. */
function saltCommands(
  rehearsal: OpenRehearsal,
  folder: string,
  passphraseFile: string,
): NonNullable<DrillPorts['salt']> {
  const backup = join(folder, 'salt.backup');
  const common = ['--env', rehearsal.environment.name, '--passphrase-file', passphraseFile];
  const { clientId = '' } = operator;
  const identity = { ARM_CLIENT_ID: clientId, AZURE_CLIENT_ID: clientId };
  return {
    backUp: () => rehearsal.must(['salt', 'backup', '--out', backup, ...common], identity),
    restore: () => rehearsal.must(['salt', 'restore', backup, ...common], identity),
  };
}

/** The test data as a share: it is accepted, mapped and copied, which is what a teardown must not touch. */
function drilledShare(projectRoot: string, set: string): OfferedShare {
  return {
    invitationId: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0004',
    shareName: 'Education Insights',
    location: 'westeurope',
    providerName: 'Drill',
    invitedObjectId: defaultDeployer.objectId,
    dataSets: [
      {
        id: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0005',
        name: 'M365',
        path: 'M365',
        folder: testDataFolder(projectRoot, set, 'M365'),
      },
    ],
    schedule: { interval: 'Day', time: '2026-01-01T02:00:00Z' },
  };
}
