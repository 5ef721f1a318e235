import {
  child,
  json,
  jsonBody,
  ServiceError,
  text,
  UnknownOperation,
  type Json,
  type LocalAnswer,
  type LocalRequest,
} from './http';
import { hasAccessPolicies, policiesAllow, type SecretPermission } from './access/access-policies';
import { reaches, type NetworkSource } from './access/network-rules';
import { sourceOf } from './resource-identity';
import type { StoredResource } from './resource-manager/resource-store';
import type { Services } from './resource-manager/resource-type';
import type { Principal } from './settings';
import { VaultStore, type SecretVersion, type StoredSecret } from './vault-store';

const audiences = ['https://vault.azure.net', 'https://vault.azure.net/'];
const versions = ['7.0', '7.1', '7.2', '7.3', '7.4', '7.5', '7.6', '2025-07-01'];
const secretsAction = 'Microsoft.KeyVault/vaults/secrets';

/** A call with all that has been checked of it. */
interface Call {
  readonly vault: StoredResource;
  readonly host: string;
  /** Refuses without the data action, or, in a vault with access policies, the permission. */
  readonly demand: (action: string, permission: SecretPermission) => void;
  readonly request: LocalRequest;
}

/** The data plane of vaults: secrets, and nothing else that we use. */
export class KeyVaultService {
  private readonly store: VaultStore;

  constructor(private readonly services: Services) {
    this.store = new VaultStore(services.world);
  }

  /** A request of a client of the proxy. */
  handle(request: LocalRequest): LocalAnswer {
    this.find(request);
    const { tenantId } = this.services.world.settings;
    const challenge = `Bearer authorization="https://login.microsoftonline.com/${tenantId}", resource="https://vault.azure.net"`;
    const principal = this.services.tokens.authenticate(request, audiences, 'arm', challenge);
    return this.serve(request, principal, sourceOf(this.services, request));
  }

  /**
   * A request of somebody who is known, from wherever it comes.
   * @throws ServiceError
   */
  serve(request: LocalRequest, principal: Principal, source: NetworkSource): LocalAnswer {
    const { host, pathname } = request.url;
    const vault = this.find(request);
    const { id, name, properties } = vault.content;
    if (!reaches(this.services.world, vault, source, ['vault'])) {
      throw new ServiceError(403, 'Forbidden', 'Client address is not authorized and caller is not a trusted service.');
    }
    if (!versions.includes(request.url.searchParams.get('api-version') ?? '')) {
      throw new ServiceError(
        400,
        'BadParameter',
        'The specified version is not recognized. Consider using a latest supported version.',
      );
    }
    const demand = (action: string, permission: SecretPermission): void => {
      if (hasAccessPolicies(properties)) {
        if (policiesAllow(properties, principal, permission)) return;
        const who = `oid=${principal.objectId}`;
        const message = `The user, group or application '${who}' does not have secrets ${permission} permission on key vault '${name}'.`;
        throw new ServiceError(403, 'Forbidden', message);
      }
      const question = {
        principal,
        action: `${secretsAction}/${action}`,
        scope: id,
        facts: { resource: {}, request: {} },
      };
      if (this.services.access.allows(question)) return;
      throw new ServiceError(
        403,
        'Forbidden',
        `Caller is not authorized to perform action on resource.\r\nAction: '${question.action}'`,
      );
    };
    const call: Call = { vault, host, demand, request };
    const [collection, secret, ...rest] = pathname.split('/').filter((part) => part !== '');
    if (collection === 'secrets' && secret === undefined) return this.list(call, false);
    if (collection === 'deletedsecrets' && secret === undefined) return this.list(call, true);
    if (collection === 'secrets' && secret !== undefined) return this.secret(call, secret, rest);
    if (collection === 'deletedsecrets' && secret !== undefined) return this.deletedSecret(call, secret, rest);
    // azurerm asks for the contacts of certificates of every vault; this one holds none.
    if (collection === 'certificates' && secret === 'contacts')
      throw new ServiceError(404, 'ContactsNotFound', 'Contacts not found.');
    throw new UnknownOperation(`${request.method} https://${host}${pathname}`);
  }

  private find({ url }: LocalRequest): StoredResource {
    const name = url.host.split('.')[0] ?? '';
    const vault = this.services.store.named('Microsoft.KeyVault/vaults', name);
    if (vault === undefined) throw new ServiceError(404, 'VaultNotFound', `The vault ${name} does not exist.`);
    return vault;
  }

  private list({ vault, host, demand, request }: Call, deleted: boolean): LocalAnswer {
    if (request.method !== 'GET') throw new UnknownOperation(`${request.method} secrets`);
    demand('readMetadata/action', 'list');
    const found = this.store.list(vault.content.name, deleted);
    return json(200, { value: found.map((each) => describe(host, each, undefined, false)), nextLink: null });
  }

