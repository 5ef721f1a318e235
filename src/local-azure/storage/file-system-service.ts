import { RestError } from '@azure/core-rest-pipeline';
import { BlobServiceClient, newPipeline, type BlobItem, type ContainerClient } from '@azure/storage-blob';
import { errorAnswer, json, ServiceError, UnknownOperation, type LocalAnswer, type LocalRequest } from '../http';
import { blobTransport } from '../in-process/blob-transport';
import type { ResourceIdentity } from '../resource-identity';
import { folderMetadata } from './blob-emulator';
import {
  blobUrl,
  blockName,
  dataLakeError,
  fileEntry,
  isFolder,
  made,
  ownership,
  pathEntry,
  placeOf,
  refusal,
} from './data-lake-answers';
import type { StorageService } from './storage-service';

/** What a request's conditions and ranges are said by; the blob endpoint takes the same headers. */
const passedOn = ['range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'x-ms-version'];

const refused = 'The request was refused.';

/** With which a blob is made that is shown as a folder. */
const folderHeaders = {
  'x-ms-blob-type': 'BlockBlob',
  'x-ms-meta-hdi_isfolder': folderMetadata.hdi_isfolder,
} as const;

/** A request to a path, with who sent it. */
interface Call {
  readonly request: LocalRequest;
  readonly identity: ResourceIdentity;
  readonly account: string;
  readonly fileSystem: string;
  /** Without slashes at its ends; empty for the file system itself. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * The data lake endpoint of an account, `<account>.dfs.core.windows.net`, as Hadoop's `abfss` driver uses it: files are created, appended
 * to and flushed, folders are listed, renamed and deleted whole. Every operation becomes operations on blobs, and their network rules,
 * roles and folders decide.
 */
export class FileSystemService {
  /** Sizes of what was appended to a file and not overwritten since, by position. */
  private readonly appended = new Map<string, Map<number, number>>();

  constructor(private readonly storage: StorageService) {}

  /** @throws ServiceError in the words and shape of storage's data lake endpoint */
  async handle(request: LocalRequest): Promise<LocalAnswer> {
    try {
      return await this.answer(request);
    } catch (error) {
      if (error instanceof UnknownOperation) throw error;
      if (error instanceof ServiceError) throw dataLakeError(error);
      // What a list was refused with, as the client of blobs says it.
      if (error instanceof RestError) throw dataLakeError(refusal(error.statusCode ?? 500, error.code ?? '', refused));
      throw error;
    }
  }

  private async answer(request: LocalRequest): Promise<LocalAnswer> {
    const identity = this.storage.caller(request);
    const { url, headers } = request;
    const { fileSystem, path } = placeOf(url.pathname);
    const account = url.host.split('.')[0] ?? '';
    const call: Call = { request, identity, account, fileSystem, path, query: url.searchParams };
    // Java sends no PATCH.
    const method = headers['x-http-method-override'] ?? request.method;
    const [resource, action] = ['resource', 'action'].map((name) => url.searchParams.get(name) ?? '');
    const operation = `${method} ${resource}${action}`.trim();
    if (path === '') {
      if (operation === 'GET filesystem') return this.list(call);
      // Whether there is a hierarchical namespace is asked of the root.
      if (operation === 'HEAD filesystem' || operation === 'HEAD getAccessControl') return this.root(call);
      throw this.unknown(call, operation);
    }
    if (method === 'PUT' && headers['x-ms-rename-source'] !== undefined) return this.rename(call);
    switch (operation) {
      case 'HEAD':
      case 'HEAD getStatus':
      case 'HEAD getAccessControl':
        return this.status(call);
      case 'GET':
        return this.blob(call, 'GET', path);
      case 'PUT file':
        return this.create(call);
      case 'PUT directory':
        return this.makeFolder(call);
      case 'PATCH append':
        return this.append(call);
      case 'PATCH flush':
        return this.flush(call);
      case 'DELETE':
        return this.remove(call);
      default:
        throw this.unknown(call, operation);
    }
  }

  private unknown({ request, path }: Call, operation: string): UnknownOperation {
    return new UnknownOperation(`${operation} of ${path === '' ? 'a file system' : 'a path'} at ${request.url.host}`);
  }

  private async root(call: Call): Promise<LocalAnswer> {
    await this.blob(call, 'GET', '', 'restype=container');
    return {
      status: 200,
      headers: { ...ownership, 'x-ms-namespace-enabled': 'true', 'x-ms-resource-type': 'directory' },
    };
  }

  private async status(call: Call): Promise<LocalAnswer> {
    const { headers = {} } = await this.blob(call, 'HEAD', call.path);
    const { 'content-length': length = '0', etag = '', 'last-modified': modified = '' } = headers;
    return {
      status: 200,
      headers: {
        ...ownership,
        etag,
        'last-modified': modified,
        'content-length': length,
        'x-ms-resource-type': isFolder(headers) ? 'directory' : 'file',
      },
    };
  }

  private async create(call: Call): Promise<LocalAnswer> {
    const found = await this.find(call, call.path);
    if (found !== undefined && isFolder(found))
      throw refusal(409, 'PathConflict', 'There is a directory of this name.');
    const { headers = {} } = await this.blob(call, 'PUT', call.path, '', { 'x-ms-blob-type': 'BlockBlob' });
    this.appended.delete(keyOf(call));
    return made(headers);
  }

  private async makeFolder(call: Call): Promise<LocalAnswer> {
    const found = await this.find(call, call.path);
    if (found !== undefined && (!isFolder(found) || call.request.headers['if-none-match'] === '*')) {
      const kind = { 'x-ms-existing-resource-type': isFolder(found) ? 'directory' : 'file' };
      throw refusal(409, 'PathAlreadyExists', 'The specified path already exists.', kind);
    }
    if (found !== undefined) return made(found);
    const { headers = {} } = await this.blob(call, 'PUT', call.path, '', folderHeaders);
    return made(headers);
  }

  /** What is appended lies beside the file, as a block that is named by its position, until it is flushed. */
  private async append(call: Call): Promise<LocalAnswer> {
    const position = Number(call.query.get('position'));
    const { body } = call.request;
    const query = `comp=block&blockid=${encodeURIComponent(blockName(position))}`;
    await this.blob(call, 'PUT', call.path, query, {}, body);
    const known = this.appended.get(keyOf(call)) ?? new Map<number, number>();
    this.appended.set(keyOf(call), known.set(position, body.length));
    return { status: 202 };
  }

  private async flush(call: Call): Promise<LocalAnswer> {
    const position = Number(call.query.get('position'));
    const blocks = [...(this.appended.get(keyOf(call)) ?? [])].sort(([a], [b]) => a - b);
    let end = 0;
    for (const [from, size] of blocks) end = from === end ? from + size : Number.NaN;
    if (end !== position) {
      throw refusal(
        400,
        'InvalidFlushPosition',
        'The uploaded data is not contiguous or the position query parameter is wrong.',
      );
    }
    const names = blocks.map(([from]) => `<Latest>${blockName(from)}</Latest>`).join('');
    const list = Buffer.from(`<?xml version="1.0" encoding="utf-8"?><BlockList>${names}</BlockList>`);
    const { headers = {} } = await this.blob(call, 'PUT', call.path, 'comp=blocklist', {}, list);
    return made(headers, 200);
  }

  /** A file in one step, as far as who looks at its new name can tell; a folder with all that it holds. */
  private async rename(call: Call): Promise<LocalAnswer> {
    const [written = ''] = (call.request.headers['x-ms-rename-source'] ?? '').split('?');
    const from: Call = { ...call, ...placeOf(written) };
    const found = await this.find(from, from.path);
    if (found === undefined)
      throw refusal(404, 'SourcePathNotFound', 'The source path for a rename operation does not exist.');
    const inner = isFolder(found) ? await this.below(from) : [];
    const all = [{ path: from.path, isFolder: isFolder(found) }, ...inner];
    for (const each of all) {
      const path = `${call.path}${each.path.slice(from.path.length)}`;
      if (each.isFolder) await this.blob(call, 'PUT', path, '', folderHeaders);
      else {
        const source = blobUrl(from.account, from.fileSystem, each.path).href;
        await this.blob(call, 'PUT', path, '', { 'x-ms-copy-source': source });
      }
    }
    for (const { path } of all.reverse()) await this.blob(from, 'DELETE', path, '', {}, Buffer.alloc(0), false);
    this.appended.delete(keyOf(from));
    return { status: 201 };
  }

  private async remove(call: Call): Promise<LocalAnswer> {
    const found = await this.find(call, call.path);
    if (found === undefined) throw refusal(404, 'PathNotFound', 'The specified path does not exist.');
    const inner = isFolder(found) && call.query.get('recursive') === 'true' ? await this.below(call) : [];
    for (const { path } of [{ path: call.path }, ...inner].reverse()) await this.blob(call, 'DELETE', path);
    this.appended.delete(keyOf(call));
    return { status: 200 };
  }

  /** All that lies below a folder, each folder before what it holds. */
  private async below(call: Call): Promise<readonly { readonly path: string; readonly isFolder: boolean }[]> {
    const found: { readonly path: string; readonly isFolder: boolean }[] = [];
    const options = { prefix: `${call.path}/`, includeMetadata: true };
    for await (const { name, metadata } of this.container(call).listBlobsFlat(options)) {
      found.push({ path: name, isFolder: metadata?.['hdi_isfolder'] === 'true' });
    }
    return found;
  }

  private async list(call: Call): Promise<LocalAnswer> {
    const directory = (call.query.get('directory') ?? '').replace(/^\/|\/$/g, '');
    const { headers = {} } = directory === '' ? {} : await this.blob(call, 'HEAD', directory);
    // A file is listed as itself: so Spark looks at what it is to read.
    if (directory !== '' && !isFolder(headers)) return json(200, { paths: [fileEntry(directory, headers)] });
    const continued = call.query.get('continuation') ?? '';
    const page = {
      maxPageSize: Number(call.query.get('maxResults') ?? 5000),
      ...(continued === '' ? {} : { continuationToken: continued }),
    };
    const options = { prefix: directory === '' ? '' : `${directory}/`, includeMetadata: true };
    const container = this.container(call);
    // Every folder is there as a blob of its own, so that what only has it in its name need not be looked at.
    const pages =
      call.query.get('recursive') === 'true'
        ? container.listBlobsFlat(options).byPage(page)
        : container.listBlobsByHierarchy('/', options).byPage(page);
    const { value } = (await pages.next()) as {
      value?: { continuationToken?: string; segment: { blobItems: BlobItem[] } };
    };
    const paths = (value?.segment.blobItems ?? []).map(pathEntry);
    const { continuationToken = '' } = value ?? {};
    return json(200, { paths }, continuationToken === '' ? {} : { 'x-ms-continuation': continuationToken });
  }

  /** Headers of a blob; undefined where there is none. */
  private async find(call: Call, path: string): Promise<Readonly<Record<string, string>> | undefined> {
    try {
      const plain = { ...call, request: { ...call.request, headers: {} } };
      return (await this.blob(plain, 'HEAD', path)).headers ?? {};
    } catch (error) {
      if (error instanceof ServiceError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** An operation on one blob, with the conditions of the request. @throws ServiceError for any answer that is none of success */
  private async blob(
    call: Call,
    method: string,
    path: string,
    query = '',
    more: Readonly<Record<string, string>> = {},
    body: Buffer = Buffer.alloc(0),
    isConditional = true,
  ): Promise<LocalAnswer> {
    const { identity, account, fileSystem, request } = call;
    const conditions = passedOn.filter((name) => isConditional && request.headers[name] !== undefined);
    const headers = { ...Object.fromEntries(conditions.map((name) => [name, request.headers[name] ?? ''])), ...more };
    const url = blobUrl(account, fileSystem, path);
    url.search = query;
    const answer = await this.storage.serve({ method, url, headers, body }, identity.principal, identity.source);
    if (answer.status < 400) return answer;
    const code = answer.headers?.['x-ms-error-code'] ?? (answer.status === 404 ? 'BlobNotFound' : 'ConditionNotMet');
    throw refusal(answer.status, code, refused);
  }

  private container({ account, fileSystem, identity }: Call): ContainerClient {
    const httpClient = blobTransport(async (request) => {
      try {
        return await this.storage.serve(request, identity.principal, identity.source);
      } catch (error) {
        if (error instanceof ServiceError) return errorAnswer(error);
        throw error;
      }
    });
    const pipeline = newPipeline(undefined, { httpClient, retryOptions: { maxTries: 1 } });
    return new BlobServiceClient(`https://${account}.blob.core.windows.net`, pipeline).getContainerClient(fileSystem);
  }
}

function keyOf({ account, fileSystem, path }: Call): string {
  return `${account}/${fileSystem}/${path}`;
}
