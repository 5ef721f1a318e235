import { Access } from './access/access';
import { Faults } from './faults';
import type { LocalRequest, LocalService } from './http';
import { identityHost, IdentityService } from './identity';
import { KeyVaultService } from './key-vault';
import { Proxy, type Authority } from './proxy';
import { dataShareTypes, invitationRoutes } from './resource-manager/data-share-types';
import { locks } from './resource-manager/locks';
import { deletedWorkspaceRoutes, monitorTypes } from './resource-manager/monitor-types';
import { connectionRoutes, networkTypes } from './resource-manager/private-connections';
import { ResourceManager, resourceManagerHost } from './resource-manager/resource-manager';
import { ResourceStore } from './resource-manager/resource-store';
import type { Services } from './resource-manager/resource-type';
import { storageTypes } from './resource-manager/storage-types';
import { resourceGroups } from './resource-manager/subscription';
import { synapseTypes } from './resource-manager/synapse-types';
import { deletedVaultRoutes, vaultTypes } from './resource-manager/vault-types';
import { defaultSettings, type LocalAzureSettings, type Principal } from './settings';
import { Azurite } from './storage/azurite';
import { BlobEmulator } from './storage/blob-emulator';
import { StorageService } from './storage/storage-service';
import type { RunHost } from './synapse/run-host';
import { SynapseService } from './synapse/synapse-service';
import { Tokens } from './tokens';
import { World } from './world';

export interface LocalAzureOptions {
  /** What differs from `defaultSettings`. */
  readonly settings?: Partial<LocalAzureSettings>;
  /** Where everything is kept between runs, blobs included. @default in memory */
  readonly folder?: string;
  /** @default any free port */
  readonly port?: number;
  /** Makes what runs the pipelines, once the services are there. @default nothing runs them */
  readonly runHost?: (azure: LocalAzureParts) => RunHost;
}

/** What a run host, a drill or a test works with beside HTTP. */
export interface LocalAzureParts {
  readonly services: Services;
  readonly storage: StorageService;
  readonly emulator: BlobEmulator;
  readonly resourceManager: ResourceManager;
}

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
const routes = [...connectionRoutes, ...deletedVaultRoutes, ...deletedWorkspaceRoutes, ...invitationRoutes];

/**
 * Azure on this machine, as far as a deployment of this project needs it: an HTTPS proxy that answers for Azure's hosts,
 * as strictly as Azure does.
 */
export class LocalAzure implements LocalAzureParts {
  readonly faults = new Faults();
  private proxy: Proxy | undefined;

  private constructor(
    readonly services: Services,
    readonly resourceManager: ResourceManager,
    readonly storage: StorageService,
    readonly emulator: BlobEmulator,
    private readonly azurite: Azurite,
    private readonly runHost: RunHost | undefined,
    /** PEM of the authority that clients must trust (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE). */
    readonly authority: Authority,
  ) {}

  static async start(options: LocalAzureOptions = {}): Promise<LocalAzure> {
    const world = new World({ ...defaultSettings, ...options.settings }, options.folder);
    const [authority, azurite] = await Promise.all([
      Proxy.makeAuthority(),
      Azurite.start(options.folder, world.collection<readonly string[]>('emulator').get('keys')),
    ]);
    const emulator = new BlobEmulator(world, azurite);
    world.collection<readonly string[]>('emulator').set('keys', emulator.keys);
    const services: Services = {
      world,
      tokens: new Tokens(world),
      access: new Access(world),
      store: new ResourceStore(world),
      blobs: emulator,
    };
    const resourceManager = new ResourceManager(services, types, routes);
    const storage = new StorageService(services, emulator);
    const runHost = options.runHost?.({ services, storage, emulator, resourceManager });
    const azure = new LocalAzure(services, resourceManager, storage, emulator, azurite, runHost, authority);
    try {
      await azure.listen(options.port);
    } catch (error) {
      await azurite.stop();
      throw error;
    }
    return azure;
  }

  /** For HTTPS_PROXY. */
  get url(): string {
    return this.running.url;
  }

  get requests(): Proxy['requests'] {
    return this.running.requests;
  }

  /** What was asked and is not known; not empty means that a rehearsal proves nothing. */
  get unknownOperations(): readonly string[] {
    return [...this.running.unknownOperations];
  }

  /** Changes settings while it runs: the client's address, propagation, shares. */
  configure(change: Partial<LocalAzureSettings>): void {
    const { world } = this.services;
    world.settings = { ...world.settings, ...change };
  }

  /** Somebody of this tenant who can sign in. */
  addPrincipal(principal: Principal): void {
    this.configure({ principals: [...this.services.world.settings.principals, principal] });
  }

  async stop(): Promise<void> {
    await this.runHost?.close();
    await this.proxy?.stop();
    this.storage.close();
    this.services.world.save();
    await this.azurite.stop();
  }

  private get running(): Proxy {
    if (this.proxy === undefined) throw new Error('The local Azure is not started.');
    return this.proxy;
  }

  private async listen(port: number | undefined): Promise<void> {
    const { world, tokens } = this.services;
    const identity = new IdentityService(world, tokens);
    const vaults = new KeyVaultService(this.services);
    const synapse = new SynapseService(this.services, this.resourceManager.operations, this.runHost);
    const hosts: readonly (readonly [RegExp, LocalService])[] = [
      [new RegExp(`^${identityHost.replaceAll('.', '\\.')}$`), (request: LocalRequest) => identity.handle(request)],
      [
        new RegExp(`^${resourceManagerHost.replaceAll('.', '\\.')}$`),
        (request: LocalRequest) => this.resourceManager.handle(request),
      ],
      [/^[a-z0-9-]+\.vault\.azure\.net$/, (request: LocalRequest) => vaults.handle(request)],
      [/^[a-z0-9]+\.blob\.core\.windows\.net$/, (request: LocalRequest) => this.storage.handle(request)],
      [/^[a-z0-9-]+\.dev\.azuresynapse\.net$/, (request: LocalRequest) => synapse.handle(request)],
    ];
    this.proxy = await Proxy.start({
      authority: this.authority,
      ...(port === undefined ? {} : { port }),
      serviceOf: (host) => hosts.find(([pattern]) => pattern.test(host))?.[1],
      faults: this.faults,
      changed: () => world.save(),
    });
  }
}
