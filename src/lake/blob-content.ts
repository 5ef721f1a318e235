import type { BlockBlobClient } from '@azure/storage-blob';
import { statusOf } from './blob-errors';

/** A whole file in one request; the client's own way to a buffer asks for its length first. */
export async function downloaded(
  blob: BlockBlobClient,
): Promise<{ readonly bytes: Buffer; readonly etag: string | undefined }> {
  const { readableStreamBody, etag } = await blob.download(0, undefined, { maxRetryRequests: 5 });
  const chunks: Buffer[] = [];
  for await (const chunk of readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
  return { bytes: Buffer.concat(chunks), etag };
}

/** A chunk that was taken from a stream, and what comes after it. */
export async function* after(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

/** Downloads a file unless it is still `known`. Returns its ETag; undefined where nothing was downloaded. */
export async function downloadUnless(
  blob: BlockBlobClient,
  known: string | undefined,
  target: string,
): Promise<string | undefined> {
  try {
    const conditions = known === undefined ? {} : { ifNoneMatch: known };
    return (await blob.downloadToFile(target, 0, undefined, { conditions })).etag;
  } catch (error) {
    // 304: not modified.
    if (statusOf(error) === 304) return undefined;
    throw error;
  }
}
