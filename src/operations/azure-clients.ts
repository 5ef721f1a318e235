import type { TokenCredential } from '@azure/identity';
import type { SecretClient } from '@azure/keyvault-secrets';
import type { BlobServiceClient } from '@azure/storage-blob';
import { openBlobService } from '../lake/blob-service';
import { RestClient } from './rest-client';
import { openSecrets } from './vault-client';

/** What an operation uses to speak to Azure; given, so that tests can stand in. */
export interface AzureClients {
  readonly credential: TokenCredential;
  readonly resourceManager: () => RestClient;
  /** Of a workspace's development endpoint. */
  readonly development: () => RestClient;
  readonly blobs: (endpoint: string) => BlobServiceClient;
  /** Of a vault's data plane, by its ARM id or name. */
  readonly secrets: (vaultId: string) => SecretClient;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Clients of the credential that the environment describes: the one that Terraform itself uses (ARM_TENANT_ID,
 * ARM_CLIENT_ID, ARM_CLIENT_SECRET) where it is complete, else whatever the SDK finds (AZURE_*, workload and managed
 * identity, `az login`). The packages are loaded here, on first use.
 */
export function azureClients(variables: Variables): AzureClients {
  const credential = findCredential(variables);
  return {
    credential,
    resourceManager: () => new RestClient({ credential, scope: 'https://management.azure.com/.default' }),
    development: () => new RestClient({ credential, scope: 'https://dev.azuresynapse.net/.default' }),
    blobs: (endpoint) => openBlobService(endpoint, credential),
    secrets: (vaultId) => openSecrets(vaultId, credential),
  };
}

function findCredential(variables: Variables): TokenCredential {
  const { ClientSecretCredential, DefaultAzureCredential } =
    require('@azure/identity') as typeof import('@azure/identity');
  const { ARM_TENANT_ID: tenant, ARM_CLIENT_ID: client, ARM_CLIENT_SECRET: secret } = variables;
  if (variables['AZURE_CLIENT_ID'] === undefined && tenant && client && secret) {
    return new ClientSecretCredential(tenant, client, secret);
  }
  return new DefaultAzureCredential();
}
