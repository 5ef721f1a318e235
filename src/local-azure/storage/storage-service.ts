import http from 'node:http';
import { blobFacts } from '../access/access';
import { reaches, type NetworkSource } from '../access/network-rules';
import type { LocalAnswer, LocalRequest } from '../http';
import { sourceOf, type ResourceIdentity } from '../resource-identity';
import type { StoredResource } from '../resource-manager/resource-store';
import type { Services } from '../resource-manager/resource-type';
import type { Principal } from '../settings';
import { folderMetadata, foldersAbove, type BlobEmulator } from './blob-emulator';
import { blobOperation, storageError, type BlobOperation } from './blob-operation';

/** Headers that belong to one connection, or to the signature that is not the emulator's. */
const ownHeaders = new Set([
  'host',
  'connection',
  'authorization',
  'content-length',
  'transfer-encoding',
  'proxy-connection',
]);

/** Of the request that makes a folder. */
const folderHeaders = {
  'x-ms-version': '2024-11-04',
  'x-ms-blob-type': 'BlockBlob',
  'if-none-match': '*',
  ...Object.fromEntries(Object.entries(folderMetadata).map(([name, value]) => [`x-ms-meta-${name}`, value])),
};

/**
 * Blobs behind their real host names: token, audience, network and role are checked here, then the emulator behind does
 * the work. An account with hierarchical namespace shows its folders as blobs with `hdi_isfolder`, makes them with the
 * first file in them, and refuses to delete one that holds anything.
 */
export class StorageService {
  private readonly agent = new http.Agent({ keepAlive: true });
  /** Folders that are known to be there, by account, container and path. */
  private readonly folders = new Set<string>();

  constructor(
    private readonly services: Services,
    private readonly emulator: BlobEmulator,
  ) {}

  /** A request that came through the proxy. */
  async handle(request: LocalRequest): Promise<LocalAnswer> {
    const { principal, source } = this.caller(request);
    return this.serve(request, principal, source);
  }

  /**
   * Who sent a request to an account, and from where.
   * @throws ServiceError in the words of storage
   */
  caller(request: LocalRequest): ResourceIdentity {
    const principal = this.authenticate(request, this.find(request));
    return { principal, source: sourceOf(this.services, request, 'xml') };
  }

  /**
   * A request of somebody who is known, from wherever it comes.
   * @throws ServiceError in the words of storage
   */
  async serve(request: LocalRequest, principal: Principal, source: NetworkSource): Promise<LocalAnswer> {
    const found = this.find(request);
    const account = found.content.name;
    const operation = blobOperation(request);
    this.authorise(principal, found, operation, source);
    const isHierarchical = found.content.properties['isHnsEnabled'] === true;
    if (isHierarchical) await this.refuseByFolders(account, operation);
    const answer = await this.forward(request, account);
    if (isHierarchical && operation.makes === 'file' && answer.status < 300) await this.makeFolders(account, operation);
    if (operation.removes) this.folders.delete(`${account}/${operation.container}/${operation.path}`);
    return answer;
  }

  close(): void {
    this.agent.destroy();
  }

  private find({ url }: LocalRequest): StoredResource {
    const found = this.services.store.named('Microsoft.Storage/storageAccounts', url.host.split('.')[0] ?? '');
    if (found === undefined) throw storageError(404, 'ResourceNotFound', 'The specified account does not exist.');
    return found;
  }

  private authorise(
    principal: Principal,
    account: StoredResource,
    operation: BlobOperation,
    source: NetworkSource,
  ): void {
    const { id } = account.content;
    // What a workspace runs comes by its `dfs` endpoint too; a client's name for blobs leads to a `blob` endpoint only.
    const groups = source.kind === 'client' ? ['blob'] : ['blob', 'dfs'];
    if (!reaches(this.services.world, account, source, groups)) {
      throw storageError(403, 'AuthorizationFailure', 'This request is not authorized to perform this operation.');
    }
    const { container, action, isData, path, prefix } = operation;
    const scope = container === undefined ? id : `${id}/blobServices/default/containers/${container}`;
    const question = { principal, action, scope, ...(isData ? { facts: blobFacts(path, prefix) } : {}) };
    if (this.services.access.allows(question)) return;
    throw storageError(
      403,
      'AuthorizationPermissionMismatch',
      'This request is not authorized to perform this operation using this permission.',
    );
  }