  private secret(call: Call, name: string, rest: readonly string[]): LocalAnswer {
    const { vault, host, demand, request } = call;
    const vaultName = vault.content.name;
    const [version] = rest;
    switch (request.method) {
      case 'GET': {
        const isList = version === 'versions';
        if (isList) demand('readMetadata/action', 'list');
        else demand('getSecret/action', 'get');
        const found = this.existing(vaultName, name);
        if (isList)
          return json(200, { value: found.versions.map((each) => describe(host, found, each, false)), nextLink: null });
        const wanted =
          version === undefined ? found.versions.at(-1) : found.versions.find((each) => each.version === version);
        if (wanted === undefined) throw absent(name);
        if (!wanted.enabled) {
          throw new ServiceError(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.');
        }
        return json(200, describe(host, found, wanted, true));
      }
      case 'PUT': {
        demand('setSecret/action', 'set');
        const body = jsonBody(request);
        const contentType = body['contentType'] === undefined ? undefined : text(body['contentType']);
        // Taken for an empty one, it would be a salt that everybody knows.
        if (typeof body['value'] !== 'string') {
          throw new ServiceError(400, 'BadParameter', 'The value of a secret must be a text.');
        }
        const made = this.store.set(vaultName, name, body['value'], contentType);
        return json(200, describe(host, this.existing(vaultName, name), made, true));
      }
      case 'PATCH': {
        demand('setSecret/action', 'set');
        const found = this.existing(vaultName, name);
        const { enabled } = child(jsonBody(request), 'attributes');
        const wanted = version ?? found.versions.at(-1)?.version ?? '';
        const changed =
          typeof enabled === 'boolean'
            ? this.store.enable(vaultName, name, wanted, enabled)
            : found.versions.find((each) => each.version === wanted);
        if (changed === undefined) throw absent(name);
        return json(200, describe(host, this.existing(vaultName, name), changed, false));
      }
      case 'DELETE': {
        demand('delete', 'delete');
        const gone = this.store.delete(vaultName, name);
        if (gone === undefined) throw absent(name);
        // What the resource manager shows of it goes with it.
        this.services.store.remove(`${vault.content.id}/secrets/${name}`);
        return json(200, describe(host, gone, undefined, false));
      }
      default:
        throw new UnknownOperation(`${request.method} secret`);
    }
  }

  private deletedSecret(
    { vault, host, demand, request }: Call,
    name: string,
    [action]: readonly string[],
  ): LocalAnswer {
    const vaultName = vault.content.name;
    const operation = `${request.method} ${action ?? ''}`.trim();
    const found = this.store.deleted(vaultName, name);
    if (operation === 'POST recover') demand('recover/action', 'recover');
    else if (operation === 'DELETE') demand('purge/action', 'purge');
    else if (operation === 'GET') demand('readMetadata/action', 'get');
    else throw new UnknownOperation(`${operation} deleted secret`);
    if (found === undefined) throw absent(name);
    if (operation === 'POST recover')
      return json(200, describe(host, this.store.recover(vaultName, name) ?? found, undefined, false));
    if (operation === 'GET') return json(200, describe(host, found, undefined, false));
    if (vault.content.properties['enablePurgeProtection'] === true) {
      throw new ServiceError(
        403,
        'Forbidden',
        'Operation "purge" is not allowed because purge protection is enabled for this vault.',
      );
    }
    this.store.purge(vaultName, name);
    return { status: 204 };
  }

  private existing(vault: string, name: string): StoredSecret {
    const found = this.store.get(vault, name);
    if (found === undefined) throw absent(name);
    return found;
  }
}

function absent(name: string): ServiceError {
  return new ServiceError(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command.`,
  );
}

function describe(host: string, secret: StoredSecret, given: SecretVersion | undefined, withValue: boolean): Json {
  const version = given ?? secret.versions.at(-1);
  const created = version?.created ?? 0;
  const base = `https://${host}`;
  const { name, deletedAt } = secret;
  return {
    ...(withValue ? { value: version?.value } : {}),
    id: `${base}/secrets/${name}${given === undefined && deletedAt === undefined && !withValue ? '' : `/${version?.version}`}`,
    ...(version?.contentType === undefined ? {} : { contentType: version.contentType }),
    attributes: {
      enabled: version?.enabled ?? true,
      created,
      updated: created,
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays: 90,
    },
    ...(deletedAt === undefined
      ? {}
      : {
          recoveryId: `${base}/deletedsecrets/${name}`,
          deletedDate: deletedAt,
          scheduledPurgeDate: deletedAt + 90 * 86_400,
        }),
  };
}
