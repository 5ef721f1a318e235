import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InsightsError } from '../contract/errors';
import type { SecretKeeper } from '../contract/secret-keeper';

/**
 * Secrets as files, readable by their owner only: the salt in the file that a command names, every other one under its own
 * name beside it. Written aside and moved into place, so that a crash leaves no half of one.
 */
export class FileSecrets implements SecretKeeper {
  constructor(
    private readonly saltFile: string,
    private readonly saltName: string,
  ) {}

  get description(): string {
    return path.dirname(this.saltFile);
  }

  async read(name: string): Promise<string | undefined> {
    const file = this.fileOf(name);
    try {
      return readFileSync(file, 'utf8').trim();
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new InsightsError('SALT_MISSING', 'A file that holds a secret cannot be read.', { place: { file }, cause });
    }
  }

  async create(name: string, value: string): Promise<boolean> {
    const file = this.fileOf(name);
    return fromAside(file, value, (own) => {
      try {
        linkSync(own, file);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        return false;
      }
    });
  }

  async replace(name: string, value: string): Promise<void> {
    const file = this.fileOf(name);
    fromAside(file, value, (own) => renameSync(own, file));
  }

  async remove(name: string): Promise<void> {
    rmSync(this.fileOf(name), { force: true });
  }

  private fileOf(name: string): string {
    return name === this.saltName ? this.saltFile : path.join(path.dirname(this.saltFile), name);
  }
}

/** Writes a value into a file of its own and has that moved into place. Whatever comes of it, no second copy of a secret stays. */
function fromAside<Result>(file: string, value: string, move: (own: string) => Result): Result {
  mkdirSync(path.dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  try {
    writeFileSync(own, `${value}\n`, { mode: 0o600, flush: true });
    return move(own);
  } finally {
    rmSync(own, { force: true });
  }
}
