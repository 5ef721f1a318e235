import type { Dirent } from 'node:fs';
import * as fs from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import * as nodePath from 'node:path';
import { InsightsError } from '../contract/errors';
import { takeFolderLock } from './folder-lock';
import { comparePaths, pathSegments, stagingFolderName } from './lake-path';
import { codeOf, failed, isMissing, removeEmptyFolders, syncPath, withFolder } from './local-files';
import { currentProcess, hostMark, isDead, type ProcessIdentity } from './process-identity';
import type { LakeLock, LakeStore, StoredFile } from './store';
import { digestFile, type StreamDigest } from './store-streams';

export interface FolderStoreOptions {
  /** False leaves flushing to the system: for tests and throw-away lakes. @default true */
  readonly durable?: boolean;
  /** Who this store says it is in locks. @default the running process */
  readonly identity?: ProcessIdentity;
}

/** A lake in a local folder, `<root>/<container>/<path>`. The root is made on first write. */
export class FolderStore implements LakeStore {
  readonly description: string;
  private readonly root: string;
  private readonly durable: boolean;
  private readonly identity: ProcessIdentity;
  private staging: Promise<string> | undefined;

  constructor(root: string, options: FolderStoreOptions = {}) {
    this.root = nodePath.resolve(root);
    this.description = this.root;
    this.durable = options.durable ?? true;
    this.identity = options.identity ?? currentProcess();
  }

  async read(path: string): Promise<Buffer> {
    return fs.readFile(this.local(path)).catch((error: unknown) => failed(error, path));
  }

  async readRange(path: string, offset: number, length: number): Promise<Buffer> {
    const file = await fs.open(this.local(path), 'r').catch((error: unknown) => failed(error, path));
    try {
      const buffer = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    } catch (error) {
      return failed(error, path);
    } finally {
      await file.close();
    }
  }

  async stat(path: string): Promise<StoredFile | undefined> {
    try {
      const found = await fs.stat(this.local(path));
      return found.isFile() ? { path, bytes: found.size, modified: found.mtime } : undefined;
    } catch (error) {
      return isMissing(error) ? undefined : failed(error, path);
    }
  }

