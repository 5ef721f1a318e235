import * as fs from 'node:fs/promises';
import { InsightsError } from '../contract/errors';
import { openBlobService } from './blob-service';
import { BlobStore } from './blob-store';
import { FolderStore } from './folder-store';
import { codeOf } from './local-files';
import type { LakeStore } from './store';

/**
 * Opens the lake at a location: a folder (made on first write), or a storage account by its blob URL, for which the
 * signed-in user, workload or managed identity is used. The Azure packages are loaded only for the latter, so that the
 * command starts fast.
 * @throws InsightsError LAKE_LOCATION_INVALID
 */
export async function openStore(location: string): Promise<LakeStore> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) return openAccount(location);
  if (location.trim() === '') throw invalid('No lake location is given.', location);
  const found = await fs.stat(location).catch((error: unknown) => codeOf(error));
  if (found === 'ENOTDIR') throw invalid('The lake location lies below a file.', location);
  if (typeof found === 'object' && !found.isDirectory())
    throw invalid('The lake location is a file, not a folder.', location);
  return new FolderStore(location);
}

function openAccount(location: string): LakeStore {
  const url = URL.canParse(location) ? new URL(location) : undefined;
  if (url === undefined || url.protocol !== 'https:' || !/^[a-z0-9]{3,24}\.blob\./.test(url.hostname)) {
    throw invalid('The lake location is a URL, but not that of a storage account.', withoutSecrets(url));
  }
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw invalid('The lake location carries a key or token; sign in instead.', withoutSecrets(url));
  }
  if (url.pathname !== '/' || url.hash !== '') {
    throw invalid('The lake location is a URL below a storage account; give the account.', withoutSecrets(url));
  }
  const { DefaultAzureCredential } = require('@azure/identity') as typeof import('@azure/identity');
  return new BlobStore(openBlobService(url.origin, new DefaultAzureCredential()));
}

/** A URL as it may be shown: a user part or query may be a credential. */
function withoutSecrets(url: URL | undefined): string {
  return url === undefined ? '' : `${url.protocol}//${url.host}${url.pathname}`;
}

function invalid(message: string, location: string): InsightsError {
  return new InsightsError('LAKE_LOCATION_INVALID', message, { place: location === '' ? {} : { path: location } });
}
