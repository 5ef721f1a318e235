import fc from 'fast-check';
import { DelimitedReader, type DelimitedReaderOptions } from '../../src/engine/delimited-reader';
import { deliveredFile, meaningfulBytes } from './delivered-bytes';
import { plainRecords } from './plain-reader';

/** A file in chunks of the given size. */
async function* inChunks(file: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < file.length; start += size) yield file.subarray(start, start + size);
}

async function read(file: Buffer | string, chunkSize = 64 * 1024, options: DelimitedReaderOptions = {}) {
  const reader = new DelimitedReader(inChunks(Buffer.from(file), chunkSize), options);
  const records = [];
  for await (const record of reader.records()) {
    const { line, lineCount, offset, problem, cells } = record;
    records.push({ line, lineCount, offset, raw: record.raw.toString('latin1'), cells, problem });
  }
  return { records, blankLines: reader.blankLines, lines: reader.lines };
}

function good(line: number, offset: number, raw: string, cells: string[], lineCount = 1) {
  return { line, lineCount, offset, raw, cells, problem: undefined };
}

function unclosed(line: number, offset: number, raw: string) {
  return { line, lineCount: 1, offset, raw, cells: undefined, problem: 'unclosed_quote' };
}

function badText(line: number, offset: number, raw: string) {
  return { line, lineCount: 1, offset, raw, cells: undefined, problem: 'encoding' };
}

