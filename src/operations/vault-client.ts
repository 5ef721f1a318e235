import type { TokenCredential } from '@azure/identity';
import type { SecretClient } from '@azure/keyvault-secrets';
import { InsightsError } from '../contract/errors';
import { record, unreachable } from './azure-errors';
import type { SaltDataPlane } from './ensure-salt';

/** The URL of a vault's data plane from its ARM id. */
export function vaultUrl(vaultId: string): string {
  return `https://${vaultId.slice(vaultId.lastIndexOf('/') + 1).toLowerCase()}.vault.azure.net`;
}

/** A client of the vault's data plane; the package is loaded with it. */
export function openSecrets(vaultId: string, credential: TokenCredential): SecretClient {
  const { SecretClient: Client } = require('@azure/keyvault-secrets') as typeof import('@azure/keyvault-secrets');
  return new Client(vaultUrl(vaultId), credential);
}

/** Secrets of a vault through its data plane. Values are written and never read. */
export class DataPlaneSecrets implements SaltDataPlane {
  constructor(private readonly client: SecretClient) {}

  async has(name: string): Promise<boolean> {
    try {
      // The list of versions has no values in it.
      const first = await this.client.listPropertiesOfSecretVersions(name).next();
      return first.done !== true;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw vaultRefusal(error, this.client.vaultUrl);
    }
  }

  async create(name: string, value: string): Promise<'created' | 'deleted'> {
    try {
      await this.client.setSecret(name, value);
      return 'created';
    } catch (error) {
      if (statusOf(error) === 409) return 'deleted';
      throw vaultRefusal(error, this.client.vaultUrl);
    }
  }

  async recover(name: string): Promise<void> {
    const poller = await this.client.beginRecoverDeletedSecret(name);
    await poller.pollUntilDone();
  }
}

/**
 * The value of a secret, trimmed.
 * @throws InsightsError SALT_MISSING when there is none, AZURE_REFUSED, AZURE_UNREACHABLE, AZURE_SIGN_IN
 */
export async function readSecret(client: SecretClient, name: string): Promise<string> {
  try {
    const { value = '' } = await client.getSecret(name);
    return value.trim();
  } catch (error) {
    if (statusOf(error) !== 404) throw vaultRefusal(error, client.vaultUrl);
    throw new InsightsError('SALT_MISSING', `The vault has no secret ${name}.`, { place: { path: client.vaultUrl } });
  }
}

function statusOf(error: unknown): number | undefined {
  const { statusCode } = record(error);
  return typeof statusCode === 'number' ? statusCode : undefined;
}

/** The client's own words are not passed on: with a secret's request in hand they could hold its value. */
export function vaultRefusal(error: unknown, url: string): InsightsError {
  const status = statusOf(error);
  const { host } = new URL(url);
  if (status === undefined) return unreachable(error, host);
  return new InsightsError('AZURE_REFUSED', `${host} refused the request (${status}).`, {
    cause: error,
    details: { status },
  });
}
