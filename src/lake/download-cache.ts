import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { makeTemporary, removeTemporary } from './temporary-folder';

/** Local copies of remote files, in a folder that only this user can read (mode 0700), until closed. */
export class DownloadCache {
  private root: string | undefined;
  private readonly files = new Map<string, { readonly version: string; readonly local: Promise<string> }>();

  /** A folder below the cache's own. Made on first use. */
  async folder(name: string): Promise<string> {
    this.root ??= makeTemporary();
    const folder = nodePath.join(this.root, name);
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /**
   * The local copy of a file, downloaded when there is none of this version yet. Callers at the same time share a download.
   * @param version changes with the file's content, such as an ETag
   */
  async get(path: string, version: string, download: (target: string) => Promise<void>): Promise<string> {
    const known = this.files.get(path);
    if (known?.version === version) return known.local;
    const local = this.download(path, download);
    this.files.set(path, { version, local });
    local.catch(() => this.files.delete(path));
    // An older copy stays until closing: somebody may be reading it.
    return local;
  }

  async close(): Promise<void> {
    if (this.root === undefined) return;
    removeTemporary(this.root);
    this.root = undefined;
    this.files.clear();
  }

  private async download(path: string, download: (target: string) => Promise<void>): Promise<string> {
    // The ending stays: readers tell formats by it.
    const target = nodePath.join(await this.folder('files'), `${randomUUID()}${nodePath.posix.extname(path)}`);
    await download(target);
    return target;
  }
}
