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

  /** Names of all secrets, without a value. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    try {
      for await (const { name } of this.client.listPropertiesOfSecrets()) names.push(name);
    } catch (error) {
      throw vaultRefusal(error, this.client.vaultUrl);
    }
    return names;
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
    if (await new DataPlaneSecrets(this.client).has(name)) return false;
    await this.replace(name, value);
    return true;
  }

  /**
   * Versions before the new one are disabled: Key Vault deletes them with their secret only. A deleted secret holds its name,
   * where purging is forbidden for months, so it is recovered first; its value is not used again.
   */
  async replace(name: string, value: string): Promise<void> {
    await this.write(name, value);
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

  private async write(name: string, value: string): Promise<void> {
    const secrets = new DataPlaneSecrets(this.client);
    if ((await secrets.create(name, value)) === 'created') return;
    try {
      await secrets.recover(name);
    } catch (cause) {
      throw deleted(name, cause);
    }
    if ((await secrets.create(name, value)) === 'deleted') throw deleted(name);
  }
}

function deleted(name: string, cause?: unknown): InsightsError {
  return new InsightsError('SALT_DELETED', `The vault holds a deleted secret ${name} that could not be recovered.`, {
    cause,
  });
}
