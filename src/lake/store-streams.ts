import { createHash } from 'node:crypto';
import type { LakeStore } from './store';

/** One read of a stream over a store: large enough that a request each costs little, small enough for constant memory. */
export const chunkBytes = 4 * 1024 * 1024;

/** What a stream through a store was found to be. */
export interface StreamDigest {
  /** SHA-256, lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** The bytes of a file in chunks, the next one being read while the caller works on the last. A shorter chunk is the last. */
export async function* readChunks(store: LakeStore, path: string): AsyncGenerator<Buffer> {
  let offset = 0;
  let chunk = await store.readRange(path, offset, chunkBytes);
  while (chunk.length === chunkBytes) {
    offset += chunk.length;
    const next = store.readRange(path, offset, chunkBytes);
    // A failure is thrown by the `await` below; without this, a caller that stops early would leave it unhandled.
    next.catch(() => undefined);
    yield chunk;
    chunk = await next;
  }
  if (chunk.length > 0) yield chunk;
}

/** Reads a file once, handing every chunk to `sink`, and returns what it was. */
export async function digestFile(
  store: LakeStore,
  path: string,
  sink: (chunk: Buffer) => Promise<void> = async () => undefined,
): Promise<StreamDigest> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of readChunks(store, path)) {
    hash.update(chunk);
    bytes += chunk.length;
    await sink(chunk);
  }
  return { sha256: hash.digest('hex'), bytes };
}
