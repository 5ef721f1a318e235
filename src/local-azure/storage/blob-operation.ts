import { decoded, ServiceError, UnknownOperation, type LocalRequest } from '../http';

const container = 'Microsoft.Storage/storageAccounts/blobServices/containers';

/** What a request to a blob host does, and which right that takes. */
export interface BlobOperation {
  /** Undefined for the account itself. */
  readonly container?: string;
  /** Path of the blob; undefined for the container itself. */
  readonly path?: string;
  /** Of a list. */
  readonly prefix?: string;
  readonly action: string;
  /** Whether `action` is one of the data plane; of containers it is not. */
  readonly isData: boolean;
  /** Whether a blob of this path comes to be. */
  readonly makes: 'file' | 'nothing';
  readonly removes: boolean;
}

/**
 * Reads a request to `<account>.blob.core.windows.net`.
 * @throws UnknownOperation
 */
export function blobOperation({ method, url }: LocalRequest): BlobOperation {
  const [containerName, ...rest] = url.pathname.split('/').slice(1).map(decoded);
  const path = rest.join('/').replace(/\/$/, '');
  const [restype, comp] = ['restype', 'comp'].map((name) => url.searchParams.get(name) ?? '');
  const nothing = { makes: 'nothing', removes: false } as const;
  if (containerName === undefined || containerName === '') {
    if (method === 'GET' && comp === 'list') return { ...nothing, action: `${container}/read`, isData: false };
    if (method === 'GET' && restype === 'service')
      return { ...nothing, action: 'Microsoft.Storage/storageAccounts/blobServices/read', isData: false };
    throw unknown(method, url);
  }
  if (path === '')
    return { ...nothing, container: containerName, ...containerOperation(method, url, restype ?? '', comp ?? '') };
  const blob = { container: containerName, path, isData: true };
  const verb = `${method} ${comp}`.trim();
  if (['GET', 'HEAD', 'GET metadata', 'HEAD metadata', 'GET blocklist', 'GET tags'].includes(verb)) {
    return { ...nothing, ...blob, action: `${container}/blobs/read` };
  }
  if (['PUT', 'PUT blocklist', 'PUT copy'].includes(verb)) {
    return { ...blob, action: `${container}/blobs/write`, makes: 'file', removes: false };
  }
  if (
    [
      'PUT block',
      'PUT metadata',
      'PUT properties',
      'PUT lease',
      'PUT appendblock',
      'PUT snapshot',
      'PUT undelete',
      'PUT tier',
    ].includes(verb)
  ) {
    return { ...nothing, ...blob, action: `${container}/blobs/write` };
  }
  if (verb === 'DELETE') return { ...blob, action: `${container}/blobs/delete`, makes: 'nothing', removes: true };
  throw unknown(method, url);
}

function containerOperation(
  method: string,
  url: URL,
  restype: string,
  comp: string,
): Pick<BlobOperation, 'action' | 'isData' | 'prefix'> {
  if (restype !== 'container') throw unknown(method, url);
  const verb = `${method} ${comp}`.trim();
  if (verb === 'GET list')
    return { action: `${container}/blobs/read`, isData: true, prefix: url.searchParams.get('prefix') ?? '' };
  if (['GET', 'HEAD', 'GET metadata', 'HEAD metadata', 'GET acl'].includes(verb))
    return { action: `${container}/read`, isData: false };
  if (verb === 'PUT' || verb === 'PUT metadata' || verb === 'PUT lease')
    return { action: `${container}/write`, isData: false };
  if (verb === 'DELETE') return { action: `${container}/delete`, isData: false };
  throw unknown(method, url);
}

function unknown(method: string, url: URL): UnknownOperation {
  return new UnknownOperation(
    `${method} https://${url.host}${url.pathname}${url.search === '' ? '' : `?${[...url.searchParams.keys()].join('&')}`}`,
  );
}

/** A refusal in the words and shape of storage. */
export function storageError(status: number, code: string, message: string): ServiceError {
  return new ServiceError(status, code, message, 'xml');
}