describe('DelimitedReader', () => {
  test('reads cells, quoted cells and line ends of all kinds, and counts blank lines without making records of them', async () => {
    expect(await read('a,b\n\n"c ""d""","e,f"\r\n , \rg,')).toEqual({
      records: [
        good(1, 0, 'a,b', ['a', 'b']),
        good(3, 5, '"c ""d""","e,f"', ['c "d"', 'e,f']),
        good(4, 22, ' , ', [' ', ' ']),
        good(5, 26, 'g,', ['g', '']),
      ],
      blankLines: 1,
      lines: 5,
    });
  });

  test.each([
    ['an empty file', '', { records: [], blankLines: 0, lines: 0 }],
    ['a file of blank lines', '\n\r\n\r', { records: [], blankLines: 3, lines: 3 }],
    ['a mark alone', '\ufeff', { records: [], blankLines: 0, lines: 0 }],
    ['a line of blanks', '  \n', { records: [good(1, 0, '  ', ['  '])], blankLines: 0, lines: 1 }],
    ['no line end', 'a', { records: [good(1, 0, 'a', ['a'])], blankLines: 0, lines: 1 }],
    ['a mark before a quote', '\ufeff"a"\n', { records: [good(1, 3, '"a"', ['a'])], blankLines: 0, lines: 1 }],
    [
      'a cell that starts with U+FEFF',
      '\n\ufeffa',
      { records: [good(2, 1, 'ï»¿a', ['\ufeffa'])], blankLines: 1, lines: 2 },
    ],
    ['a quote inside a cell', 'a"b,"\n', { records: [unclosed(1, 0, 'a"b,"')], blankLines: 0, lines: 1 }],
    [
      'quotes that are text',
      'a"b, "c"\n',
      { records: [good(1, 0, 'a"b, "c"', ['a"b', ' "c"'])], blankLines: 0, lines: 1 },
    ],
  ])('reads %s', async (_name, file, expected) => {
    expect(await read(file)).toEqual(expected);
  });

  test('keeps the true line of what follows a quoted cell with line ends (ROW10)', async () => {
    expect(await read('"a\nb\r\nc\rd",1\nx\n')).toEqual({
      records: [good(1, 0, '"a\nb\r\nc\rd",1', ['a\nb\r\nc\rd', '1'], 4), good(5, 13, 'x', ['x'])],
      blankLines: 0,
      lines: 5,
    });
  });

  test('rejects the line of an unclosed quote only, and reads the lines that it would have swallowed', async () => {
    expect(await read('a,"b\nc,d\n"e"x,f\ng,"h"\n')).toEqual({
      records: [
        unclosed(1, 0, 'a,"b'),
        good(2, 5, 'c,d', ['c', 'd']),
        unclosed(3, 9, '"e"x,f'),
        good(4, 16, 'g,"h"', ['g', 'h']),
      ],
      blankLines: 0,
      lines: 4,
    });
  });

  test('rejects a record of several lines line by line when a later cell of it does not close', async () => {
    expect(await read('"a\nb","c\nd\n')).toEqual({
      records: [unclosed(1, 0, '"a'), unclosed(2, 3, 'b","c'), good(3, 9, 'd', ['d'])],
      blankLines: 0,
      lines: 3,
    });
  });

  test('calls invalid UTF-8 and NUL bytes encoding, and an unclosed quote in such a line an unclosed quote', async () => {
    const file = Buffer.from('é,b\nx\xff,y\nn\0,z\n"\xff\nü', 'latin1');
    expect(await read(Buffer.concat([Buffer.from('é\n'), file]))).toEqual({
      records: [
        good(1, 0, 'Ã©', ['é']),
        badText(2, 3, 'é,b'),
        badText(3, 7, 'x\xff,y'),
        badText(4, 12, 'n\0,z'),
        unclosed(5, 17, '"\xff'),
        badText(6, 20, 'ü'),
      ],
      blankLines: 0,
      lines: 6,
    });
  });

  test.each([
    ['little', Buffer.from('\ufeffa\n"b\n', 'utf16le'), ['\xff\xfea\0', '\0"\0b\0', '\0']],
    ['big', Buffer.from('\ufeffa\n"b\n', 'utf16le').swap16(), ['\xfe\xff\0a\0', '\0"\0b\0']],
  ])('calls every line of a %s-endian UTF-16 file encoding', async (_name, file, raws) => {
    const { records } = await read(file);
    expect(records.map(({ raw, problem }) => [raw, problem])).toEqual(raws.map((raw) => [raw, 'encoding']));
  });

  test('reads a line of 10 MB, quoted or not, from small chunks', async () => {
    const long = 'é'.repeat(5_000_000);
    const { records } = await read(`a,${long}\nb,"${long}\n"\nc\n`, 16 * 1024);
    expect(records.map(({ line, cells }) => [line, cells?.map((cell) => cell.length)])).toEqual([
      [1, [1, 5_000_000]],
      [2, [1, 5_000_001]],
      [4, [1]],
    ]);
  });

  test('lets a record run on for as many bytes as allowed, and not for one more', async () => {
    const record = '"a\nbb"';
    expect((await read(`${record}\nc`, 2, { longestRun: record.length })).records).toEqual([
      good(1, 0, record, ['a\nbb'], 2),
      good(3, 7, 'c', ['c']),
    ]);
    expect((await read(`${record}\nc`, 2, { longestRun: record.length - 1 })).records).toEqual([
      unclosed(1, 0, '"a'),
      good(2, 3, 'bb"', ['bb"']),
      good(3, 7, 'c', ['c']),
    ]);
  });

  test('lets a single line be longer than a record may run', async () => {
    expect((await read('"abcdefgh",i\nj', 3, { longestRun: 2 })).records).toEqual([
      good(1, 0, '"abcdefgh",i', ['abcdefgh', 'i']),
      good(2, 13, 'j', ['j']),
    ]);
  });

  test('holds a bounded part of the file in memory after an unclosed quote', async () => {
    const line = Buffer.from('c,d\n');
    const asked: number[] = [];
    async function* chunks(): AsyncGenerator<Buffer> {
      yield Buffer.from('a,"b\n');
      for (let index = 0; index < 100; index += 1) {
        asked.push(index);
        yield line;
      }
    }
    const first = await new DelimitedReader(chunks(), { longestRun: 64 }).records().next();
    expect(first.done === false && first.value.problem).toBe('unclosed_quote');
    expect(asked.length).toBeLessThan(40);
  });

  test('reads 50,000 lines that each open a quote for the rest of the file, which would take hours line by line', async () => {
    const { records, lines } = await read('x","\n'.repeat(50_000));
    expect(lines).toBe(50_000);
    expect(records.filter(({ problem }) => problem === 'unclosed_quote').length).toBe(50_000);
  });

  test('bounds a run at the same byte however the file is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(deliveredFile(), meaningfulBytes),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        async (file, size, longestRun) => {
          expect(await read(file, size, { longestRun })).toEqual(await read(file, 4096, { longestRun }));
        },
      ),
      { numRuns: 700 },
    );
  });

  test('agrees with the plain reader on every file, however it is cut into chunks; no line is lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(deliveredFile(), meaningfulBytes),
        fc.integer({ min: 1, max: 40 }),
        async (file, size) => {
          const found = await read(file, size);
          expect(found).toEqual(plainRecords(file));
          const covered = found.records.reduce((sum, { lineCount }) => sum + lineCount, 0);
          expect(covered + found.blankLines).toBe(found.lines);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('agrees with the plain reader on any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 9 }), async (file, size) => {
        expect(await read(Buffer.from(file), size)).toEqual(plainRecords(Buffer.from(file)));
      }),
      { numRuns: 300 },
    );
  });
});
