import type { AzureClients } from './azure-clients';
import { unreachable } from './azure-errors';

/** Who is signed in, as Azure's role assignments name it. */
export interface SignedIn {
  readonly objectId: string;
  readonly type: 'User' | 'ServicePrincipal';
}

/**
 * The identity that is signed in, by its token. The token is not checked here: whoever it is sent to does that.
 * @returns undefined where the token says none, as one that is no JSON web token
 * @throws InsightsError AZURE_SIGN_IN, AZURE_UNREACHABLE
 */
export async function whoIsSignedIn(
  { credential }: Pick<AzureClients, 'credential'>,
  scope: string,
): Promise<SignedIn | undefined> {
  const token = await credential.getToken(scope).catch((error: unknown) => {
    throw unreachable(error, new URL(scope).host);
  });
  const [, claims = ''] = (token?.token ?? '').split('.');
  try {
    const { oid, scp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Readonly<Record<string, unknown>>;
    // Only a token that somebody got for a person says what that person lets the program do.
    return typeof oid === 'string'
      ? { objectId: oid, type: typeof scp === 'string' ? 'User' : 'ServicePrincipal' }
      : undefined;
  } catch {
    return undefined;
  }
}
