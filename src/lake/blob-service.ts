import type { TokenCredential } from '@azure/identity';
import type { BlobServiceClient, StoragePipelineOptions } from '@azure/storage-blob';
import { keptConnections } from './kept-connections';
import { throttlingPolicy, type Wait } from './throttling-policy';

export interface BlobServiceOptions extends StoragePipelineOptions {
  /** How a wait that the service asks for is done. @default time passes */
  readonly wait?: Wait;
}

/**
 * A client of a storage account, with the signed-in identity and patience with a busy account. The package is loaded here,
 * on first use, so that a command that needs no account starts fast.
 * @param endpoint `https://<account>.blob.core.windows.net`
 */
export function openBlobService(
  endpoint: string,
  credential: TokenCredential,
  { wait, ...options }: BlobServiceOptions = {},
): BlobServiceClient {
  const { BlobServiceClient: Client, newPipeline } =
    require('@azure/storage-blob') as typeof import('@azure/storage-blob');
  const pipeline = newPipeline(credential, options);
  pipeline.factories.push(throttlingPolicy(wait), keptConnections);
  return new Client(endpoint, pipeline);
}
