import { comparePaths } from './lake-path';
import type { StoredFile } from './store';

const logFolder = /\/_delta_log$/;

/**
 * What the folders `_delta_log` of a lake hold, for as long as its lock is held: nobody else writes there meanwhile, and a table is opened
 * many times in one run. Somebody who writes without the lock is met at the commit, which is only made where none is.
 */
export class LogListings {
  private readonly known = new Map<string, Promise<readonly StoredFile[]>>();

  /** The files of a folder, which are listed where they are not known. */
  async list(folder: string, list: () => Promise<StoredFile[]>): Promise<StoredFile[]> {
    if (!logFolder.test(folder)) return list();
    let listing = this.known.get(folder);
    if (listing === undefined) {
      listing = list();
      this.put(folder, listing);
    }
    return [...(await listing)];
  }

  /** A file was made where there was none. */
  added(file: StoredFile): void {
    const folder = folderOf(file.path);
    const listing = this.known.get(folder);
    if (listing === undefined) return;
    // A listing that was under way may have it or not.
    this.put(
      folder,
      listing.then((files) => [...files.filter(({ path }) => path !== file.path), file].sort(comparePaths)),
    );
  }

  /** A file has become another one, is gone, or is there by somebody else's hand. */
  changed(path: string): void {
    this.known.delete(folderOf(path));
  }

  clear(): void {
    this.known.clear();
  }

  private put(folder: string, listing: Promise<readonly StoredFile[]>): void {
    this.known.set(folder, listing);
    listing.catch(() => {
      if (this.known.get(folder) === listing) this.known.delete(folder);
    });
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
