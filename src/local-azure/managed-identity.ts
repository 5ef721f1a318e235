import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServiceError } from './http';
import { identityOf } from './resource-identity';
import type { Services } from './resource-manager/resource-type';

/** What tokens are asked for as, `https://storage.azure.com/` and its like; whatever else is asked for is nobody's audience. */
const audience = /^https:\/\/[a-z0-9.-]+\/?$/;

/**
 * Where what runs inside a resource gets tokens of the resource's own identity, as from the instance metadata of a node in Azure
 * (`GET …/token?resource=…`, header `Metadata: true`). Only on this machine, and only for who knows its address, a part of which is
 * drawn at random. A token from here says which resource it is for, so that a service sees where its bearer comes from (NET3).
 */
export class ManagedIdentityEndpoint {
  private constructor(
    private readonly server: http.Server,
    /** `http://127.0.0.1:<port>/<random>/token`. */
    readonly url: string,
  ) {}

  /** @param resourceId ARM id of the resource, such as a workspace */
  static async start(services: Services, resourceId: string): Promise<ManagedIdentityEndpoint> {
    const path = `/${randomBytes(24).toString('hex')}/token`;
    const server = http.createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const isAsked = url.pathname === path && request.headers['metadata'] === 'true';
      const { status, body } = isAsked
        ? tokenFor(services, resourceId, url.searchParams.get('resource') ?? '')
        : { status: 404, body: { error: 'not_found' } };
      const content = Buffer.from(JSON.stringify(body));
      // Hadoop takes no answer that does not say its length.
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': content.length }).end(content);
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new ManagedIdentityEndpoint(server, `http://127.0.0.1:${port}${path}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function tokenFor(services: Services, resourceId: string, resource: string): { status: number; body: object } {
  if (!audience.test(resource)) return refusal('invalid_resource');
  try {
    const { principal } = identityOf(services, resourceId);
    const { token, expiresIn } = services.tokens.issue(principal, resource, resourceId);
    const expiresOn = Math.floor(services.world.clock.now() / 1000) + expiresIn;
    const times = { expires_in: `${expiresIn}`, expires_on: `${expiresOn}` };
    return { status: 200, body: { access_token: token, token_type: 'Bearer', resource, ...times } };
  } catch (error) {
    if (error instanceof ServiceError) return refusal('identity_not_found');
    throw error;
  }
}

function refusal(error: string): { status: number; body: object } {
  return { status: 400, body: { error } };
}
