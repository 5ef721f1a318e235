import { createHash } from 'node:crypto';
import type { LakeStore } from '../../src/lake/store';
import { chunkBytes, digestFile } from '../../src/lake/store-streams';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

test.each([
  ['nothing', 0, [0]],
  ['less than a chunk', 5, [0]],
  ['one chunk', chunkBytes, [0, chunkBytes]],
  ['a chunk and a byte', chunkBytes + 1, [0, chunkBytes]],
  ['two chunks', 2 * chunkBytes, [0, chunkBytes, 2 * chunkBytes]],
])('a file of %s is read once, and no further than to its end', async (_what, length, asked) => {
  const content = Buffer.alloc(length, 'digits 0123456789 ');
  const offsets: number[] = [];
  const readRange = async (_path: string, offset: number, most: number): Promise<Buffer> => {
    offsets.push(offset);
    return content.subarray(offset, offset + most);
  };
  expect(await digestFile({ readRange } as unknown as LakeStore, 'a/file')).toEqual({
    sha256: sha256(content),
    bytes: length,
  });
  expect(offsets).toEqual(asked);
});
