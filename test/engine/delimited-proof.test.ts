import fc from 'fast-check';
import { CleanFileProof } from '../../src/engine/delimited-proof';
import { deliveredFile, meaningfulBytes } from './delivered-bytes';
import { plainRecords } from './plain-reader';

/** The file at an odd place in memory, in chunks: neither may matter. */
function prove(file: Buffer, chunkSize: number) {
  const moved = Buffer.concat([Buffer.from('?'.repeat(file.length % 4)), file]).subarray(file.length % 4);
  const proof = new CleanFileProof();
  for (let start = 0; start < moved.length; start += chunkSize) proof.add(moved.subarray(start, start + chunkSize));
  return proof.finish();
}

const unquoted = '[^",\\r\\n\\0]*';

function fileOf(lineEnd: string, inQuotes: string): RegExp {
  const cell = `(?:"(?:${inQuotes}|"")*"|${unquoted})`;
  const line = `${cell}(?:,${cell})*`;
  return new RegExp(`^(?:\xef\xbb\xbf)?(?:${line}${lineEnd})*${line}$`);
}

const withLineFeeds = fileOf('\\n', '[^"\\r\\0]');
const withBoth = fileOf('\\r\\n', '[^"\\r\\n\\0]');

/** What a proof must say, from the plain reader and two regular expressions. */
function expected(file: Buffer) {
  const text = file.toString('latin1');
  const { records, lines, blankLines } = plainRecords(file);
  const width = records[0]?.cells?.length ?? 0;
  const isRegular = records.every(({ cells }) => cells !== undefined && cells.length === width);
  if (!isRegular || (blankLines > 0 && (width === 1 || !withLineFeeds.test(text)))) return undefined;
  if (!withLineFeeds.test(text) && !withBoth.test(text)) return undefined;
  return {
    width,
    records: records.length,
    blankLines,
    lines,
    lineEnd: withLineFeeds.test(text) ? '\n' : '\r\n',
    hasQuotedLines: records.some(({ lineCount }) => lineCount > 1),
    longestRecord: Math.max(0, ...records.map(({ raw }) => raw.length)),
  };
}

describe('CleanFileProof', () => {
  test('counts what it read', () => {
    expect(prove(Buffer.from('\ufeffa,b\n\n"c\nd","e ""f"""\n1,2345'), 1000)).toEqual({
      width: 2,
      records: 3,
      blankLines: 1,
      lines: 5,
      lineEnd: '\n',
      hasQuotedLines: true,
      longestRecord: 15,
    });
  });

  test('finds a record of another width among thousands, wherever it starts', () => {
    for (let before = 0; before < 8; before += 1) {
      const good = 'aa,bb,cc,dd\n'.repeat(2000);
      expect(prove(Buffer.from(`${'x'.repeat(before)}${good}`), 4096)?.records).toBe(2000);
      expect(prove(Buffer.from(`${'x'.repeat(before)}${good}a,b,c\n${good}`), 4096)).toBe(undefined);
      expect(prove(Buffer.from(`${'x'.repeat(before)}${good}a,b,c,d,\n${good}`), 4096)).toBe(undefined);
    }
  });

  test('accepts characters that chunks cut, and no half ones', () => {
    for (let size = 4; size < 40; size += 1) {
      expect(prove(Buffer.from('é,\u{1f393}\nسلام,한국어\n'), size)?.records).toBe(2);
      expect(prove(Buffer.from('é,\u{1f393}\nسلام,한국어').subarray(0, -1), size)).toBe(undefined);
    }
  });

  test('does not take a byte order mark in pieces for a record', () => {
    expect(prove(Buffer.from('\ufeff\na'), 2)).toBe(undefined);
  });

  test('holds for exactly the files that are regular, however they are cut into chunks', () => {
    let clean = 0;
    const files = fc.oneof(deliveredFile({ isDamaged: false }), deliveredFile(), meaningfulBytes);
    fc.assert(
      fc.property(files, fc.constantFrom(4, 5, 16, 23, 64, 1000), (file, size) => {
        const proved = prove(file, size);
        expect(proved).toEqual(expected(file));
        if (proved !== undefined && proved.records > 1) clean += 1;
      }),
      { numRuns: 4000 },
    );
    expect(clean).toBeGreaterThan(100);
  });
});