  async list(prefix: string): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    await this.collect(prefix, files);
    return files.sort(comparePaths);
  }

  async write(path: string, bytes: Uint8Array | string): Promise<void> {
    const target = this.local(path);
    await this.move(await this.stage(bytes, path), target, path);
  }

  async writeIfAbsent(path: string, bytes: Uint8Array | string): Promise<boolean> {
    const target = this.local(path);
    const staged = await this.stage(bytes, path);
    try {
      // A link appears whole or not at all, and fails where the name is taken; opening with `wx` would show a part.
      await withFolder(target, () => fs.link(staged, target));
      await this.syncFolder(target);
      return true;
    } catch (error) {
      return codeOf(error) === 'EEXIST' ? false : failed(error, path);
    } finally {
      await fs.rm(staged, { force: true });
    }
  }

  async putFile(localFile: string, path: string): Promise<void> {
    const target = this.local(path);
    if (this.durable) await syncPath(localFile).catch((error: unknown) => failed(error, path));
    await this.move(localFile, target, path);
  }

  async copyFrom(source: LakeStore, sourcePath: string, path: string): Promise<StreamDigest> {
    const target = this.local(path);
    const staged = await this.stagedName();
    const file = await fs.open(staged, 'wx').catch((error: unknown) => failed(error, path));
    let digest: StreamDigest;
    try {
      digest = await digestFile(source, sourcePath, async (chunk) => {
        await file.writeFile(chunk).catch((error: unknown) => failed(error, path));
      });
      if (this.durable) await file.sync();
    } catch (error) {
      await fs.rm(staged, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    await this.move(staged, target, path);
    return digest;
  }

  async localPath(path: string): Promise<string> {
    const local = this.local(path);
    await fs.access(local).catch((error: unknown) => failed(error, path));
    return local;
  }

  async sha256(path: string): Promise<string> {
    return (await digestFile(this, path)).sha256;
  }

  async remove(paths: readonly string[]): Promise<void> {
    const folders = new Set<string>();
    for (const path of paths) {
      const local = this.local(path);
      await fs.unlink(local).catch((error: unknown) => (isMissing(error) ? undefined : failed(error, path)));
      folders.add(nodePath.dirname(local));
    }
    for (const folder of folders) await removeEmptyFolders(folder, this.root);
  }

  stagingFolder(): Promise<string> {
    this.staging ??= this.makeStaging();
    return this.staging;
  }

  async lock(path: string, holder: string): Promise<LakeLock> {
    const readText = (file: string) =>
      fs.readFile(this.local(file), 'utf8').catch((error: unknown) => {
        return isMissing(error) ? undefined : failed(error, file);
      });
    const files = {
      read: readText,
      create: (file: string, text: string) => this.writeIfAbsent(file, text),
      replace: (file: string, text: string) => this.write(file, text),
      remove: (names: readonly string[]) => this.remove(names),
    };
    const lock = await takeFolderLock(files, path, holder, this.identity);
    await this.removeDeadStaging();
    return lock;
  }

  async close(): Promise<void> {
    if (this.staging === undefined) return;
    // One that could not be made has failed whoever asked for it; closing has nothing to remove then.
    const folder = await this.staging.catch(() => undefined);
    this.staging = undefined;
    if (folder === undefined) return;
    await fs.rm(folder, { recursive: true, force: true });
    await fs.rmdir(nodePath.dirname(folder)).catch(() => undefined);
  }

  private local(path: string): string {
    return nodePath.join(this.root, ...pathSegments(path));
  }

  /** Follows links to files and folders, but not into a folder that it is in already. */
  private async collect(prefix: string, files: StoredFile[], above: readonly string[] = []): Promise<void> {
    const folder = prefix === '' ? this.root : this.local(prefix);
    let entries: Dirent[];
    try {
      entries = await fs.readdir(folder, { withFileTypes: true });
    } catch (error) {
      return isMissing(error) ? undefined : failed(error, prefix);
    }
    const visit = async (entry: Dirent) => {
      if (prefix === '' && entry.name === stagingFolderName) return;
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      const local = nodePath.join(folder, entry.name);
      if (entry.isDirectory()) return this.collect(path, files, above);
      const found = await fs
        .stat(local)
        .catch((error: unknown) => (isMissing(error) ? undefined : failed(error, path)));
      if (found === undefined && (entry.isSymbolicLink() || entry.name.includes('\ufffd'))) {
        throw unreadable('its name is not UTF-8, or it is a link that leads nowhere', path);
      }
      if (found === undefined) return;
      if (found.isFile()) return void files.push({ path, bytes: found.size, modified: found.mtime });
      if (!found.isDirectory()) throw unreadable('it is a pipe, a socket or a device', path);
      const real = await fs.realpath(local);
      const inside = `${await fs.realpath(folder)}${nodePath.sep}`.startsWith(`${real}${nodePath.sep}`);
      if (!inside && !above.includes(real)) await this.collect(path, files, [...above, real]);
    };
    await Promise.all(entries.map(visit));
  }

  private async makeStaging(): Promise<string> {
    const { pid, host, token } = this.identity;
    const name = `${pid}-${hostMark(host)}-${token}-${randomBytes(6).toString('hex')}`;
    const folder = nodePath.join(this.root, stagingFolderName, name);
    try {
      await this.makeStagingParent(nodePath.dirname(folder));
      await fs.mkdir(folder, { mode: 0o700 });
    } catch (error) {
      return failed(error, stagingFolderName);
    }
    return folder;
  }

  /** Level by level where the root is there: making a whole path calls a folder that may only be read a missing one. */
  private async makeStagingParent(parent: string): Promise<void> {
    try {
      await fs.mkdir(parent, { mode: 0o700 });
    } catch (error) {
      if (codeOf(error) === 'ENOENT') await fs.mkdir(parent, { recursive: true, mode: 0o700 });
      else if (codeOf(error) !== 'EEXIST') throw error;
    }
  }

  private async removeDeadStaging(): Promise<void> {
    const parent = nodePath.join(this.root, stagingFolderName);
    const names = await fs.readdir(parent).catch(() => []);
    for (const name of names) {
      const [pid = '', mark = '', token = ''] = name.split('-');
      const sameHost = mark === hostMark(this.identity.host);
      if (!/^\d+$/.test(pid) || !sameHost) continue;
      const owner = { pid: Number(pid), host: this.identity.host, token };
      if (isDead(owner, this.identity)) await fs.rm(nodePath.join(parent, name), { recursive: true, force: true });
    }
  }

  private async stagedName(): Promise<string> {
    return nodePath.join(await this.stagingFolder(), randomBytes(12).toString('hex'));
  }

  private async stage(bytes: Uint8Array | string, path: string): Promise<string> {
    const staged = await this.stagedName();
    const file = await fs.open(staged, 'wx').catch((error: unknown) => failed(error, path));
    try {
      await file.writeFile(bytes);
      if (this.durable) await file.datasync();
    } catch (error) {
      await fs.rm(staged, { force: true });
      return failed(error, path);
    } finally {
      await file.close();
    }
    return staged;
  }

  private async move(from: string, to: string, path: string): Promise<void> {
    try {
      await withFolder(to, () => fs.rename(from, to));
      await this.syncFolder(to);
    } catch (error) {
      if (codeOf(error) !== 'EXDEV') return failed(error, path);
      const staged = await this.stagedName();
      try {
        await fs.copyFile(from, staged);
        if (this.durable) await syncPath(staged);
      } catch (copyError) {
        await fs.rm(staged, { force: true });
        return failed(copyError, path);
      }
      await this.move(staged, to, path);
      await fs.unlink(from);
    }
  }

  /** A name is durable only when its folder is flushed too; Windows has no such call. */
  private async syncFolder(target: string): Promise<void> {
    if (this.durable && process.platform !== 'win32') await syncPath(nodePath.dirname(target));
  }
}

/** What a listing can neither read nor leave out: nobody would miss what it stands for (ROW2). */
function unreadable(why: string, path: string): InsightsError {
  return new InsightsError('LAKE_PATH_INVALID', `A file cannot be read: ${why}.`, {
    place: { file: path },
    nextStep: 'Put the file itself in its place or take it away, then run again.',
  });
}
