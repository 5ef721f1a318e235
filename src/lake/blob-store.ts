import { createHash, randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { Readable } from 'node:stream';
import type { BlobServiceClient, BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { after, downloaded, downloadUnless } from './blob-content';
import { ignoring, refused, statusOf } from './blob-errors';
import { takeBlobLock, type BlobLock } from './blob-lock';
import { CommitCache } from './commit-cache';
import { comparePaths, fileMissing, pathSegments } from './lake-path';
import { DownloadCache } from './download-cache';
import { LogListings } from './log-listings';
import type { LakeLock, LakeStore, StoredFile } from './store';
import { chunkBytes, digestFile, readChunks, type StreamDigest } from './store-streams';
import { isDataFile } from './table-files';

/** Requests under way at once when many files are removed. */
const parallelRemovals = 16;
/** Beside each file that is made only where none is: a name for the one attempt that made it. */
const writerKey = 'insights_writer';

/**
 * A lake in a storage account, with or without hierarchical namespace: blob endpoint only, containers made by the
 * deployment. A path's first segment is the container.
 */
export class BlobStore implements LakeStore {
  readonly description: string;
  private readonly downloads = new DownloadCache();
  private readonly commits = new CommitCache();
  private readonly logs = new LogListings();
  private readonly containers = new Map<string, ContainerClient>();
  /** The lock that was taken last. One that a run leaves behind, for the next to take over, counts until the next is taken. */
  private held: BlobLock | undefined;

  constructor(private readonly service: BlobServiceClient) {
    const { origin, pathname } = new URL(service.url);
    this.description = `${origin}${pathname}`.replace(/\/$/, '');
  }

  async read(path: string): Promise<Buffer> {
    const known = this.commits.get(path);
    if (known !== undefined) return known;
    const { bytes, etag } = await downloaded(this.blob(path)).catch((error: unknown) => refused(error, path));
    this.commits.keep(path, etag, bytes);
    return bytes;
  }

  async readRange(path: string, offset: number, length: number): Promise<Buffer> {
    const blob = this.blob(path);
    if (length === 0) return Buffer.alloc(0);
    try {
      const { readableStreamBody } = await blob.download(offset, length);
      const chunks: Buffer[] = [];
      for await (const chunk of readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks);
    } catch (error) {
      // 416: the range begins at or after the end of the file.
      return statusOf(error) === 416 ? Buffer.alloc(0) : refused(error, path);
    }
  }

  async stat(path: string): Promise<StoredFile | undefined> {
    const found = await this.properties(path);
    return found === undefined || found.isFolder ? undefined : { path, bytes: found.bytes, modified: found.modified };
  }

  list(prefix: string): Promise<StoredFile[]> {
    const list = (): Promise<StoredFile[]> => this.listBelow(prefix);
    return this.held === undefined ? list() : this.logs.list(prefix, list);
  }

  private async listBelow(prefix: string): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    try {
      if (prefix === '') {
        for await (const { name } of this.service.listContainers()) await this.collect(name, '', files);
      } else {
        const [container = '', ...rest] = pathSegments(prefix);
        await this.collect(container, rest.length === 0 ? '' : `${rest.join('/')}/`, files);
      }
    } catch (error) {
      if (statusOf(error) !== 404) return refused(error, prefix);
    }
    return files.sort(comparePaths);
  }

  async write(path: string, bytes: Uint8Array | string): Promise<void> {
    this.held?.assertHeld();
    await this.blob(path)
      .uploadData(Buffer.from(bytes))
      .catch((error: unknown) => refused(error, path))
      .finally(() => this.forget(path));
  }

  async writeIfAbsent(path: string, bytes: Uint8Array | string): Promise<boolean> {
    this.held?.assertHeld();
    const blob = this.blob(path);
    const writer = randomUUID();
    try {
      const metadata = { [writerKey]: writer };
      const content = Buffer.from(bytes);
      const conditions = { ifNoneMatch: '*' };
      const { etag, lastModified = new Date() } = await blob.uploadData(content, { conditions, metadata });
      this.commits.keep(path, etag, content);
      this.commits.listed(path, etag);
      this.logs.added({ path, bytes: content.length, modified: lastModified });
      return true;
    } catch (error) {
      this.logs.changed(path);
      if (![409, 412].includes(statusOf(error) ?? 0)) return refused(error, path);
      // The answer to the first try may have been lost: then it is our own file that the second try found.
      return (await metadataOf(blob, writerKey)) === writer;
    }
  }

  async putFile(localFile: string, path: string): Promise<void> {
    this.held?.assertHeld();
    await this.blob(path)
      .uploadFile(localFile)
      .catch((error: unknown) => refused(error, path))
      .finally(() => this.forget(path));
    await (isDataFile(path) ? this.downloads.take(path, localFile) : fs.unlink(localFile));
  }

  async copyFrom(source: LakeStore, sourcePath: string, path: string): Promise<StreamDigest> {
    this.held?.assertHeld();
    const blob = this.blob(path);
    const hash = createHash('sha256');
    let bytes = 0;
    const passing = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    };
    const chunks = passing(readChunks(source, sourcePath));
    const { value: first = Buffer.alloc(0) } = await chunks.next();
    // Blocks become the file only when all of them are there, so a copy that fails half-way shows nothing.
    await (first.length < chunkBytes ? blob.uploadData(first) : blob.uploadStream(Readable.from(after(first, chunks))))
      .catch((error: unknown) => refused(error, path))
      .finally(() => this.forget(path));
    return { sha256: hash.digest('hex'), bytes };
  }

  async localPath(path: string): Promise<string> {
    const blob = this.blob(path);
    const local = isDataFile(path)
      ? this.downloads.once(path, async (target) => void (await blob.downloadToFile(target)))
      : this.downloads.newest(path, (target, known) => downloadUnless(blob, known, target));
    return local.catch((error: unknown) => refused(error, path));
  }

  async sha256(path: string): Promise<string> {
    return (await digestFile(this, path)).sha256;
  }

  async remove(paths: readonly string[]): Promise<void> {
    this.held?.assertHeld();
    await inParallel(paths, (path) =>
      ignoring([404], () => this.blob(path).delete())
        .catch((error) => refused(error, path))
        .finally(() => this.forget(path)),
    );
    const folders = new Set(paths.map((path) => nodePath.posix.dirname(path)));
    // Children first: an account with hierarchical namespace refuses to remove a folder that holds anything.
    for (const folder of [...folders].sort((left, right) => right.length - left.length)) await this.removeEmpty(folder);
  }

  stagingFolder(): Promise<string> {
    return this.downloads.folder('staging');
  }

  async lock(path: string, holder: string): Promise<LakeLock> {
    const lock = await takeBlobLock(this.blob(path), path, holder).catch((error: unknown) => refused(error, path));
    this.held = lock;
    this.logs.clear();
    return {
      takenOver: lock.takenOver,
      release: async () => {
        if (this.held === lock) this.held = undefined;
        this.logs.clear();
        await lock.release().catch((error: unknown) => refused(error, path));
      },
    };
  }

  async close(): Promise<void> {
    await this.downloads.close();
  }

  /** What is known of a file, before or after it becomes another one. */
  private forget(path: string): void {
    this.commits.forget(path);
    this.logs.changed(path);
    this.downloads.forget(path);
  }

  private blob(path: string): BlockBlobClient {
    const [container = '', ...rest] = pathSegments(path);
    if (rest.length === 0) throw fileMissing(path);
    return this.container(container).getBlockBlobClient(rest.join('/'));
  }

  private container(name: string): ContainerClient {
    let found = this.containers.get(name);
    if (found === undefined) this.containers.set(name, (found = this.service.getContainerClient(name)));
    return found;
  }

  private async properties(
    path: string,
  ): Promise<(Omit<StoredFile, 'path'> & { readonly isFolder: boolean }) | undefined> {
    try {
      const { contentLength = 0, lastModified, metadata } = await this.blob(path).getProperties();
      return { bytes: contentLength, modified: lastModified ?? new Date(0), isFolder: isFolderMarker(metadata) };
    } catch (error) {
      return statusOf(error) === 404 ? undefined : refused(error, path);
    }
  }

  private async collect(container: string, prefix: string, files: StoredFile[]): Promise<void> {
    const blobs = this.container(container).listBlobsFlat({ prefix, includeMetadata: true });
    for await (const { name, metadata, properties } of blobs) {
      if (isFolderMarker(metadata)) continue;
      const { contentLength = 0, lastModified, etag } = properties;
      const path = `${container}/${name}`;
      this.commits.listed(path, etag);
      files.push({ path, bytes: contentLength, modified: lastModified });
    }
  }

  /** Removes the folders, which only an account with hierarchical namespace has, from `folder` up while they are empty. */
  private async removeEmpty(folder: string): Promise<void> {
    for (let at = folder; at.includes('/'); at = nodePath.posix.dirname(at)) {
      if ((await this.properties(at))?.isFolder !== true || (await this.holdsAnything(at))) return;
      // 409: somebody has just put a file there.
      await ignoring([404, 409], () => this.blob(at).delete()).catch((error: unknown) => refused(error, at));
    }
  }

  private async holdsAnything(folder: string): Promise<boolean> {
    const [container = '', ...rest] = pathSegments(folder);
    const blobs = this.container(container).listBlobsFlat({ prefix: `${rest.join('/')}/` });
    return !(await blobs.next()).done;
  }
}

/** How an account with hierarchical namespace shows a folder through the blob endpoint. */
function isFolderMarker(metadata: Readonly<Record<string, string>> | undefined): boolean {
  return Object.entries(metadata ?? {}).some(
    ([name, value]) => name.toLowerCase() === 'hdi_isfolder' && value === 'true',
  );
}

/** A value of a file's metadata; the service gives keys back in whatever case it was given. */
async function metadataOf(blob: BlockBlobClient, key: string): Promise<string | undefined> {
  const { metadata } = await blob.getProperties().catch(() => ({ metadata: undefined }));
  return Object.entries(metadata ?? {}).find(([name]) => name.toLowerCase() === key)?.[1];
}

async function inParallel<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += parallelRemovals) {
    await Promise.all(items.slice(start, start + parallelRemovals).map(action));
  }
}
