import { Access } from './access/access';
import type { LocalService } from './http';
import { identityHost, IdentityService } from './identity';
import { KeyVaultService } from './key-vault';
import { dataShareTypes, invitationRoutes } from './resource-manager/data-share-types';
import { locks } from './resource-manager/locks';
import { deletedWorkspaceRoutes, monitorTypes } from './resource-manager/monitor-types';
import { nameRoutes } from './resource-manager/name-availability';
import { connectionRoutes, networkTypes } from './resource-manager/private-connections';
import { ResourceManager, resourceManagerHost } from './resource-manager/resource-manager';
import { ResourceStore } from './resource-manager/resource-store';
import type { BlobBackend, Services } from './resource-manager/resource-type';
import { storageTypes } from './resource-manager/storage-types';
import { resourceGroups } from './resource-manager/subscription';
import { synapseTypes } from './resource-manager/synapse-types';
import { deletedVaultRoutes, vaultTypes } from './resource-manager/vault-types';
import type { RunHost } from './synapse/run-host';
import { SynapseService } from './synapse/synapse-service';
import { Tokens } from './tokens';
import type { World } from './world';

/** Every type of resources that a deployment of this project makes. */
const types = [
  resourceGroups,
  locks,
  ...storageTypes,
  ...vaultTypes,
  ...synapseTypes,
  ...dataShareTypes,
  ...monitorTypes,
  ...networkTypes,
];
const routes = [
  ...nameRoutes,
  ...connectionRoutes,
  ...deletedVaultRoutes,
  ...deletedWorkspaceRoutes,
  ...invitationRoutes,
];

/** What the services share, over a world. */
export function makeServices(world: World, blobs: BlobBackend): Services {
  return { world, tokens: new Tokens(world), access: new Access(world), store: new ResourceStore(world), blobs };
}

export function makeResourceManager(services: Services): ResourceManager {
  return new ResourceManager(services, types, routes);
}

export interface HostOptions {
  readonly services: Services;
  readonly resourceManager: ResourceManager;
  /** Who answers for `<account>.blob.core.windows.net`. */
  readonly blobs: LocalService;
  /** Who answers for `<account>.dfs.core.windows.net`. */
  readonly fileSystems: LocalService;
  /** @default nothing runs pipelines */
  readonly runHost?: RunHost | undefined;
}

/** Who answers for which of Azure's hosts; undefined for a host that is nobody's. */
export function hostTable({
  services,
  resourceManager,
  blobs,
  fileSystems,
  runHost,
}: HostOptions): (host: string) => LocalService | undefined {
  const identity = new IdentityService(services.world, services.tokens);
  const vaults = new KeyVaultService(services);
  const synapse = new SynapseService(services, resourceManager.operations, runHost);
  const fixed: Readonly<Record<string, LocalService>> = {
    [identityHost]: (request) => identity.handle(request),
    [resourceManagerHost]: (request) => resourceManager.handle(request),
  };
  const named: readonly (readonly [RegExp, LocalService])[] = [
    [/^[a-z0-9-]+\.vault\.azure\.net$/, (request) => vaults.handle(request)],
    [/^[a-z0-9]+\.blob\.core\.windows\.net$/, blobs],
    [/^[a-z0-9]+\.dfs\.core\.windows\.net$/, fileSystems],
    [/^[a-z0-9-]+\.dev\.azuresynapse\.net$/, (request) => synapse.handle(request)],
  ];
  return (host) => fixed[host] ?? named.find(([pattern]) => pattern.test(host))?.[1];
}
