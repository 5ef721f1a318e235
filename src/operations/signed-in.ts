import type { AzureClients } from './azure-clients';
import { unreachable } from './azure-errors';

/**
 * Object id of the identity that is signed in, by its token. The token is not checked here: whoever it is sent to does that.
 * @returns undefined where the token says none, as one that is no JSON web token
 * @throws InsightsError AZURE_SIGN_IN, AZURE_UNREACHABLE
 */
export async function signedInObjectId(
  { credential }: Pick<AzureClients, 'credential'>,
  scope: string,
): Promise<string | undefined> {
  const token = await credential.getToken(scope).catch((error: unknown) => {
    throw unreachable(error, new URL(scope).host);
  });
  const [, claims = ''] = (token?.token ?? '').split('.');
  try {
    const { oid } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly oid?: unknown };
    return typeof oid === 'string' ? oid : undefined;
  } catch {
    return undefined;
  }
}
