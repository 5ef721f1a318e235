import type { TokenCredential } from '@azure/identity';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  proxyPolicy,
  throttlingRetryPolicy,
  type HttpClient,
  type HttpHeaders,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRetryOptions,
} from '@azure/core-rest-pipeline';
import { InsightsError } from '../contract/errors';
import { keptAgent } from '../lake/kept-connections';
import { interrupted, serviceRefusal, unreachable } from './azure-errors';

export interface RestRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Statuses that the caller handles. @default every 2xx */
  readonly accept?: readonly number[];
  /** Whether a request whose answer was lost must not be sent again: what it did is not known. @default false */
  readonly once?: boolean;
  readonly signal?: AbortSignal;
  /** Of the page before, where pages are told by `x-ms-continuation`. */
  readonly continuation?: string;
}

export interface RestAnswer {
  readonly status: number;
  /** The parsed body; undefined for an empty one. */
  readonly body: unknown;
  /** Where the progress of a long-running operation is asked for, and after how many seconds. */
  readonly operation?: { readonly url: string; readonly retryAfterSeconds?: number };
  /** Where another page follows that `x-ms-continuation` tells of. */
  readonly continuation?: string;
}

export interface RestClientOptions {
  readonly credential: TokenCredential;
  /** `https://management.azure.com/.default` and the like. */
  readonly scope: string;
  /** @default the SDK's, with the proxy of the environment */
  readonly httpClient?: HttpClient;
  /** Of throttling, failures of the service and dropped connections. @default six tries, from 1 s to 30 s apart */
  readonly retryOptions?: PipelineRetryOptions;
}

const continuationHeader = 'x-ms-continuation';
const defaultRetryOptions: PipelineRetryOptions = { maxRetries: 5, retryDelayInMs: 1000, maxRetryDelayInMs: 30_000 };

/**
 * A small client for Azure's JSON services. Tokens, throttling (429, 503 with Retry-After), failures of the service and
 * dropped connections are the SDK's policies.
 */
export class RestClient {
  private readonly httpClient: HttpClient;
  private readonly repeating: Pipeline;
  private readonly once: Pipeline;

  constructor(options: RestClientOptions) {
    const retryOptions = { ...defaultRetryOptions, ...options.retryOptions };
    const signIn = bearerTokenAuthenticationPolicy({ credential: options.credential, scopes: options.scope });
    this.httpClient = patient(options.httpClient ?? createDefaultHttpClient());
    this.repeating = createPipelineFromOptions({ retryOptions });
    this.repeating.addPolicy(signIn, { phase: 'Sign' });
    // Not for what is sent once: a kept connection may end while a request is on its way.
    this.repeating.addPolicy(keepConnection, { afterPhase: 'Sign' });
    // Only what the service says that it did not do is sent again.
    this.once = createEmptyPipeline();
    this.once.addPolicy(proxyPolicy());
    this.once.addPolicy(throttlingRetryPolicy({ maxRetries: retryOptions.maxRetries ?? 0 }), { phase: 'Retry' });
    this.once.addPolicy(signIn, { phase: 'Sign' });
  }

  /**
   * Sends one request.
   * @throws InsightsError AZURE_SIGN_IN, AZURE_UNREACHABLE, AZURE_REFUSED (`details.status`, `details.code`), OPERATION_INTERRUPTED
   */
  async send(request: RestRequest): Promise<RestAnswer> {
    const { method, url, body, accept, once = false, signal, continuation } = request;
    const outgoing = createPipelineRequest({
      method,
      url,
      headers: createHttpHeaders({ accept: 'application/json' }),
      ...(signal === undefined ? {} : { abortSignal: signal }),
    });
    if (body !== undefined) {
      outgoing.headers.set('content-type', 'application/json');
      outgoing.body = JSON.stringify(body);
    }
    if (continuation !== undefined) outgoing.headers.set(continuationHeader, continuation);
    const pipeline = once ? this.once : this.repeating;
    const answer = await pipeline.sendRequest(this.httpClient, outgoing).catch((error: unknown) => {
      if (signal?.aborted === true) throw interrupted();
      throw unreachable(error, new URL(url).host);
    });
    const parsed = parse(answer.bodyAsText);
    const isGood = accept === undefined ? answer.status >= 200 && answer.status < 300 : accept.includes(answer.status);
    if (!isGood) throw serviceRefusal({ method, url, status: answer.status, body: parsed });
    const next = answer.headers.get(continuationHeader);
    return {
      status: answer.status,
      body: parsed,
      ...operationOf(answer.headers),
      ...(next === undefined ? {} : { continuation: next }),
    };
  }
}

/**
 * All pages of a list of the resource manager; none where what it would list is not there.
 * @throws InsightsError as `send`
 */
export async function listAll<Item>(client: Pick<RestClient, 'send'>, first: string): Promise<readonly Item[]> {
  const found: Item[] = [];
  let url: string | undefined = first;
  while (url !== undefined) {
    const { status, body } = await client.send({ method: 'GET', url, accept: [200, 404] });
    if (status === 404) return found;
    const page = body as { readonly value?: readonly Item[]; readonly nextLink?: string };
    found.push(...(page.value ?? []));
    url = page.nextLink;
  }
  return found;
}

/** Azure-AsyncOperation goes before Location: it says how the operation ended, not only that it did. */
function operationOf(headers: HttpHeaders): Pick<RestAnswer, 'operation'> {
  const url = headers.get('azure-asyncoperation') ?? headers.get('location');
  if (url === undefined) return {};
  const seconds = Number(headers.get('retry-after') ?? NaN);
  return { operation: { url, ...(Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {}) } };
}

const keepConnection: PipelinePolicy = {
  name: 'keepConnection',
  sendRequest: (request, next) => {
    if (request.agent !== undefined) request.agent = keptAgent(request.agent);
    return next(request);
  },
};

/** Some services throttle without saying for how long, which the policies would not wait for. */
function patient(client: HttpClient): HttpClient {
  return {
    async sendRequest(request) {
      const answer = await client.sendRequest(request);
      if (answer.status === 429 && !answer.headers.has('retry-after')) answer.headers.set('retry-after', '1');
      return answer;
    },
  };
}

/** Not JSON: a proxy's page. Nothing of it is used. */
function parse(text: string | null | undefined): unknown {
  if (text === null || text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The HTTP status that an error of `RestClient.send` stands for; undefined for any other error. */
export function refusedStatus(error: unknown): number | undefined {
  if (!(error instanceof InsightsError)) return undefined;
  const { status } = error.details;
  return typeof status === 'number' ? status : undefined;
}

/**
 * Whether an error of `RestClient.send` says that what was asked is not there: 404, or a host that the DNS does not know,
 * which a workspace's is as long as the workspace is there. A host that only does not answer is an error.
 */
export function isAbsent(error: unknown): boolean {
  if (refusedStatus(error) === 404) return true;
  const cause = error instanceof InsightsError ? (error.cause as { readonly code?: unknown } | undefined) : undefined;
  return cause?.code === 'ENOTFOUND';
}
