import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { inContainer, testDropFolder } from '../contract/lake-paths';
import { ignoring, refused } from '../lake/blob-errors';
import { inParallel } from './in-parallel';
import type { PlacedFile, TestDataPlace } from './load-test-data';
import { listPlaced, metadataOf } from './placed-blobs';

/** Beside each file that we wrote: its SHA-256. Who replaces the file loses it, and so the file is no longer ours. */
const hashKey = 'insights_test_data_sha256';

/** Requests under way at once. */
const parallelRequests = 8;

/** A test set's folder in the storage account, through the blob endpoint. */
export class BlobTestData implements TestDataPlace {
  private readonly container: ContainerClient;
  private readonly folder: string;

  constructor(
    private readonly service: Pick<BlobServiceClient, 'getContainerClient'>,
    set: string,
  ) {
    const { container, path } = inContainer(testDropFolder(set));
    this.container = service.getContainerClient(container);
    this.folder = `${path}/`;
  }

  async list(): Promise<readonly PlacedFile[]> {
    const placed = await listPlaced(this.service, this.path(''), hashKey);
    return placed.map(({ path, sha256, md5 }) => ({
      path,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(md5 === undefined ? {} : { md5 }),
    }));
  }

  async upload(path: string, bytes: Buffer, sha256: string): Promise<void> {
    await this.container
      .getBlockBlobClient(`${this.folder}${path}`)
      .uploadData(bytes, { metadata: { [hashKey]: sha256 } })
      .catch((error: unknown) => refused(error, this.path(path)));
  }

  async remove(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    await inParallel(paths, parallelRequests, (path) => this.removeOne(`${this.folder}${path}`));
    await this.removeEmptyFolders();
  }

  /**
   * Children first, and none above the set's own: an account with hierarchical namespace refuses to remove a folder that
   * holds anything, and rights may end at the test drops.
   */
  private async removeEmptyFolders(): Promise<void> {
    const names: { readonly name: string; readonly isFolder: boolean }[] = [];
    try {
      for await (const { name, metadata } of this.container.listBlobsFlat({
        prefix: this.folder,
        includeMetadata: true,
      })) {
        names.push({ name, isFolder: metadataOf(metadata, 'hdi_isfolder') === 'true' });
      }
    } catch (error) {
      return refused(error, this.path(''));
    }
    const files = names.filter(({ isFolder }) => !isFolder).map(({ name }) => name);
    const folders = [...names.filter(({ isFolder }) => isFolder).map(({ name }) => name), this.folder.slice(0, -1)];
    const empty = folders.filter((folder) => !files.some((file) => file.startsWith(`${folder}/`)));
    for (const folder of empty.sort((left, right) => right.length - left.length)) await this.removeOne(folder);
  }

  /** 404: gone, or an account without folders. 409: somebody has just put a file there. */
  private async removeOne(name: string): Promise<void> {
    await ignoring([404, 409], () => this.container.getBlobClient(name).delete()).catch((error: unknown) =>
      refused(error, `${this.container.containerName}/${name}`),
    );
  }

  private path(path: string): string {
    return `${this.container.containerName}/${this.folder}${path}`.replace(/\/$/, '');
  }
}
