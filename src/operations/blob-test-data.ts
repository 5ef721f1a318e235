import type { ContainerClient } from '@azure/storage-blob';
import { preLandingFolder } from '../contract/lake-paths';
import { refused } from '../lake/blob-errors';
import type { LakeStore } from '../lake/store';
import type { PlacedFile, TestDataPlace } from './load-test-data';

/** Beside each file that we wrote: its SHA-256. Who replaces the file loses it, and so the file is no longer ours. */
const hashKey = 'insights_test_data_sha256';

/** A test set's folder in the storage account, through the blob endpoint. */
export class BlobTestData implements TestDataPlace {
  private readonly container: ContainerClient;
  private readonly folder: string;

  constructor(
    service: { getContainerClient(name: string): ContainerClient },
    private readonly store: Pick<LakeStore, 'remove'>,
    set: string,
  ) {
    const [container = '', ...rest] = preLandingFolder.split('/');
    this.container = service.getContainerClient(container);
    this.folder = `${rest.join('/')}/test_data/${set}/`;
  }

  async list(): Promise<readonly PlacedFile[]> {
    const files: PlacedFile[] = [];
    try {
      for await (const blob of this.container.listBlobsFlat({ prefix: this.folder, includeMetadata: true })) {
        const metadata = lowerCaseKeys(blob.metadata);
        if (metadata.get('hdi_isfolder') === 'true') continue;
        const sha256 = metadata.get(hashKey);
        const { contentMD5 } = blob.properties;
        files.push({
          path: blob.name.slice(this.folder.length),
          ...(sha256 === undefined ? {} : { sha256 }),
          ...(contentMD5 === undefined ? {} : { md5: Buffer.from(contentMD5).toString('hex') }),
        });
      }
    } catch (error) {
      return refused(error, this.path(''));
    }
    return files;
  }

  async upload(path: string, bytes: Buffer, sha256: string): Promise<void> {
    await this.container
      .getBlockBlobClient(`${this.folder}${path}`)
      .uploadData(bytes, { metadata: { [hashKey]: sha256 } })
      .catch((error: unknown) => refused(error, this.path(path)));
  }

  async remove(paths: readonly string[]): Promise<void> {
    await this.store.remove(paths.map((path) => this.path(path)));
  }

  private path(path: string): string {
    return `${this.container.containerName}/${this.folder}${path}`.replace(/\/$/, '');
  }
}

/** The service gives metadata back in whatever case it was given. */
function lowerCaseKeys(metadata: Readonly<Record<string, string>> | undefined): ReadonlyMap<string, string> {
  return new Map(Object.entries(metadata ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
}
