import { createHash } from 'node:crypto';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { InsightsError } from '../contract/errors';

/** Where a drop is written to. Paths are relative to the drop, with `/`. Files are written one after the other. */
export interface DropWriter {
  open(file: string): Promise<DropSink>;
}

export interface DropSink {
  write(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}

const chunkCharacters = 1 << 18;

/** Collects text and passes it on in chunks, so that memory does not follow the size of the file. */
export class DropFile {
  private text = '';

  private constructor(private readonly sink: DropSink) {}

  static async create(writer: DropWriter, file: string): Promise<DropFile> {
    return new DropFile(await writer.open(file));
  }

  add(text: string): void {
    this.text += text;
  }

  /** True when a chunk is complete; then `flush` must be awaited. */
  get full(): boolean {
    return this.text.length >= chunkCharacters;
  }

  async flush(): Promise<void> {
    const bytes = Buffer.from(this.text, 'utf8');
    this.text = '';
    if (bytes.length > 0) await this.sink.write(bytes);
  }

  async close(): Promise<void> {
    await this.flush();
    await this.sink.close();
  }
}

/** Writes into a folder, which must not hold a drop yet. @throws InsightsError TEST_DATA_FOLDER_IN_USE */
export async function folderWriter(folder: string): Promise<DropWriter> {
  await claimDropFolder(folder);
  return {
    async open(file) {
      const target = path.join(folder, ...file.split('/'));
      await mkdir(path.dirname(target), { recursive: true });
      const handle: FileHandle = await open(target, 'wx');
      return {
        async write(bytes) {
          await handle.writeFile(bytes);
        },
        close: () => handle.close(),
      };
    },
  };
}

/** Begins a drop: of two that want the same folder at once, one gets it. @throws InsightsError TEST_DATA_FOLDER_IN_USE */
export async function claimDropFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await mkdir(path.join(folder, 'M365')).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new InsightsError('TEST_DATA_FOLDER_IN_USE', 'The folder already holds a drop.', { place: { path: folder } });
  });
}

/** Keeps the files in memory, for tests. */
export class MemoryWriter implements DropWriter {
  readonly files = new Map<string, Buffer>();

  async open(file: string): Promise<DropSink> {
    const chunks: Buffer[] = [];
    return {
      async write(bytes) {
        chunks.push(bytes);
      },
      close: async () => {
        this.files.set(file, Buffer.concat(chunks));
      },
    };
  }
}

/** Keeps nothing but the SHA-256 and length of each file. */
export class HashWriter implements DropWriter {
  readonly files = new Map<string, { readonly sha256: string; readonly bytes: number }>();
  /** The largest chunk seen: what a file costs in memory. */
  largestChunk = 0;

  async open(file: string): Promise<DropSink> {
    const hash = createHash('sha256');
    let length = 0;
    return {
      write: async (bytes) => {
        hash.update(bytes);
        length += bytes.length;
        this.largestChunk = Math.max(this.largestChunk, bytes.length);
      },
      close: async () => {
        this.files.set(file, { sha256: hash.digest('hex'), bytes: length });
      },
    };
  }
}

/** Lines as `sha256sum` writes and checks them, sorted by path. */
export function hashList(files: ReadonlyMap<string, { readonly sha256: string }>, folder = ''): string {
  return [...files.entries()]
    .map(([file, { sha256 }]) => ({ file: folder === '' ? file : `${folder}/${file}`, sha256 }))
    .sort((one, other) => (one.file < other.file ? -1 : 1))
    .map(({ file, sha256 }) => `${sha256}  ${file}\n`)
    .join('');
}