  private authenticate(request: LocalRequest, { content }: StoredResource): Principal {
    const { tenantId } = this.services.world.settings;
    const isSigned = request.url.searchParams.has('sig') || /^SharedKey/i.test(request.headers['authorization'] ?? '');
    if (isSigned && content.properties['allowSharedKeyAccess'] === false) {
      throw storageError(
        403,
        'KeyBasedAuthenticationNotPermitted',
        'Key based authentication is not permitted on this storage account.',
      );
    }
    if (isSigned) throw storageError(403, 'AuthenticationFailed', 'Server failed to authenticate the request.');
    const audiences = ['https://storage.azure.com', `https://${request.url.host}`].flatMap((each) => [
      each,
      `${each}/`,
    ]);
    const challenge = `Bearer authorization_uri=https://login.microsoftonline.com/${tenantId}/oauth2/authorize resource_id=https://storage.azure.com`;
    return this.services.tokens.authenticate(request, audiences, 'xml', challenge);
  }

  private async refuseByFolders(account: string, { container, path, makes, removes }: BlobOperation): Promise<void> {
    if (container === undefined || path === undefined || (makes === 'nothing' && !removes)) return;
    const client = this.emulator.client(account).getContainerClient(container);
    const below = client.listBlobsFlat({ prefix: `${path}/` });
    const isFull = async (): Promise<boolean> => (await below.next()).done !== true;
    if (removes && (await isFull().catch(() => false))) {
      throw storageError(
        409,
        'DirectoryIsNotEmpty',
        'The recursive query parameter value must be true to delete a non-empty directory.',
      );
    }
    if (makes === 'file' && this.folders.has(`${account}/${container}/${path}`)) {
      throw storageError(
        409,
        'ResourceTypeMismatch',
        'The resource type is not valid for this request: there is a folder of this name.',
      );
    }
  }

  private async makeFolders(account: string, { container = '', path = '' }: BlobOperation): Promise<void> {
    const { base, signature } = this.emulator.locate(account);
    const request = { method: 'PUT', body: Buffer.alloc(0) };
    for (const folder of foldersAbove(path)) {
      const key = `${account}/${container}/${folder}`;
      if (this.folders.has(key)) continue;
      this.folders.add(key);
      const target = folder.split('/').map(encodeURIComponent).join('/');
      const { status } = await this.send(request, `${base}/${container}/${target}?${signature}`, folderHeaders);
      // It may be there already.
      if (status === 201 || status === 409 || status === 412) continue;
      this.folders.delete(key);
      throw storageError(500, 'InternalError', 'The storage emulator made no folder.');
    }
  }

  private forward(request: LocalRequest, account: string): Promise<LocalAnswer> {
    const { base, signature } = this.emulator.locate(account);
    const { pathname, search } = request.url;
    const target = `${base}${pathname}${search}${search === '' ? '?' : '&'}${signature}`;
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !ownHeaders.has(name)));
    const { 'x-ms-copy-source': source } = headers;
    if (source !== undefined) headers['x-ms-copy-source'] = this.localSource(source);
    return this.send(request, target, headers);
  }

  private send(
    request: Pick<LocalRequest, 'method' | 'body'>,
    target: string,
    headers: Readonly<Record<string, string>>,
    isAgain = false,
  ): Promise<LocalAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = http.request(
        target,
        {
          method: request.method,
          headers: { ...headers, 'content-length': request.body.length },
          agent: isAgain ? false : this.agent,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => resolve(localAnswer(incoming, Buffer.concat(chunks))));
        },
      );
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The emulator closes idle connections, and may do so while one is taken up again: nothing was done then, and a
        // connection of its own does it.
        const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET';
        if (isStale && !isAgain) resolve(this.send(request, target, headers, true));
        else reject(error);
      });
      outgoing.end(request.body);
    });
  }

  /** A copy's source is at a real host name too. */
  private localSource(source: string): string {
    const url = new URL(source);
    const { base, signature } = this.emulator.locate(url.host.split('.')[0] ?? '');
    return `${base}${url.pathname}?${signature}`;
  }
}

function localAnswer(incoming: http.IncomingMessage, body: Buffer): LocalAnswer {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value === undefined || ['connection', 'keep-alive', 'transfer-encoding', 'date'].includes(name)) continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: incoming.statusCode ?? 500, headers, body };
}
