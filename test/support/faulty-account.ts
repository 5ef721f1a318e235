import { Readable } from 'node:stream';
import {
  generateAccountSASQueryParameters,
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  type BlobServiceClient,
  type HttpOperationResponse,
  type IHttpClient,
  type StorageSharedKeyCredential,
  type WebResource,
} from '@azure/storage-blob';
import { RestError } from '@azure/core-rest-pipeline';
import type { AccessToken, TokenCredential } from '@azure/identity';
import { openBlobService } from '../../src/lake/blob-service';
import type { Azurite } from './azurite';

/** What goes wrong with one request. */
export type Fault =
  /** Answered by the service, which does nothing. */
  | { readonly status: number; readonly code: string; readonly retryAfter?: string }
  /** The connection drops before the service has the request, after it has done it, or within the answer's body. */
  | 'lost request'
  | 'lost answer'
  | 'cut answer';

/**
 * A storage account with tokens in place of keys, in front of the emulator, of which any request can be made to fail. Its
 * client is the product's own, with shorter waits.
 */
export class FaultyAccount {
  /** Requests so far, `<method> <comp>`. */
  readonly requests: string[] = [];
  /** Waits that the service asked for, in milliseconds. */
  readonly waits: number[] = [];
  /** The fault of the n-th request, from 1; `key` is the same when a request is sent again. */
  faultAt: (n: number, key: string) => Fault | undefined = () => undefined;
  /** Whether the n-th request's token is still good. */
  accepts: (token: string, n: number) => boolean = () => true;
  /** Seconds for which a token is good. */
  lifetime = 3600;
  issued = 0;
  private readonly target: URL;

  constructor(private readonly azurite: Azurite) {
    this.target = new URL(azurite.service.url);
  }

  client(): BlobServiceClient {
    const credential: TokenCredential = { getToken: async () => this.token() };
    const httpClient: IHttpClient = { sendRequest: (request) => this.answer(request) };
    return openBlobService('https://account.blob.core.windows.net', credential, {
      httpClient,
      retryOptions: { maxTries: 3, retryDelayInMs: 1, maxRetryDelayInMs: 1 },
      wait: async (milliseconds) => void this.waits.push(milliseconds),
    });
  }

  private token(): AccessToken {
    this.issued += 1;
    return { token: `token-${this.issued}`, expiresOnTimestamp: Date.now() + this.lifetime * 1000 };
  }

  private async answer(request: WebResource): Promise<HttpOperationResponse> {
    if (request.abortSignal?.aborted === true) throw Object.assign(new Error('aborted'), { name: 'AbortError' });
    const url = new URL(request.url);
    const n = this.requests.push(`${request.method} ${url.searchParams.get('comp') ?? ''}`.trim());
    const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
    if (!this.accepts(token, n)) return refusal(request, { status: 401, code: 'InvalidAuthenticationInfo' });
    const range = request.headers.get('x-ms-range') ?? '';
    const fault = this.faultAt(n, `${request.method} ${request.url} ${range}`);
    if (typeof fault === 'object') return refusal(request, fault);
    if (fault === 'lost request') throw dropped();
    const response = await this.forward(request, url);
    if (fault === 'lost answer') throw dropped();
    const body = Buffer.from(await response.arrayBuffer());
    const headers = Object.fromEntries(response.headers);
    return respond(request, response.status, headers, body, fault === 'cut answer');
  }

  private async forward(request: WebResource, url: URL): Promise<Response> {
    const forwarded = new URL(`${this.target.pathname.replace(/\/$/, '')}${url.pathname}${url.search}`, this.target);
    for (const [name, value] of new URLSearchParams(this.signature())) forwarded.searchParams.set(name, value);
    const { authorization: _token, 'content-length': _length, ...headers } = request.headers.toJson();
    const body: unknown = typeof request.body === 'function' ? (request.body as () => unknown)() : request.body;
    const chunks: Buffer[] = [];
    if (body instanceof Readable) for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array));
    else if (body !== undefined && body !== null) chunks.push(Buffer.from(body as string));
    const content = ['GET', 'HEAD', 'DELETE'].includes(request.method) ? {} : { body: Buffer.concat(chunks) };
    return fetch(forwarded, { method: request.method, headers, ...content });
  }

  private signature(): string {
    return generateAccountSASQueryParameters(
      {
        expiresOn: new Date(Date.now() + 3_600_000),
        permissions: AccountSASPermissions.parse('rwdlacup'),
        resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
        services: AccountSASServices.parse('b').toString(),
      },
      this.azurite.service.credential as StorageSharedKeyCredential,
    ).toString();
  }
}

function refusal(request: WebResource, fault: Exclude<Fault, string>): HttpOperationResponse {
  const { status, code, retryAfter } = fault;
  const challenge =
    'Bearer authorization_uri=https://login.microsoftonline.com/00000000-0000-0000-0000-000000000001/oauth2/authorize resource_id=https://storage.azure.com';
  const headers = {
    'content-type': 'application/xml',
    'x-ms-error-code': code,
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    ...(status === 401 ? { 'www-authenticate': challenge } : {}),
  };
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>No.</Message></Error>`;
  return respond(request, status, headers, Buffer.from(request.method === 'HEAD' ? '' : body), false);
}

function respond(
  request: WebResource,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  isCut: boolean,
): HttpOperationResponse {
  const common = { request, status, headers: headersOf(request, headers) };
  const isStreamed = [status, Infinity].some((one) => request.streamResponseStatusCodes?.has(one) === true);
  if (!isStreamed) {
    if (isCut) throw dropped();
    return { ...common, bodyAsText: body.toString('utf8') };
  }
  const half = async function* () {
    yield body.subarray(0, Math.floor(body.length / 2));
    throw dropped();
  };
  return {
    ...common,
    readableStreamBody: isCut ? Readable.from(half()) : Readable.from(body.length > 0 ? [body] : []),
  };
}

/** The client's own kind of headers, which no package of ours exports: the request's, with other content. */
function headersOf({ headers }: WebResource, content: Readonly<Record<string, string>>): WebResource['headers'] {
  const made = headers.clone();
  for (const name of made.headerNames()) made.remove(name);
  for (const [name, value] of Object.entries(content)) made.set(name, value);
  return made;
}

function dropped(): Error {
  return new RestError('socket hang up', { code: 'ECONNRESET' });
}
