import type { AccessToken, TokenCredential } from '@azure/identity';
import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import type { Clock } from '../../src/operations/clock';
import { RestClient } from '../../src/operations/rest-client';

/** A clock that moves only when somebody waits, and remembers for how long. */
export class FakeClock implements Clock {
  readonly waits: number[] = [];
  constructor(private time = Date.parse('2024-03-22T06:00:00Z')) {}

  now(): number {
    return this.time;
  }

  async wait(milliseconds: number): Promise<void> {
    this.waits.push(milliseconds);
    this.time += milliseconds;
  }
}

export function fakePorts() {
  const lines: string[] = [];
  const clock = new FakeClock();
  return { clock, lines, print: (line: string) => void lines.push(line) };
}

/** An answer of a service, or an error of the connection. */
export type Reply =
  { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown } | Error;

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly authorization: string | undefined;
  /** Of `x-ms-continuation`, where it was sent. */
  readonly continuation?: string;
}

/** A service that gives prepared answers in turn and remembers what it was asked. */
export class FakeService implements HttpClient {
  readonly requests: SentRequest[] = [];
  constructor(private readonly replies: Reply[]) {}

  async sendRequest(request: PipelineRequest) {
    const { method, url, body, headers } = request;
    const continuation = headers.get('x-ms-continuation');
    this.requests.push({
      method,
      url,
      body: typeof body === 'string' ? (JSON.parse(body) as unknown) : undefined,
      authorization: headers.get('authorization'),
      ...(continuation === undefined ? {} : { continuation }),
    });
    const reply = this.replies.shift();
    if (reply === undefined) throw new Error('The service was asked more often than it has answers.');
    if (reply instanceof Error) throw reply;
    const bodyAsText = reply.body === undefined ? '' : JSON.stringify(reply.body);
    return { request, status: reply.status, headers: createHttpHeaders(reply.headers ?? {}), bodyAsText };
  }
}

/** Gives `token-1`, `token-2` …, each valid for the given time. */
export class FakeCredential implements TokenCredential {
  issued = 0;
  constructor(private readonly secondsValid = 3600) {}

  async getToken(): Promise<AccessToken> {
    this.issued += 1;
    return { token: `token-${this.issued}`, expiresOnTimestamp: Date.now() + this.secondsValid * 1000 };
  }
}

export function restClient(replies: Reply[], credential = new FakeCredential()) {
  const service = new FakeService(replies);
  const retryOptions = { maxRetries: 3, retryDelayInMs: 1, maxRetryDelayInMs: 2 };
  const client = new RestClient({
    credential,
    scope: 'https://example.test/.default',
    httpClient: service,
    retryOptions,
  });
  return { client, service, credential };
}

/** What Node reports when the other side goes away. */
export function droppedConnection(code = 'ECONNRESET'): Error {
  return Object.assign(new Error('socket hang up'), { code, name: 'RestError' });
}
