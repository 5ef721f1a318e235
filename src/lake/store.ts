/**
 * Where a lake lives. Paths are `<container>/<path>` with `/` between segments and no leading slash, the same for a
 * folder lake and a storage account, so nothing above this line knows which it is (design.md principle 2).
 */
export interface LakeStore {
  /** For messages: a folder or an account URL, never a credential. */
  readonly description: string;
  /** Throws InsightsError LAKE_FILE_MISSING when there is no such file. */
  read(path: string): Promise<Buffer>;
  /** Bytes from `offset` (0-based), at most `length`; shorter at the end of the file. */
  readRange(path: string, offset: number, length: number): Promise<Buffer>;
  /** Undefined when there is no such file. */
  stat(path: string): Promise<StoredFile | undefined>;
  /** All files below a folder, recursively, in ascending order of path; no folders, no folder markers. */
  list(prefix: string): Promise<StoredFile[]>;
  /** Creates or replaces the file; readers see the old or the new bytes, never a part. Durable on return. */
  write(path: string, bytes: Uint8Array | string): Promise<void>;
  /** Creates the file only where none is: false (and nothing written) when it is there already. The commit primitive. */
  writeIfAbsent(path: string, bytes: Uint8Array | string): Promise<boolean>;
  /** Moves a finished local file into the lake (rename or upload); the local file is gone afterwards. */
  putFile(localFile: string, path: string): Promise<void>;
  /** Copies a file of another store into this one, streaming, and returns its SHA-256 (lower-case hex) and length. */
  copyFrom(source: LakeStore, sourcePath: string, path: string): Promise<{ sha256: string; bytes: number }>;
  /** A local path with the file's bytes: the file itself, or a cached download. Never written to by callers. */
  localPath(path: string): Promise<string>;
  /** SHA-256 (lower-case hex) of a file, streaming. */
  sha256(path: string): Promise<string>;
  /** Removes the files; a missing one is not an error. Folders that become empty are removed too. */
  remove(paths: readonly string[]): Promise<void>;
  /** A local folder, private to this process (mode 0700), from which `putFile` is cheap. Made on first use. */
  stagingFolder(): Promise<string>;
  /** Takes the exclusive lock at `path`, or throws LAKE_LOCKED naming who holds it and since when. */
  lock(path: string, holder: string): Promise<LakeLock>;
  /** Removes the staging folder and cached downloads. */
  close(): Promise<void>;
}

/** What a Delta table is read through. */
export type TableReader = Pick<LakeStore, 'list' | 'read' | 'localPath'>;

export interface StoredFile {
  readonly path: string;
  readonly bytes: number;
  readonly modified: Date;
}

export interface LakeLock {
  /** True when the last holder died without releasing: its unreferenced files may lie about and must be removed. */
  readonly takenOver: boolean;
  release(): Promise<void>;
}
