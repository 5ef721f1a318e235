import { errorAnswer, ServiceError, type Json, type LocalAnswer } from '../../src/local-azure/http';
import { hostTable, makeResourceManager, makeServices } from '../../src/local-azure/hosts';
import type { BlobBackend, Services } from '../../src/local-azure/resource-manager/resource-type';
import {
  defaultDeployer,
  defaultSettings,
  guidOf,
  type LocalAzureSettings,
  type Principal,
} from '../../src/local-azure/settings';
import type { BlobEmulator } from '../../src/local-azure/storage/blob-emulator';
import { StorageService } from '../../src/local-azure/storage/storage-service';
import type { RunHost } from '../../src/local-azure/synapse/run-host';
import { World } from '../../src/local-azure/world';

export const subscription = `/subscriptions/${defaultSettings.subscriptionId}`;
export const group = `${subscription}/resourceGroups/rg-oea-test`;
export const account = `${group}/providers/Microsoft.Storage/storageAccounts/stoeatest`;
export const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-oea-test`;
export const workspace = `${group}/providers/Microsoft.Synapse/workspaces/syn-oea-test`;
export const developmentHost = 'syn-oea-test.dev.azuresynapse.net';
export const vaultHost = 'kv-oea-test.vault.azure.net';

/** Somebody without any role. */
export const stranger: Principal = {
  objectId: '00000000-0000-4000-8000-000000000001',
  kind: 'User',
  displayName: 'Stranger',
  email: 'stranger@school.example',
};

export interface Asked {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;
}

export interface AskOptions {
  readonly body?: unknown;
  /** @default the deployer */
  readonly as?: Principal;
  /** Token for another audience, or none at all. @default the right one */
  readonly audience?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Blobs that are only written down. */
class WrittenBlobs implements BlobBackend {
  readonly calls: string[] = [];

  async createContainer(name: string, container: string): Promise<void> {
    this.calls.push(`create ${name}/${container}`);
  }

  async deleteContainer(name: string, container: string): Promise<void> {
    this.calls.push(`delete ${name}/${container}`);
  }

  async deleteAccount(name: string): Promise<void> {
    this.calls.push(`delete ${name}`);
  }

  async write(name: string, container: string, path: string, bytes: Buffer): Promise<void> {
    this.calls.push(`write ${name}/${container}/${path} ${bytes.toString()}`);
  }
}

/** Blobs that were allowed end here: nothing is behind. */
const noEmulator = {
  locate: () => {
    throw new Error('There is no emulator.');
  },
} as unknown as BlobEmulator;

/** The services of a local Azure without proxy, certificates and emulator: requests are handed to them as they are. */
export class DirectAzure {
  readonly world: World;
  readonly services: Services;
  readonly blobs = new WrittenBlobs();
  private readonly serviceOf: ReturnType<typeof hostTable>;

  constructor(settings: Partial<LocalAzureSettings> = {}, runHost?: RunHost) {
    this.world = new World({ ...defaultSettings, principals: [defaultDeployer, stranger], ...settings });
    this.services = makeServices(this.world, this.blobs);
    const resourceManager = makeResourceManager(this.services);
    const storage = new StorageService(this.services, noEmulator);
    const blobs: Parameters<typeof hostTable>[0]['blobs'] = (request) => storage.handle(request);
    this.serviceOf = hostTable({ services: this.services, resourceManager, blobs, fileSystems: blobs, runHost });
  }

  async ask(method: string, url: string, options: AskOptions = {}): Promise<Asked> {
    const parsed = new URL(url);
    const audience = options.audience === undefined ? audienceOf(parsed.host) : options.audience;
    const headers: Record<string, string> = { ...options.headers };
    if (audience !== null) {
      const { token } = this.services.tokens.issue(options.as ?? defaultDeployer, audience);
      headers['authorization'] = `Bearer ${token}`;
    }
    const body = Buffer.from(options.body === undefined ? '' : JSON.stringify(options.body));
    return this.told(() => {
      const service = this.serviceOf(parsed.host);
      if (service === undefined) throw new Error(`Nobody answers for ${parsed.host}.`);
      return service({ method, url: parsed, headers, body });
    });
  }

  /** What an action comes to, as a client is told of it. */
  async told(action: () => LocalAnswer | void | Promise<LocalAnswer | void>): Promise<Asked> {
    let answer: LocalAnswer;
    try {
      answer = (await action()) ?? { status: 200 };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      answer = errorAnswer(error);
    }
    const text = answer.body?.toString() ?? '';
    return {
      status: answer.status,
      headers: answer.headers ?? {},
      body: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : { text }) as Json,
    };
  }

  /** Asks the resource manager. */
  manage(method: string, path: string, apiVersion: string, options: AskOptions = {}): Promise<Asked> {
    const mark = path.includes('?') ? '&' : '?';
    return this.ask(method, `https://management.azure.com${path}${mark}api-version=${apiVersion}`, options);
  }

  /** Asks the development endpoint of the workspace. */
  develop(method: string, path: string, options: AskOptions = {}): Promise<Asked> {
    return this.ask(method, `https://${developmentHost}/${path}?api-version=2020-12-01`, options);
  }

  /** Status and error code, where there is one: what a refusal says. */
  async refusal(asked: Promise<Asked>): Promise<string> {
    const { status, body } = await asked;
    const error = (body['error'] ?? body) as Json;
    return `${status} ${String(error['code'])}`;
  }

  /** A group with account, vault and workspace, as an environment has them. */
  async provision(): Promise<void> {
    const location = 'westeurope';
    await this.expect(201, this.manage('PUT', group, '2023-07-01', { body: { location } }));
    await this.expect(202, this.manage('PUT', account, '2023-05-01', { body: accountBody }));
    await this.expect(200, this.manage('PUT', vault, '2023-07-01', { body: vaultBody }));
    await this.expect(201, this.manage('PUT', workspace, '2021-06-01', { body: workspaceBody }));
    const rule = { properties: { startIpAddress: '203.0.113.10', endIpAddress: '203.0.113.10' } };
    await this.expect(201, this.manage('PUT', `${workspace}/firewallRules/me`, '2021-06-01', { body: rule }));
  }

  /** Gives a role on a scope; the name is derived, so that it can be taken away again. */
  async give(roleId: string, principalId: string, scope: string, more: Json = {}): Promise<string> {
    const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${guidOf(`${roleId}${principalId}${scope}`)}`;
    const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
    const properties = { roleDefinitionId, principalId, principalType: 'ServicePrincipal', ...more };
    await this.expect(201, this.manage('PUT', id, '2022-04-01', { body: { properties } }));
    return id;
  }

  async expect(status: number, asked: Promise<Asked>): Promise<Asked> {
    const answer = await asked;
    if (answer.status !== status)
      throw new Error(`${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`);
    return answer;
  }
}

export const accountBody = {
  location: 'westeurope',
  kind: 'StorageV2',
  sku: { name: 'Standard_ZRS' },
  properties: {
    isHnsEnabled: true,
    allowSharedKeyAccess: false,
    networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.10' }] },
  },
};

export const vaultBody = {
  location: 'westeurope',
  properties: {
    tenantId: defaultSettings.tenantId,
    sku: { family: 'A', name: 'standard' },
    enableRbacAuthorization: true,
    softDeleteRetentionInDays: 7,
    networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.10/32' }] },
  },
};

export const workspaceBody = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  properties: {
    defaultDataLakeStorage: { accountUrl: 'https://stoeatest.dfs.core.windows.net', filesystem: 'synapse' },
    managedVirtualNetwork: 'default',
    managedVirtualNetworkSettings: { preventDataExfiltration: true },
    sqlAdministratorLogin: 'sqladminuser',
    azureADOnlyAuthentication: true,
  },
};

function audienceOf(host: string): string {
  if (host.endsWith('.vault.azure.net')) return 'https://vault.azure.net';
  if (host.endsWith('.blob.core.windows.net')) return 'https://storage.azure.com';
  return host.endsWith('.dev.azuresynapse.net') ? 'https://dev.azuresynapse.net' : 'https://management.azure.com';
}
