import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { makeTemporary, removeTemporary } from './temporary-folder';

/** Files that were written are kept as copies up to these bytes, each and together: they are read soon, and cost a request each. */
const mostTaken = { each: 2 ** 20, together: 256 * 2 ** 20 };

interface LocalCopy {
  readonly local: string;
  /** Changes with the file's content, such as an ETag. */
  readonly version: string;
}

/** Local copies of remote files, in a folder that only this user can read (mode 0700), until closed. */
export class DownloadCache {
  private root: string | undefined;
  private readonly copies = new Map<string, Promise<LocalCopy>>();
  private taken = 0;

  /** A folder below the cache's own. Made on first use. */
  async folder(name: string): Promise<string> {
    this.root ??= makeTemporary();
    const folder = nodePath.join(this.root, name);
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /** The local copy of a file that never changes, downloaded when there is none. Callers at the same time share a download. */
  async once(path: string, download: (target: string) => Promise<void>): Promise<string> {
    const copy =
      this.copies.get(path) ??
      this.keep(
        path,
        this.download(path, undefined, async (target) => {
          await download(target);
          return '';
        }),
      );
    return (await copy).local;
  }

  /**
   * The local copy of a file that may change. An older copy stays until closing: somebody may be reading it.
   * @param download is told the version of the copy that is here, and returns the one it downloaded, or undefined where that is still it
   */
  async newest(
    path: string,
    download: (target: string, known: string | undefined) => Promise<string | undefined>,
  ): Promise<string> {
    return (await this.keep(path, this.download(path, this.copies.get(path), download))).local;
  }

  /** Takes a local file, which is no longer the caller's, for the copy of one that has just been written and never changes. */
  async take(path: string, localFile: string): Promise<void> {
    const { size } = await fs.stat(localFile);
    if (size > mostTaken.each || this.taken + size > mostTaken.together) return fs.unlink(localFile);
    this.taken += size;
    const local = await this.target(path);
    await fs.rename(localFile, local);
    this.copies.set(path, Promise.resolve({ local, version: '' }));
  }

  /** A file is gone, or has become another one. */
  forget(path: string): void {
    this.copies.delete(path);
  }

  async close(): Promise<void> {
    if (this.root === undefined) return;
    removeTemporary(this.root);
    this.root = undefined;
    this.copies.clear();
  }

  private keep(path: string, copy: Promise<LocalCopy>): Promise<LocalCopy> {
    this.copies.set(path, copy);
    copy.catch(() => {
      if (this.copies.get(path) === copy) this.copies.delete(path);
    });
    return copy;
  }

  private async download(
    path: string,
    before: Promise<LocalCopy> | undefined,
    download: (target: string, known: string | undefined) => Promise<string | undefined>,
  ): Promise<LocalCopy> {
    const known = await before?.catch(() => undefined);
    const local = await this.target(path);
    const version = await download(local, known?.version);
    return version === undefined && known !== undefined ? known : { local, version: version ?? randomUUID() };
  }

  /** The ending stays: readers tell formats by it. */
  private async target(path: string): Promise<string> {
    return nodePath.join(await this.folder('files'), `${randomUUID()}${nodePath.posix.extname(path)}`);
  }
}
