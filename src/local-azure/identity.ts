import { json, UnknownOperation, type LocalAnswer, type LocalRequest } from './http';
import { guidOf, type Principal } from './settings';
import type { Tokens } from './tokens';
import type { World } from './world';

export const identityHost = 'login.microsoftonline.com';

/** Everything that tokens are issued for; `*` is an account's or vault's name. Exact, trailing slashes included. */
const audiences: readonly RegExp[] = [
  /^https:\/\/management\.azure\.com\/?$/,
  /^https:\/\/management\.core\.windows\.net\/?$/,
  /^https:\/\/dev\.azuresynapse\.net\/?$/,
  /^https:\/\/vault\.azure\.net\/?$/,
  /^https:\/\/storage\.azure\.com\/?$/,
  /^https:\/\/[a-z0-9]{3,24}\.(blob|dfs|queue|file)\.core\.windows\.net\/?$/,
  /^https:\/\/database\.windows\.net\/?$/,
  /^https:\/\/graph\.microsoft\.com\/?$/,
];

/** Entra ID: discovery, and tokens for service principals and users. */
export class IdentityService {
  constructor(
    private readonly world: World,
    private readonly tokens: Tokens,
  ) {}

  handle(request: LocalRequest): LocalAnswer {
    const { method } = request;
    const [tenant = '', ...rest] = request.url.pathname.split('/').filter((part) => part !== '');
    const path = rest.join('/');
    if (method === 'GET' && path === 'discovery/instance') return json(200, this.discovery());
    if (method === 'GET' && /^(v2\.0\/)?\.well-known\/openid-configuration$/.test(path))
      return json(200, this.openId(tenant));
    if (method === 'POST' && path === 'oauth2/v2.0/token') return this.token(tenant, request, 'scope');
    if (method === 'POST' && path === 'oauth2/token') return this.token(tenant, request, 'resource');
    throw new UnknownOperation(`${method} https://${identityHost}${request.url.pathname}`);
  }

  private discovery() {
    const { tenantId } = this.world.settings;
    return {
      tenant_discovery_endpoint: `https://${identityHost}/${tenantId}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: identityHost, preferred_cache: identityHost, aliases: [identityHost] }],
    };
  }

  private openId(tenant: string) {
    const authority = `https://${identityHost}/${tenant}`;
    return {
      token_endpoint: `${authority}/oauth2/v2.0/token`,
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
      device_authorization_endpoint: `${authority}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
      issuer: `${authority}/v2.0`,
      response_types_supported: ['code', 'id_token'],
      subject_types_supported: ['pairwise'],
    };
  }

  private token(tenant: string, request: LocalRequest, audienceField: 'scope' | 'resource'): LocalAnswer {
    const { tenantId } = this.world.settings;
    if (![tenantId, 'organizations', 'common'].includes(tenant)) {
      return failure(400, 'invalid_request', `AADSTS90002: Tenant '${tenant}' not found.`);
    }
    const form = new URLSearchParams(request.body.toString('utf8'));
    const audience = audienceOf(form.get(audienceField) ?? '');
    if (!audiences.some((known) => known.test(audience))) {
      return failure(
        400,
        'invalid_resource',
        `AADSTS500011: The resource principal named ${audience} was not found in the tenant.`,
      );
    }
    const principal = this.signIn(form);
    if (principal === undefined)
      return failure(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
    const { token, expiresIn } = this.tokens.issue(principal, audience);
    return json(200, { token_type: 'Bearer', expires_in: expiresIn, ext_expires_in: expiresIn, access_token: token });
  }

  /** Any secret is right: who may do what is decided by roles, and nobody has one that was not given. */
  private signIn(form: URLSearchParams): Principal | undefined {
    const grant = form.get('grant_type');
    if (grant === 'password') {
      return this.world.settings.principals.find(({ email }) => email !== undefined && email === form.get('username'));
    }
    if (grant !== 'client_credentials') throw new UnknownOperation(`token with grant_type=${grant}`);
    const clientId = form.get('client_id') ?? '';
    if (clientId === '' || !(form.get('client_secret') ?? form.get('client_assertion'))) return undefined;
    return this.world.settings.principals.find((each) => each.clientId === clientId) ?? this.register(clientId);
  }

  private register(clientId: string): Principal {
    const objectId = guidOf(`service principal of ${clientId}`);
    const principal: Principal = { objectId, clientId, kind: 'ServicePrincipal', displayName: clientId };
    this.world.collection<Principal>('identities').set(objectId, principal);
    return principal;
  }
}

/** `https://vault.azure.net/.default openid` and its like without what follows the audience. */
function audienceOf(scope: string): string {
  const first = scope.split(' ').find((part) => part.startsWith('https://')) ?? '';
  return first.replace(/\/(\.default|user_impersonation)$/, '');
}

function failure(status: number, error: string, description: string): LocalAnswer {
  return json(status, { error, error_description: description, error_codes: [Number(/\d+/.exec(description)?.[0])] });
}
