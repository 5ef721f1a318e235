import type { BlobServiceClient } from '@azure/storage-blob';
import { inContainer } from '../contract/lake-paths';
import { refused } from '../lake/blob-errors';

/** A file below a folder of the account, with what is known of its content without reading it. */
export interface PlacedBlob {
  /** Below the folder. */
  readonly path: string;
  readonly bytes: number;
  readonly etag: string;
  /** As its writer noted it beside the file; lower-case hex, like `md5`. */
  readonly sha256?: string;
  readonly md5?: string;
}

/**
 * The files below a folder, without the markers of folders.
 * @param folder `<container>/<path>`
 * @param hashKey name of the metadata in which our own files carry their SHA-256
 */
export async function listPlaced(
  service: Pick<BlobServiceClient, 'getContainerClient'>,
  folder: string,
  hashKey: string,
): Promise<readonly PlacedBlob[]> {
  const { container, path } = inContainer(folder);
  const prefix = `${path}/`;
  const blobs = service.getContainerClient(container).listBlobsFlat({ prefix, includeMetadata: true });
  const placed: PlacedBlob[] = [];
  try {
    for await (const { name, metadata, properties } of blobs) {
      if (metadataOf(metadata, 'hdi_isfolder') === 'true') continue;
      const { contentLength = 0, contentMD5, etag } = properties;
      const [sha256, md5] = [metadataOf(metadata, hashKey), hexMd5(contentMD5)];
      placed.push({
        path: name.slice(prefix.length),
        bytes: contentLength,
        etag,
        ...(sha256 === undefined ? {} : { sha256 }),
        ...(md5 === undefined ? {} : { md5 }),
      });
    }
  } catch (error) {
    return refused(error, folder);
  }
  return placed;
}

/** A value of a file's metadata; the service gives keys back in whatever case it was given. */
export function metadataOf(metadata: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return Object.entries(metadata ?? {}).find(([name]) => name.toLowerCase() === key)?.[1];
}

function hexMd5(contentMD5: Uint8Array | undefined): string | undefined {
  return contentMD5 === undefined ? undefined : Buffer.from(contentMD5).toString('hex');
}
