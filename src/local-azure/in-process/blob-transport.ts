import { Readable } from 'node:stream';
import { RestError, type RequestBodyType } from '@azure/core-rest-pipeline';
import type { StoragePipelineOptions } from '@azure/storage-blob';
import type { LocalAnswer, LocalRequest } from '../http';

/** Answers a request of a client of this process; `reset`: the connection is cut. */
export type Answerer = (request: LocalRequest) => Promise<LocalAnswer | 'reset'>;

/** A transport of the storage package that reaches services of this process: its pipeline is the real one. */
export function blobTransport(answerer: Answerer): NonNullable<StoragePipelineOptions['httpClient']> {
  const transport = {
    async sendRequest(outgoing: OutgoingRequest) {
      const answer = await answerer(await localRequest(outgoing));
      if (answer === 'reset') throw connectionReset();
      return incomingResponse(outgoing, answer);
    },
  };
  return transport as unknown as NonNullable<StoragePipelineOptions['httpClient']>;
}

/** What a client sees of a connection that the other side has cut. */
export function connectionReset(): RestError {
  return new RestError('read ECONNRESET', { code: 'ECONNRESET' });
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

/** The bytes of whatever a client may send. */
export async function bytesOf(body: RequestBodyType | undefined): Promise<Buffer> {
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
  const headers = { toJson: () => given, get: (name: string) => given[name.toLowerCase()] };
  const body = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body ?? '');
  const common = { request, status: answer.status, headers };
  const isStreamed = request.streamResponseStatusCodes?.has(answer.status) === true;
  if (isStreamed || request.streamResponseStatusCodes?.has(Infinity) === true) {
    return { ...common, readableStreamBody: Readable.from(body.length === 0 ? [] : [body]) };
  }
  return { ...common, bodyAsText: body.toString('utf8') };
}
