import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { ServiceError, type ErrorShape, type LocalRequest } from './http';
import type { Principal } from './settings';
import type { World } from './world';

const secondsValid = 3600;

interface Claims {
  readonly aud: string;
  readonly oid: string;
  readonly exp: number;
  readonly generation: number;
  /** Of a token that a resource got for itself inside Azure: its ARM id. */
  readonly xms_mirid?: string;
}

/** Tokens of the local Entra ID: shaped like the real ones, signed with a key that nobody else has. */
export class Tokens {
  private readonly key: Buffer;
  /** Tokens of an earlier generation have expired. */
  private generation = 0;

  /** The key is kept with the state: who signed in before it was started again still is. */
  constructor(private readonly world: World) {
    const kept = world.collection<string>('tokens');
    const key = kept.get('key') ?? randomBytes(32).toString('base64');
    kept.set('key', key);
    this.key = Buffer.from(key, 'base64');
  }

  /**
   * A token of the principal for one audience.
   * @param resourceId ARM id of the resource that asks inside Azure for a token of its own identity
   */
  issue(
    principal: Principal,
    audience: string,
    resourceId?: string,
  ): { readonly token: string; readonly expiresIn: number } {
    const now = Math.floor(this.world.clock.now() / 1000);
    const { tenantId, tokenSeconds } = this.world.settings;
    const isUser = principal.kind === 'User';
    const claims = {
      aud: audience,
      iss: `https://sts.windows.net/${tenantId}/`,
      iat: now,
      nbf: now,
      exp: now + secondsValid,
      oid: principal.objectId,
      tid: tenantId,
      appid: principal.clientId ?? '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
      ver: '1.0',
      generation: this.generation,
      ...(resourceId === undefined ? {} : { xms_mirid: resourceId }),
      ...(isUser ? { scp: 'user_impersonation openid', upn: principal.email, unique_name: principal.email } : {}),
    };
    const head = encode({ alg: 'HS256', typ: 'JWT' });
    const payload = encode(claims);
    return { token: `${head}.${payload}.${this.sign(`${head}.${payload}`)}`, expiresIn: tokenSeconds };
  }

  /** Makes every token of until now expire, as after an hour. */
  expireAll(): void {
    this.generation += 1;
  }

  /**
   * Who sent the request.
   * @param audiences those that the host takes; compared exactly
   * @throws ServiceError 401 without a token, with an expired one, or one for somebody else
   */
  authenticate(
    request: LocalRequest,
    audiences: readonly string[],
    shape: ErrorShape = 'arm',
    challenge?: string,
  ): Principal {
    const headers = challenge === undefined ? {} : { 'www-authenticate': challenge };
    const refuse = (code: string, message: string): ServiceError =>
      new ServiceError(401, code, message, shape, headers);
    const [, token] = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
    if (token === undefined)
      throw refuse('AuthenticationFailed', 'Authentication failed. The Authorization header is missing.');
    const claims = this.claimsOf(token);
    if (claims === undefined) throw refuse('InvalidAuthenticationToken', 'The access token is invalid.');
    if (!audiences.includes(claims.aud)) {
      throw refuse(
        'InvalidAuthenticationTokenAudience',
        `The access token has been obtained for the wrong audience '${claims.aud}'.`,
      );
    }
    const now = this.world.clock.now() / 1000;
    if (claims.exp <= now || claims.generation !== this.generation) {
      throw refuse('ExpiredAuthenticationToken', 'The access token expiry time has passed.');
    }
    const principal = this.world.principal(claims.oid);
    if (principal === undefined)
      throw refuse('InvalidAuthenticationToken', 'The identity of the access token is unknown.');
    return principal;
  }

  /** The resource that got the token of a request for itself; undefined for anybody else's. The token has been looked at. */
  resourceOf(request: LocalRequest): string | undefined {
    const [, token = ''] = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
    return this.claimsOf(token)?.xms_mirid;
  }

  private claimsOf(token: string): Claims | undefined {
    const [head = '', payload = '', signature = ''] = token.split('.');
    const expected = Buffer.from(this.sign(`${head}.${payload}`));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
  }

  private sign(content: string): string {
    return createHmac('sha256', this.key).update(content).digest('base64url');
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
