import { Readable } from 'node:stream';
import { BlobServiceClient, type StoragePipelineOptions } from '@azure/storage-blob';
import type { RequestBodyType } from '@azure/core-rest-pipeline';
import { errorAnswer, ServiceError, type LocalAnswer, type LocalRequest } from '../http';
import { identityOf } from '../resource-identity';
import type { Services } from '../resource-manager/resource-type';
import type { StorageService } from './storage-service';

/**
 * A blob client that works as a resource's own identity, from inside Azure: what pipelines and notebooks of a workspace
 * reach. Its role and its way through the network (an approved managed endpoint, NET3) are checked at each request.
 * @param resourceId ARM id of the workspace
 */
export function identityBlobs(
  services: Services,
  storage: StorageService,
  resourceId: string,
  account: string,
): BlobServiceClient {
  const httpClient = {
    async sendRequest(outgoing: OutgoingRequest) {
      const answer = await ask(services, storage, resourceId, await localRequest(outgoing));
      return incomingResponse(outgoing, answer);
    },
  };
  // Nothing is gained by asking again: nobody is between.
  const options = { httpClient, retryOptions: { maxTries: 1 } } as unknown as StoragePipelineOptions;
  return new BlobServiceClient(`https://${account}.blob.core.windows.net`, undefined, options);
}

async function ask(
  services: Services,
  storage: StorageService,
  resourceId: string,
  request: LocalRequest,
): Promise<LocalAnswer> {
  try {
    const { principal, source } = identityOf(services, resourceId, 'xml');
    return await storage.serve(request, principal, source);
  } catch (error) {
    if (error instanceof ServiceError) return errorAnswer(error);
    throw error;
  }
}

/** What the storage package hands an HTTP client of one's own: the request of its older core. */
interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { rawHeaders(): Record<string, string> };
  readonly body?: RequestBodyType;
  readonly streamResponseStatusCodes?: ReadonlySet<number>;
}

async function localRequest({ method, url, headers, body }: OutgoingRequest): Promise<LocalRequest> {
  return { method, url: new URL(url), headers: headers.rawHeaders(), body: await bytesOf(body) };
}

async function bytesOf(body: RequestBodyType | undefined): Promise<Buffer> {
  const content: unknown = typeof body === 'function' ? body() : body;
  if (content === undefined || content === null) return Buffer.alloc(0);
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof ArrayBuffer) return Buffer.from(content);
  if (ArrayBuffer.isView(content)) return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const chunks: Buffer[] = [];
  for await (const chunk of content as AsyncIterable<Uint8Array>) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function incomingResponse(request: OutgoingRequest, answer: LocalAnswer): object {
  const given = Object.fromEntries(Object.entries(answer.headers ?? {}).map(([name, value]) => [name, String(value)]));
  const headers = { toJson: () => given };
  const body = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body ?? '');
  const common = { request, status: answer.status, headers };
  const isStreamed = request.streamResponseStatusCodes?.has(answer.status) === true;
  if (isStreamed || request.streamResponseStatusCodes?.has(Infinity) === true) {
    return { ...common, readableStreamBody: Readable.from(body.length === 0 ? [] : [body]) };
  }
  return { ...common, bodyAsText: body.toString('utf8') };
}
