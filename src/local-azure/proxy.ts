import { setTimeout as timer } from 'node:timers/promises';
import type { Mockttp } from 'mockttp';
import {
  errorAnswer,
  ServiceError,
  UnknownOperation,
  type LocalAnswer,
  type LocalRequest,
  type LocalService,
} from './http';
import { faultAnswer, type Faults } from './faults';

/** A throw-away authority: whoever trusts it trusts this process only. */
export interface Authority {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface ProxyOptions {
  readonly authority: Authority;
  /** @default any free port */
  readonly port?: number;
  /** Who answers for a host; undefined for one that is nobody's. */
  readonly serviceOf: (host: string) => LocalService | undefined;
  readonly faults: Faults;
  /** Called after each request that may have changed something. */
  readonly changed: () => void;
}

/** A request as it went, for reports and tests: never its body or its headers. */
export interface LoggedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly status: number;
}

/** The intercepting proxy: takes HTTPS requests to Azure's hosts, asks the services, and keeps what was asked. */
export class Proxy {
  readonly requests: LoggedRequest[] = [];
  /** Operations that no service knows: a run that asked for one has proved nothing. */
  readonly unknownOperations = new Set<string>();

  private constructor(
    private readonly server: Mockttp,
    private readonly options: ProxyOptions,
  ) {}

  static async makeAuthority(): Promise<Authority> {
    const { generateCACertificate } = require('mockttp') as typeof import('mockttp');
    return generateCACertificate({
      subject: { commonName: 'Education Insights local Azure', organizationName: 'local' },
    });
  }

  static async start(options: ProxyOptions): Promise<Proxy> {
    const { getLocal } = require('mockttp') as typeof import('mockttp');
    const server = getLocal({ https: { ...options.authority }, recordTraffic: false, maxBodySize: 600 * 2 ** 20 });
    const proxy = new Proxy(server, options);
    await server.start(options.port);
    await server.forAnyRequest().thenCallback(async ({ method, url, headers, body }) => {
      const flat = Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]);
      const request: LocalRequest = {
        method,
        url: new URL(url),
        headers: Object.fromEntries(flat) as Record<string, string>,
        body: (await body.getDecodedBuffer()) ?? Buffer.alloc(0),
      };
      const answer = await proxy.answer(request);
      if (answer === 'reset') return 'reset';
      const bytes = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body ?? '');
      return { statusCode: answer.status, headers: lengthOf(method, answer, bytes), rawBody: bytes };
    });
    return proxy;
  }

  /** `http://127.0.0.1:<port>`: for HTTPS_PROXY. */
  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private async answer(request: LocalRequest): Promise<LocalAnswer | 'reset'> {
    const { method, url } = request;
    const fault = this.options.faults.next(request);
    if (fault?.kind === 'slow') await timer(fault.milliseconds);
    const isCut = fault?.kind === 'reset';
    const answer =
      isCut && fault.afterwards !== true
        ? undefined
        : fault?.kind === 'status'
          ? faultAnswer(fault)
          : await this.ask(request);
    this.requests.push({ method, host: url.host, path: url.pathname, status: isCut ? 0 : (answer?.status ?? 0) });
    if (method !== 'GET' && method !== 'HEAD') this.options.changed();
    return isCut || answer === undefined ? 'reset' : answer;
  }

  private async ask(request: LocalRequest): Promise<LocalAnswer> {
    const { method, url } = request;
    try {
      const service = this.options.serviceOf(url.host);
      if (service === undefined) throw new UnknownOperation(`${method} https://${url.host}${url.pathname}`);
      return await service(request);
    } catch (error) {
      if (error instanceof UnknownOperation) this.unknownOperations.add(error.operation);
      if (error instanceof ServiceError) return errorAnswer(error);
      // A defect of the stand-in, which must not look like a refusal of Azure.
      this.unknownOperations.add(
        `${method} https://${url.host}${url.pathname} (${(error as Error).name}: ${(error as Error).message})`,
      );
      return errorAnswer(new ServiceError(500, 'LocalAzureDefect', 'The local Azure failed.'));
    }
  }
}

/** A HEAD's answer says how long the body would be, and has none. */
function lengthOf(method: string, { headers = {} }: LocalAnswer, body: Buffer): Record<string, string> {
  if (method === 'HEAD') return { ...headers };
  const { 'content-length': _, ...others } = headers;
  return { ...others, 'content-length': `${body.length}` };
}
