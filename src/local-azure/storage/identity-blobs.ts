import { Readable } from 'node:stream';
import { BlobServiceClient } from '@azure/storage-blob';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
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
  const httpClient: HttpClient = {
    async sendRequest(outgoing) {
      const answer = await ask(services, storage, resourceId, await localRequest(outgoing));
      return pipelineResponse(outgoing, answer);
    },
  };
  // Nothing is gained by asking again: nobody is between.
  const options = { httpClient, retryOptions: { maxTries: 1 } } as ConstructorParameters<typeof BlobServiceClient>[2];
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

async function localRequest({ method, url, headers, body }: PipelineRequest): Promise<LocalRequest> {
  return { method, url: new URL(url), headers: headers.toJSON(), body: await bytesOf(body) };
}

async function bytesOf(body: PipelineRequest['body']): Promise<Buffer> {
  const content: unknown = typeof body === 'function' ? body() : body;
  if (content === undefined || content === null) return Buffer.alloc(0);
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof ArrayBuffer) return Buffer.from(content);
  if (ArrayBuffer.isView(content)) return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const chunks: Buffer[] = [];
  for await (const chunk of content as AsyncIterable<Uint8Array>) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function pipelineResponse(request: PipelineRequest, answer: LocalAnswer): PipelineResponse {
  const headers = createHttpHeaders({ ...answer.headers });
  const body = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body ?? '');
  const common = { request, status: answer.status, headers };
  const isStreamed = request.streamResponseStatusCodes?.has(answer.status) === true;
  if (isStreamed || request.streamResponseStatusCodes?.has(Infinity) === true) {
    return { ...common, readableStreamBody: Readable.from(body.length === 0 ? [] : [body]) };
  }
  return { ...common, bodyAsText: body.toString('utf8') };
}
