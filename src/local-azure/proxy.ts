import type { Mockttp } from 'mockttp';
import type { Gateway } from './gateway';
import type { LocalAnswer, LocalRequest } from './http';

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
  readonly gateway: Gateway;
}

/** The intercepting proxy: takes HTTPS requests to Azure's hosts and hands them on. */
export class Proxy {
  private constructor(private readonly server: Mockttp) {}

  static async makeAuthority(): Promise<Authority> {
    const { generateCACertificate } = require('mockttp') as typeof import('mockttp');
    return generateCACertificate({
      subject: { commonName: 'Education Insights local Azure', organizationName: 'local' },
    });
  }

  static async start(options: ProxyOptions): Promise<Proxy> {
    const { getLocal } = require('mockttp') as typeof import('mockttp');
    const { authority, gateway } = options;
    const server = getLocal({ https: { ...authority }, recordTraffic: false, maxBodySize: 600 * 2 ** 20 });
    await server.start(options.port);
    await server.forAnyRequest().thenCallback(async ({ method, url, headers, body, remoteIpAddress }) => {
      if (!isThisMachine(remoteIpAddress)) return 'reset';
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
      const answer = await gateway.answer(request);
      if (answer === 'reset') return 'reset';
      const bytes = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body ?? '');
      return { statusCode: answer.status, headers: lengthOf(method, answer, bytes), rawBody: bytes };
    });
    return new Proxy(server);
  }

  /** `http://127.0.0.1:<port>`: for HTTPS_PROXY. */
  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}

/**
 * The server listens on every address of the machine, which its library does not let one choose; any secret signs in here, so
 * whoever does not ask by the loopback address is not answered.
 */
export function isThisMachine(address: string | undefined): boolean {
  return address !== undefined && /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|::1)$/.test(address);
}

/** A HEAD's answer says how long the body would be, and has none. */
function lengthOf(method: string, { headers = {} }: LocalAnswer, body: Buffer): Record<string, string> {
  if (method === 'HEAD') return { ...headers };
  const { 'content-length': _, ...others } = headers;
  return { ...others, 'content-length': `${body.length}` };
}
