import fc from 'fast-check';
import { contentHash, findRecords } from '../../src/engine/delimited-find';
import { deliveredFile } from './delivered-bytes';
import { plainRecords } from './plain-reader';

async function* chunksOf(file: Buffer): AsyncGenerator<Buffer> {
  yield file;
}

describe('contentHash', () => {
  test('is the SHA-256 of the cells joined by U+001F, a null being an empty cell (ROW11)', () => {
    const hash = '7da7b6f6607bc4a9b13f4871a8e4e0fdd9f238bb397360a52e2b512d62edd227';
    expect([contentHash(['a', null, 'é']), contentHash(['a', '', 'é'])]).toEqual([hash, hash]);
  });
});

describe('findRecords', () => {
  const file = Buffer.from('"a\nx",1\nb,2\nbad\n"b","2"\nc,"open\n"b",2\n');

  test('finds equal records in file order, as many as wanted, with their true lines and bytes', async () => {
    const both = contentHash(['b', '2']);
    const first = contentHash(['a\nx', '1']);
    const found = await findRecords(
      chunksOf(file),
      new Map([
        [both, 2],
        [first, 5],
        [contentHash(['none']), 1],
      ]),
    );
    expect(found).toEqual(
      new Map([
        [first, [{ line: 1, lineCount: 2, cells: ['a\nx', '1'], raw: Buffer.from('"a\nx",1') }]],
        [
          both,
          [
            { line: 3, lineCount: 1, cells: ['b', '2'], raw: Buffer.from('b,2') },
            { line: 5, lineCount: 1, cells: ['b', '2'], raw: Buffer.from('"b","2"') },
          ],
        ],
      ]),
    );
  });

  test('reads nothing when nothing is wanted, and no further than the last record that is', async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        asked += 1;
        yield Buffer.from('a,1\n');
      }
    }
    expect(await findRecords(endless(), new Map([[contentHash(['a', '1']), 0]]))).toEqual(new Map());
    expect(asked).toBe(0);
    expect(
      (await findRecords(endless(), new Map([[contentHash(['a', '1']), 3]]))).get(contentHash(['a', '1']))?.length,
    ).toBe(3);
  });

  test('finds every record of a file that can be taken apart, each once', async () => {
    await fc.assert(
      fc.asyncProperty(deliveredFile(), async (delivered) => {
        const { records } = plainRecords(delivered);
        const expected = new Map<string, unknown[]>();
        for (const { line, lineCount, cells, raw } of records) {
          if (cells === undefined) continue;
          const hash = contentHash(cells);
          const record = { line, lineCount, cells, raw: Buffer.from(raw, 'latin1') };
          expected.set(hash, [...(expected.get(hash) ?? []), record]);
        }
        const wanted = new Map([...expected].map(([hash, found]) => [hash, found.length]));
        expect(await findRecords(chunksOf(delivered), wanted)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});
