import { Faults } from './faults';
import { Gateway } from './gateway';
import type { LocalService } from './http';
import { hostTable, makeResourceManager, makeServices } from './hosts';
import { Proxy, type Authority } from './proxy';
import type { ResourceManager } from './resource-manager/resource-manager';
import type { Services } from './resource-manager/resource-type';
import { defaultSettings, type LocalAzureSettings, type Principal } from './settings';
import { Azurite } from './storage/azurite';
import { BlobEmulator } from './storage/blob-emulator';
import { FileSystemService } from './storage/file-system-service';
import { StorageService } from './storage/storage-service';
import type { RunHost } from './synapse/run-host';
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
  /** What goes wrong, by choice. */
  readonly faults: Faults;
}

/**
 * Azure on this machine, as far as a deployment of this project needs it: an HTTPS proxy that answers for Azure's hosts,
 * as strictly as Azure does.
 */
export class LocalAzure implements LocalAzureParts {
  private constructor(
    readonly services: Services,
    readonly resourceManager: ResourceManager,
    readonly storage: StorageService,
    readonly emulator: BlobEmulator,
    readonly faults: Faults,
    /** For clients of this process, which need neither proxy nor authority. */
    readonly gateway: Gateway,
    /** PEM of the authority that clients must trust (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE). */
    readonly authority: Authority,
    private readonly azurite: Azurite,
    private readonly proxy: Proxy,
    private readonly runHost: RunHost | undefined,
  ) {}

  /** @throws InsightsError LOCAL_AZURE_FAILED, LOCAL_AZURE_STATE_UNREADABLE */
  static async start(options: LocalAzureOptions = {}): Promise<LocalAzure> {
    const { folder, port } = options;
    const world = new World({ ...defaultSettings, ...options.settings }, folder);
    const kept = world.collection<readonly string[]>('emulator');
    const [authority, azurite] = await Promise.all([Proxy.makeAuthority(), Azurite.start(folder, kept.get('keys'))]);
    try {
      const emulator = new BlobEmulator(world, azurite);
      kept.set('keys', emulator.keys);
      const services = makeServices(world, emulator);
      const resourceManager = makeResourceManager(services);
      const storage = new StorageService(services, emulator);
      const faults = new Faults();
      const runHost = options.runHost?.({ services, storage, emulator, resourceManager, faults });
      const fileSystem = new FileSystemService(storage);
      const blobs: LocalService = (request) => storage.handle(request);
      const fileSystems: LocalService = (request) => fileSystem.handle(request);
      const gateway = new Gateway({
        faults,
        operations: resourceManager.operations,
        serviceOf: hostTable({ services, resourceManager, blobs, fileSystems, runHost }),
        mayChange: () => world.refuseUnkept(),
        changed: () => world.saveSoon(),
      });
      const proxy = await Proxy.start({ authority, gateway, ...(port === undefined ? {} : { port }) });
      return new LocalAzure(
        services,
        resourceManager,
        storage,
        emulator,
        faults,
        gateway,
        authority,
        azurite,
        proxy,
        runHost,
      );
    } catch (error) {
      await azurite.stop();
      throw error;
    }
  }

  /** For HTTPS_PROXY. */
  get url(): string {
    return this.proxy.url;
  }

  /** What was asked, in order. */
  get requests(): Gateway['requests'] {
    return this.gateway.requests;
  }

  /** What was asked and is not known; not empty means that a rehearsal proves nothing. */
  get unknownOperations(): readonly string[] {
    return [...this.gateway.unknownOperations];
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

  /** @throws InsightsError LOCAL_AZURE_STATE_NOT_WRITTEN, once all has ended */
  async stop(): Promise<void> {
    await this.runHost?.close();
    await this.proxy.stop();
    this.storage.close();
    try {
      this.services.world.save();
    } finally {
      await this.azurite.stop();
    }
  }
}
