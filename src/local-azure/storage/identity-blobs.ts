import { BlobServiceClient, newPipeline } from '@azure/storage-blob';
import type { Faults } from '../faults';
import { faultAnswer } from '../faults';
import { errorAnswer, ServiceError, type LocalAnswer, type LocalRequest } from '../http';
import { blobTransport } from '../in-process/blob-transport';
import { identityOf } from '../resource-identity';
import type { Services } from '../resource-manager/resource-type';
import type { StorageService } from './storage-service';

/** What blobs are reached through. */
export interface BlobServices {
  readonly services: Services;
  readonly storage: StorageService;
  readonly faults: Faults;
}

/**
 * A blob client that works as a resource's own identity, from inside Azure: what pipelines and notebooks of a workspace
 * reach. Its role and its way through the network (an approved managed endpoint, NET3) are checked at each request.
 * @param resourceId ARM id of the workspace
 */
export function identityBlobs(parts: BlobServices, resourceId: string, account: string): BlobServiceClient {
  const httpClient = blobTransport((request) => answer(parts, resourceId, request));
  // Only faults can be between: those that pass are asked away at once.
  const retryOptions = { maxTries: 4, retryDelayInMs: 5, maxRetryDelayInMs: 20 };
  return new BlobServiceClient(
    `https://${account}.blob.core.windows.net`,
    newPipeline(undefined, { httpClient, retryOptions }),
  );
}

async function answer(
  { services, storage, faults }: BlobServices,
  resourceId: string,
  request: LocalRequest,
): Promise<LocalAnswer | 'reset'> {
  const fault = faults.next(request, 'identity');
  if (fault?.kind === 'status') return faultAnswer(fault);
  if (fault?.kind === 'reset' && fault.afterwards !== true) return 'reset';
  try {
    const { principal, source } = identityOf(services, resourceId, 'xml');
    const done = await storage.serve(request, principal, source);
    return fault?.kind === 'reset' ? 'reset' : done;
  } catch (error) {
    if (error instanceof ServiceError) return errorAnswer(error);
    throw error;
  }
}
