import type { LakeLock, LakeStore, StoredFile } from '../../src/lake/store';

/** Stands for the end of the process: nothing that catches errors may treat it as one of its own. */
export class CrashError extends Error {
  constructor(operation: number) {
    super(`The process was killed at store operation ${operation}.`);
    this.name = 'CrashError';
  }
}

/**
 * A store that dies at its n-th operation, and at every one after it: kill -9 between any two file operations. The n-th
 * operation itself does not happen. `close`, and releasing a lock, do nothing after death, as a killed process would not
 * do them; the inner store is the caller's to close.
 *
 * With `dieAt` infinite it only counts: run once to learn `operations`, then again with every `dieAt` from 1 to that.
 */
export class FailingStore implements LakeStore {
  /** Operations asked for so far, the fatal ones included. */
  operations = 0;
  /** Which of them, by number, leave something that a later process finds. */
  readonly changes: number[] = [];

  constructor(
    private readonly inner: LakeStore,
    private readonly dieAt: number = Infinity,
  ) {}

  get description(): string {
    return this.inner.description;
  }

  get isDead(): boolean {
    return this.operations >= this.dieAt;
  }

  read(path: string): Promise<Buffer> {
    return this.step(() => this.inner.read(path));
  }

  readRange(path: string, offset: number, length: number): Promise<Buffer> {
    return this.step(() => this.inner.readRange(path, offset, length));
  }

  stat(path: string): Promise<StoredFile | undefined> {
    return this.step(() => this.inner.stat(path));
  }

  list(prefix: string): Promise<StoredFile[]> {
    return this.step(() => this.inner.list(prefix));
  }

  write(path: string, bytes: Uint8Array | string): Promise<void> {
    return this.change(() => this.inner.write(path, bytes));
  }

  writeIfAbsent(path: string, bytes: Uint8Array | string): Promise<boolean> {
    return this.change(() => this.inner.writeIfAbsent(path, bytes));
  }

  putFile(localFile: string, path: string): Promise<void> {
    return this.change(() => this.inner.putFile(localFile, path));
  }

  copyFrom(source: LakeStore, sourcePath: string, path: string): Promise<{ sha256: string; bytes: number }> {
    return this.change(() => this.inner.copyFrom(source, sourcePath, path));
  }

  localPath(path: string): Promise<string> {
    return this.step(() => this.inner.localPath(path));
  }

  sha256(path: string): Promise<string> {
    return this.step(() => this.inner.sha256(path));
  }

  /** A death among several removals leaves a part of them done: each file is an operation of its own. */
  async remove(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return this.change(() => this.inner.remove([]));
    for (const path of paths) await this.change(() => this.inner.remove([path]));
  }

  stagingFolder(): Promise<string> {
    return this.change(() => this.inner.stagingFolder());
  }

  async lock(path: string, holder: string): Promise<LakeLock> {
    const lock = await this.change(() => this.inner.lock(path, holder));
    return { takenOver: lock.takenOver, release: () => this.change(() => lock.release()) };
  }

  async close(): Promise<void> {
    if (!this.isDead) await this.inner.close();
  }

  private change<T>(action: () => Promise<T>): Promise<T> {
    this.changes.push(this.operations + 1);
    return this.step(action);
  }

  private async step<T>(action: () => Promise<T>): Promise<T> {
    this.operations++;
    if (this.isDead) throw new CrashError(this.operations);
    return action();
  }
}
