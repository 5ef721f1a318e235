import { text, type Json } from './http';
import { KeyVaultService } from './key-vault';
import { identityOf } from './resource-identity';
import type { Services } from './resource-manager/resource-type';

/**
 * The value of a secret, as a resource's own identity reads it: what a notebook gets of the salt.
 * @throws ServiceError in the words of the vault
 */
export function readSecretAs(services: Services, resourceId: string, vaultName: string, secretName: string): string {
  const { principal, source } = identityOf(services, resourceId);
  const url = new URL(`https://${vaultName}.vault.azure.net/secrets/${secretName}?api-version=7.4`);
  const request = { method: 'GET', url, headers: {}, body: Buffer.alloc(0) };
  const { body } = new KeyVaultService(services).serve(request, principal, source);
  return text((JSON.parse(body?.toString() ?? '{}') as Json)['value']);
}
