import type { AzureClients } from '../../operations/azure-clients';
import { RestClient } from '../../operations/rest-client';
import { openBlobService } from '../../lake/blob-service';
import { vaultUrl } from '../../operations/vault-client';
import type { LocalAzure } from '../local-azure';
import { blobTransport, type Answerer } from './blob-transport';
import { restTransport } from './rest-transport';

/** Between two tries of a client, in milliseconds: patience is tested by how often it asks, not by how long it waits. */
const retryDelayInMs = 5;

/**
 * The clients of a process of its own, in this one: the SDKs with their credential, policies and retries, over a transport
 * that needs neither proxy nor authority. They meet every fault that is switched on, and wait no longer than they must.
 */
export function inProcessClients(
  azure: Pick<LocalAzure, 'gateway' | 'services'>,
  principal = azure.services.world.settings.principals[0],
): AzureClients {
  const { ClientSecretCredential } = require('@azure/identity') as typeof import('@azure/identity');
  const { SecretClient } = require('@azure/keyvault-secrets') as typeof import('@azure/keyvault-secrets');
  const answerer: Answerer = (request) => azure.gateway.answer(request);
  const httpClient = restTransport(answerer);
  const retryOptions = { maxRetries: 5, retryDelayInMs, maxRetryDelayInMs: 4 * retryDelayInMs };
  const { tenantId } = azure.services.world.settings;
  const credential = new ClientSecretCredential(tenantId, principal?.clientId ?? '', 'local-azure', {
    httpClient,
    retryOptions,
  });
  const rest = (scope: string): RestClient => new RestClient({ credential, scope, httpClient, retryOptions });
  return {
    credential,
    resourceManager: () => rest('https://management.azure.com/.default'),
    development: () => rest('https://dev.azuresynapse.net/.default'),
    blobs: (endpoint) =>
      openBlobService(endpoint, credential, {
        httpClient: blobTransport(answerer),
        retryOptions: { maxTries: 6, retryDelayInMs, maxRetryDelayInMs: 4 * retryDelayInMs },
        wait: async () => undefined,
      }),
    secrets: (vaultId) => new SecretClient(vaultUrl(vaultId), credential, { httpClient, retryOptions }),
  };
}
