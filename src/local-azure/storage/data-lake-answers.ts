import type { BlobItem } from '@azure/storage-blob';
import { decoded, ServiceError, type LocalAnswer } from '../http';

/** What the blob endpoint calls otherwise. */
const codes: Readonly<Record<string, string>> = {
  BlobNotFound: 'PathNotFound',
  BlobAlreadyExists: 'PathAlreadyExists',
  ContainerNotFound: 'FilesystemNotFound',
  ResourceTypeMismatch: 'PathConflict',
  DirectoryIsNotEmpty: 'DirectoryNotEmpty',
};

/** Who may what is decided by roles; access control lists are not kept. */
const owners = { owner: '$superuser', group: '$superuser', permissions: 'rwxr-x---' };

/** The same, as headers of a path. */
export const ownership = {
  'x-ms-owner': owners.owner,
  'x-ms-group': owners.group,
  'x-ms-permissions': owners.permissions,
};

/** The file system and the path in it that the path of an address names. @throws ServiceError 400 */
export function placeOf(written: string): { readonly fileSystem: string; readonly path: string } {
  const [fileSystem = '', ...rest] = written.split('/').slice(1).map(decoded);
  return { fileSystem, path: rest.filter((part) => part !== '').join('/') };
}

/** Whether the headers of a blob are those of a folder. */
export function isFolder(headers: Readonly<Record<string, string>>): boolean {
  return headers['x-ms-meta-hdi_isfolder'] === 'true';
}

/** The answer to what made or changed a path. */
export function made(
  { etag = '', 'last-modified': modified = '' }: Readonly<Record<string, string>>,
  status = 201,
): LocalAnswer {
  return { status, headers: { etag, 'last-modified': modified } };
}

/** Name of the block that starts at a position of a file; all of a length. */
export function blockName(position: number): string {
  return Buffer.from(`${position}`.padStart(18, '0')).toString('base64');
}

/** Where a path is at the blob endpoint. */
export function blobUrl(account: string, container: string, path: string): URL {
  const segments = [container, ...(path === '' ? [] : path.split('/'))].map(encodeURIComponent);
  return new URL(`https://${account}.blob.core.windows.net/${segments.join('/')}`);
}

/** A blob of a list as the data lake endpoint lists it. */
export function pathEntry({ name, properties, metadata }: BlobItem): object {
  const { contentLength = 0, lastModified, etag } = properties;
  const kind = metadata?.['hdi_isfolder'] === 'true' ? { isDirectory: 'true' } : {};
  return {
    name,
    ...kind,
    contentLength: `${contentLength}`,
    lastModified: lastModified.toUTCString(),
    etag,
    ...owners,
  };
}

/** A file that is listed itself, by the headers of its blob. */
export function fileEntry(name: string, headers: Readonly<Record<string, string>>): object {
  const { 'content-length': contentLength = '0', 'last-modified': lastModified = '', etag = '' } = headers;
  return { name, contentLength, lastModified, etag, ...owners };
}

export function refusal(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
  return new ServiceError(status, code, message, 'arm', headers);
}

/** An error of storage as the data lake endpoint says it: JSON, and the code in a header too. */
export function dataLakeError({ status, code, message, headers }: ServiceError): ServiceError {
  const name = codes[code] ?? code;
  return new ServiceError(status, name, message, 'arm', { 'x-ms-error-code': name, ...headers });
}
