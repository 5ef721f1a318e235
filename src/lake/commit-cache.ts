/** Bytes that are kept at most: some thousand commits of ordinary size. */
const mostBytes = 32 * 2 ** 20;
/** A commit of a Delta log, or an entry of the landing ledger. */
const commitName = /\/(?:_delta_log|_landing)\/\d{20}\.json$/;

/**
 * Commits of Delta logs and of the landing ledger that were read or written before, in memory. A table is opened by listing its log and
 * reading its commits, again and again in one run, and nearly all of them are those of the last time. What the listing shows decides: a commit under another ETag is read anew.
 */
export class CommitCache {
  private readonly listedTags = new Map<string, string>();
  /** The one that was asked for last is the last one. */
  private readonly kept = new Map<string, { readonly tag: string; readonly bytes: Buffer }>();
  private size = 0;

  /** A listing has shown a file. */
  listed(path: string, tag: string | undefined): void {
    if (tag !== undefined && commitName.test(path)) this.listedTags.set(path, bare(tag));
  }

  /** The bytes of a commit as it was listed last; undefined where they are not known. */
  get(path: string): Buffer | undefined {
    const found = this.kept.get(path);
    if (found === undefined || found.tag !== this.listedTags.get(path)) return undefined;
    this.kept.delete(path);
    this.kept.set(path, found);
    return found.bytes;
  }

  /** A file was read, or written, under this ETag. */
  keep(path: string, tag: string | undefined, bytes: Buffer): void {
    if (tag === undefined || !commitName.test(path)) return;
    this.forget(path);
    this.kept.set(path, { tag: bare(tag), bytes });
    this.size += bytes.length;
    for (const oldest of this.kept.keys()) {
      if (this.size <= mostBytes) return;
      this.forget(oldest);
    }
  }

  /** A file has become another one, or is gone. */
  forget(path: string): void {
    this.size -= this.kept.get(path)?.bytes.length ?? 0;
    this.kept.delete(path);
  }
}

/** A header has it in quotes, a listing has not. */
function bare(tag: string): string {
  return tag.replaceAll('"', '');
}
