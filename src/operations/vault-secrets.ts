import type { SecretClient } from '@azure/keyvault-secrets';
import { InsightsError } from '../contract/errors';
import type { SecretKeeper } from '../contract/secret-keeper';
import { DataPlaneSecrets, readSecret, vaultRefusal } from './vault-client';

/** Secrets of an environment's vault, for who may read and write them there (Key Vault Secrets Officer). */
export class VaultSecrets implements SecretKeeper {
  constructor(private readonly client: SecretClient) {}

  get description(): string {
    return this.client.vaultUrl;
  }

  async read(name: string): Promise<string | undefined> {
    try {
      return await readSecret(this.client, name);
    } catch (error) {
      if (error instanceof InsightsError && error.code === 'SALT_MISSING') return undefined;
      throw error;
    }
  }

  async create(name: string, value: string): Promise<boolean> {
    const secrets = new DataPlaneSecrets(this.client);
    if (await secrets.has(name)) return false;
    if ((await secrets.create(name, value)) === 'created') return true;
    throw deleted(name);
  }

  /** Versions before the new one are disabled: Key Vault deletes them with their secret only. */
  async replace(name: string, value: string): Promise<void> {
    if ((await new DataPlaneSecrets(this.client).create(name, value)) === 'deleted') throw deleted(name);
    try {
      const { properties } = await this.client.getSecret(name);
      for await (const { version, enabled } of this.client.listPropertiesOfSecretVersions(name)) {
        if (version === undefined || version === properties.version || enabled === false) continue;
        await this.client.updateSecretProperties(name, version, { enabled: false });
      }
    } catch (error) {
      throw vaultRefusal(error, this.client.vaultUrl);
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await (await this.client.beginDeleteSecret(name)).pollUntilDone();
    } catch (error) {
      if ((error as { readonly statusCode?: number }).statusCode !== 404) {
        throw vaultRefusal(error, this.client.vaultUrl);
      }
    }
  }
}

function deleted(name: string): InsightsError {
  return new InsightsError('SALT_DELETED', `The vault holds a deleted secret ${name}; recover or purge it first.`);
}
