import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BlobServiceClient, BlockBlobClient } from '@azure/storage-blob';
import { InsightsError } from '../contract/errors';
import { inContainer, shareFolder } from '../contract/lake-paths';
import { ignoring, refused, statusOf } from '../lake/blob-errors';
import { BlobStore } from '../lake/blob-store';
import { readChunks } from '../lake/store-streams';
import type { LakeStore } from '../lake/store';
import { interrupted } from './azure-errors';
import { listPlaced } from './placed-blobs';
import type { DropPlace, PlacedDropFile } from './upload-drop';
import type { DropFile } from './upload-plan';

/** Beside each file that we wrote: its SHA-256. Who replaces the file loses it. */
const hashKey = 'insights_upload_sha256';
/** A file goes up in blocks of this size, so many at once: memory is bounded whatever the file. */
const blockBytes = 4 * 1024 * 1024;
const parallelBlocks = 4;

/** The directory of a share in the storage account's pre-landing, through the blob endpoint. */
export class BlobDrop implements DropPlace {
  private readonly store: BlobStore;
  private readonly folder: string;

  /** @param directory `insights-<tenant id>` */
  constructor(
    private readonly service: BlobServiceClient,
    directory: string,
    private readonly signal?: AbortSignal,
  ) {
    this.store = new BlobStore(service);
    this.folder = shareFolder(directory);
  }

  async list(): Promise<readonly PlacedDropFile[]> {
    const placed = await listPlaced(this.service, this.folder, hashKey);
    return placed.filter(({ path }) => path.startsWith('M365/'));
  }

  sha256(path: string): Promise<string> {
    return this.store.sha256(this.path(path));
  }

  async put(source: LakeStore, file: DropFile, replaces: string | undefined): Promise<void> {
    const hash = createHash('sha256');
    const checked = async function* () {
      for await (const chunk of readChunks(source, file.path)) {
        hash.update(chunk);
        yield chunk;
      }
      // Blocks become the file only after the stream's end, so a file of other bytes than those checked never appears.
      if (hash.digest('hex') !== file.sha256) throw changed(file.path);
    };
    const blob = this.blob(file.path);
    try {
      await blob.uploadStream(Readable.from(checked()), blockBytes, parallelBlocks, {
        metadata: { [hashKey]: file.sha256 },
        blobHTTPHeaders: { blobContentMD5: Buffer.from(file.md5, 'hex') },
        conditions: replaces === undefined ? { ifNoneMatch: '*' } : { ifMatch: replaces },
        ...(this.signal === undefined ? {} : { abortSignal: this.signal }),
      });
    } catch (error) {
      if (this.signal?.aborted === true) throw interrupted();
      if (![409, 412].includes(statusOf(error) ?? 0)) return refused(error, this.path(file.path));
      // The answer to the first try may have been lost: then it is our own file that the second try found.
      if (!(await this.isThere(file))) throw overtaken(this.path(file.path), error);
    }
  }

  async remove(path: string): Promise<void> {
    await ignoring([404], () => this.blob(path).delete()).catch((error: unknown) => refused(error, this.path(path)));
  }

  async close(): Promise<void> {
    await this.store.close();
  }

  /** By the list, because who only delivers reads no file, not even its properties. */
  private async isThere({ path, sha256, md5 }: DropFile): Promise<boolean> {
    const placed = await this.list().catch(() => []);
    return placed.some((file) => file.path === path && file.sha256 === sha256 && file.md5 === md5);
  }

  private blob(path: string): BlockBlobClient {
    const place = inContainer(this.path(path));
    return this.service.getContainerClient(place.container).getBlockBlobClient(place.path);
  }

  private path(path: string): string {
    return `${this.folder}/${path}`;
  }
}

function changed(path: string): InsightsError {
  return new InsightsError('DROP_CHANGED', 'A file of the drop changed during the upload.', { place: { file: path } });
}

function overtaken(path: string, cause: unknown): InsightsError {
  return new InsightsError('UPLOAD_OVERTAKEN', 'Somebody else wrote this file during the upload.', {
    place: { path },
    cause,
  });
}
