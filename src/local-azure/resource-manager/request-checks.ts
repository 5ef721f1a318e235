import { ServiceError, type LocalRequest } from '../http';
import type { ResourceContent } from './resource-store';

/**
 * The api-version of a request.
 * @param of what has these versions, as messages name it
 * @param versions those that are known. @default any that looks like one
 * @throws ServiceError 400
 */
export function checkVersion({ url }: LocalRequest, of: string, versions?: readonly string[]): string {
  const version = url.searchParams.get('api-version');
  if (version === null) {
    throw new ServiceError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  if (versions === undefined && !/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version)) {
    throw new ServiceError(400, 'InvalidApiVersionParameter', `The api-version '${version}' is invalid.`);
  }
  if (versions === undefined || versions.includes(version)) return version;
  throw new ServiceError(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for API version '${version}' for type '${of}'. The supported api-versions are '${versions.join(',')}'.`,
  );
}

/** `If-Match` with an older version, or `If-None-Match: *` of what is there. @throws ServiceError 412 */
export function checkEtag({ headers }: LocalRequest, before: ResourceContent | undefined): void {
  const expected = headers['if-match'];
  const isOther = expected !== undefined && expected !== '*' && expected !== before?.['etag'];
  const isThere = headers['if-none-match'] === '*' && before !== undefined;
  if (!isOther && !isThere) return;
  throw new ServiceError(
    412,
    'PreconditionFailed',
    'The condition specified using HTTP conditional header(s) is not met.',
  );
}
