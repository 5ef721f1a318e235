import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HashWriter, hashList } from '../../src/test-data/drop-writer';
import { readDropMap } from '../../src/test-data/drop-map';
import { generate } from '../../src/test-data/generate';
import type { SetName } from '../../src/test-data/institution-sets';

const folder = path.resolve(__dirname, '../../test_data');
const listed = readFileSync(path.join(folder, 'SHA256SUMS'), 'utf8');

function linesOf(set: SetName): string {
  return listed
    .split('\n')
    .filter((line) => line.slice(66).startsWith(`${set}/`))
    .map((line) => `${line}\n`)
    .join('');
}

describe.each(['k12', 'hed'] as const)('test_data/%s', (set) => {
  test('is what the generator makes, byte by byte', async () => {
    const writer = new HashWriter();
    await generate({ set }, writer);
    expect(hashList(writer.files, set)).toBe(linesOf(set));
  });

  test('is what the hash list says, no file more or less, and at most 4 MB', async () => {
    const files = await readDropMap(path.join(folder, set));
    const hashes = new Map(
      [...files].map(([name, bytes]) => [name, { sha256: createHash('sha256').update(bytes).digest('hex') }]),
    );
    expect(hashList(hashes, set)).toBe(linesOf(set));
    expect([...files.values()].reduce((sum, bytes) => sum + bytes.length, 0)).toBeLessThanOrEqual(4_000_000);
  });
});

test('the hash list names nothing else', () => {
  expect(linesOf('hed') + linesOf('k12')).toBe(listed);
});
