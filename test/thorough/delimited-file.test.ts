import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatError, InsightsError } from '../../src/contract/errors';
import {
  loadDelimited,
  readDelimited,
  readingDelimited,
  type ReadDelimitedOptions,
} from '../../src/engine/delimited-file';
import { deliveredFile, meaningfulBytes } from '../engine/delivered-bytes';
import { plainRecords } from '../engine/plain-reader';

// Far more than needed; a machine that does other work must not fail a test.

let folder: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'delimited-'));
  instance = await DuckDBInstance.create(':memory:', { threads: '2', autoinstall_known_extensions: 'false' });
  connection = await instance.connect();
});

afterAll(async () => {
  connection.closeSync();
  instance.closeSync();
  await rm(folder, { recursive: true });
});

type Path = NonNullable<ReadDelimitedOptions['path']>;

/** Reads a file both as told and through DuckDB: everything that `readDelimited` says, and the relation's rows. */
async function load(file: Buffer | string, path: Path = 'fastest', name = 'delivered.csv') {
  const localPath = join(folder, name);
  await writeFile(localPath, file);
  const {
    relation,
    parallelRelation: _,
    ...found
  } = await readDelimited({ localPath, name }, { stagingFolder: folder, path });
  // Not as text: the client's strings lose a U+FEFF at their start.
  const read = await connection.runAndReadAll(`SELECT hex(COLUMNS(*)) FROM ${relation}`);
  const rows = read
    .getRowsJson()
    .map((row) => row.map((cell) => (cell === null ? null : Buffer.from(cell as string, 'hex').toString('utf8'))));
  for (const staged of await readdir(folder)) await rm(join(folder, staged));
  return {
    ...found,
    rejects: found.rejects.map((reject) => ({ ...reject, raw: reject.raw.toString('latin1') })),
    rows,
  };
}

const none = { unclosed_quote: 0, encoding: 0, width: 0 };

/** The same from the plain reader. */
function expected(file: Buffer) {
  const { records, lines, blankLines } = plainRecords(file);
  const widths = new Map<number, number>();
  for (const { cells } of records) if (cells) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
  const width = [...widths].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0];
  const rows = records.flatMap(({ cells }) =>
    cells?.length === width ? [cells.map((cell) => (cell === '' ? null : cell))] : [],
  );
  const rejects = records
    .filter(({ cells }) => cells?.length !== width)
    .map(({ line, lineCount, problem, cells, raw }) => ({
      line,
      lineCount,
      reason: problem ?? ('width' as const),
      cells,
      raw,
    }));
  const rejected: Record<'unclosed_quote' | 'encoding' | 'width', number> = { ...none };
  for (const { reason } of rejects) rejected[reason] += 1;
  return { width, records: records.length, readable: rows.length, lines, blankLines, rejected, rejects, rows };
}

/** The error that a promise ends in. */
async function failureOf(promise: Promise<unknown>): Promise<InsightsError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(InsightsError);
  return outcome as InsightsError;
}

describe('readDelimited', () => {
  test.each([
    ['plain', 'a,b\nc,d\n', true],
    ['without a last line end', 'a,b\nc,', true],
    ['with a mark', '\ufeff"a",b\nc,d\n', true],
    ['with \\r\\n', 'a,b\r\nc,"d"\r\n', true],
    ['with \\r\\n and blank lines', 'a,b\r\n\r\nc,d\r\n', false],
    ['with quotes, commas and line ends in quotes', '"two\nlines","say ""hi"", you"\n,""\n', true],
    ['empty', '', true],
    ['of blank lines only', '\n\n', true],
    ['of one column with a blank line', 'a\n\nb\n', false],
    ['with mixed line ends', 'a,b\nc,d\r\ne,f\rg,h', false],
    ['with \\r\\n in quotes', '"a\r\nb",c\r\nd,e\r\n', false],
    ['with \\n in quotes and \\r\\n outside', 'a,"b\nx"\r\nc,d\r\n', false],
    ['with quotes that are text', 'a"b, "c"\nd,e\n', false],
    ['with blanks around quotes', ' "a" ,b\nc,d\n', false],
    ['whose first cell starts with U+FEFF after a mark', '\ufeff\ufeffa,"b"x\n\ufeffa,b\n', false],
    ['with an unclosed quote', 'a,"b\nc,d\n', false],
    ['with broken UTF-8', Buffer.from('a,\xff\nc,d\n', 'latin1'), false],
    ['with a NUL byte', 'a,\0\nc,d\n', false],
    ['with other widths', 'a,b\nc\nd,e,f\ng,h\n', false],
    ['in UTF-16', Buffer.from('\ufeffa,b\n', 'utf16le'), false],
  ])('reads a file %s', async (_name, file, isDirect) => {
    expect(await load(file)).toEqual({ ...expected(Buffer.from(file)), isDirect });
  });

  test('gives rejects their true line, cells and bytes as delivered (ROW10)', async () => {
    const file = Buffer.concat([
      Buffer.from('"two\r\nlines",1\r\n\r\na, "x" ,0012\nb,"unclosed\nc,2\n'),
      Buffer.from([0xc3, 0x2c, 0x33, 0x0a]),
      Buffer.from('d,4'),
    ]);
    expect(await load(file)).toEqual({
      width: 2,
      records: 6,
      readable: 3,
      lines: 8,
      blankLines: 1,
      rejected: { unclosed_quote: 1, encoding: 1, width: 1 },
      rejects: [
        { line: 4, lineCount: 1, reason: 'width', cells: ['a', ' "x" ', '0012'], raw: 'a, "x" ,0012' },
        { line: 5, lineCount: 1, reason: 'unclosed_quote', cells: undefined, raw: 'b,"unclosed' },
        { line: 7, lineCount: 1, reason: 'encoding', cells: undefined, raw: '\xc3,3' },
      ],
      rows: [
        ['two\r\nlines', '1'],
        ['c', '2'],
        ['d', '4'],
      ],
      isDirect: false,
    });
  });

  test('takes the width of most records of the whole file, also where the first thousand have another', async () => {
    const file = Buffer.from('a,b\n'.repeat(1000) + 'a,b,c\n'.repeat(1001));
    const { width, readable, rejected } = await load(file);
    expect({ width, readable, rejected }).toEqual({ width: 3, readable: 1001, rejected: { ...none, width: 1000 } });
  });

  test('keeps no more rejects than asked for, and counts all', async () => {
    const localPath = join(folder, 'many.csv');
    await writeFile(localPath, 'a,b\nc,d\n1\n2\n3\n');
    await expect(
      readDelimited({ localPath, name: 'many.csv' }, { stagingFolder: folder, rejectLimit: 1 }),
    ).resolves.toMatchObject({
      width: 1,
      rejected: { ...none, width: 2 },
      rejects: [{ line: 1, lineCount: 1, reason: 'width', cells: ['a', 'b'], raw: Buffer.from('a,b') }],
    });
  });

  test('reads lines of 10 MB on both paths', async () => {
    const long = 'é'.repeat(5_000_000);
    for (const [file, isDirect] of [
      [`a,${long}\nb,c\n`, true],
      [`a,"${long}\r\n"\nb,c\n`, false],
    ] as const) {
      const { rows, ...found } = await load(file);
      expect({
        isDirect: found.isDirect,
        lengths: rows.map((row) => row.map((cell) => cell?.length)),
      }).toEqual({
        isDirect,
        lengths: [
          [1, isDirect ? 5_000_000 : 5_000_002],
          [1, 1],
        ],
      });
    }
  });

  test('reads files whose names have a meaning for DuckDB', async () => {
    const { rows } = await load('a,b\n', 'fastest', "it's [1-9] *.csv.gz");
    expect(rows).toEqual([['a', 'b']]);
  });

  test('agrees with the plain reader on every file, damaged or not, on both paths', async () => {
    let direct = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(deliveredFile(), deliveredFile({ isDamaged: false }), meaningfulBytes),
        async (file) => {
          const { isDirect, ...fastest } = await load(file);
          expect(fastest).toEqual(expected(file));
          if (!isDirect) return;
          direct += 1;
          expect(await load(file, 'whole')).toEqual({ ...fastest, isDirect: false });
        },
      ),
      { numRuns: 200 },
    );
    expect(direct).toBeGreaterThan(10);
  });
});

describe('loadDelimited', () => {
  const source = { name: 'activity/2024-01-05.csv' };
  const file = { relation: 'one thread', parallelRelation: 'all threads', readable: 3 };

  /** Loads with the given outcome for each relation, and tells which were read. */
  async function outcome(counts: Record<string, number>, hasParallel = true) {
    const asked: string[] = [];
    const load = async (relation: string) => {
      asked.push(relation);
      const rows = counts[relation];
      if (rows === undefined) throw new Error(`row 'secret' in ${relation}`);
      return Promise.resolve({ relation, rows });
    };
    const result = await loadDelimited(
      source,
      { ...file, parallelRelation: hasParallel ? file.parallelRelation : undefined },
      load,
      ({ rows }) => rows,
    ).then(
      (loaded) => loaded.relation,
      (error: unknown) =>
        formatError(error as InsightsError)
          .split('\n')
          .slice(0, 2),
    );
    return { asked, result };
  }

  test('reads with all threads, and again with one where that failed or lost a row', async () => {
    const both = ['all threads', 'one thread'];
    expect([
      await outcome({ 'all threads': 3 }),
      await outcome({ 'all threads': 2, 'one thread': 3 }),
      await outcome({ 'one thread': 3 }),
      await outcome({ 'one thread': 3 }, false),
    ]).toEqual([
      { asked: ['all threads'], result: 'all threads' },
      { asked: both, result: 'one thread' },
      { asked: both, result: 'one thread' },
      { asked: ['one thread'], result: 'one thread' },
    ]);
  });

  test('refuses a file of which one thread does not read every record, without a word of the engine (ROW13)', async () => {
    const where = '  where: activity/2024-01-05.csv';
    expect([await outcome({ 'one thread': 2 }), await outcome({})].map(({ result }) => result)).toEqual([
      ['INGEST_FILE_UNREADABLE: The delivered file has 3 readable records, but 2 were read.', where],
      ['INGEST_FILE_UNREADABLE: The delivered file could not be read.', where],
    ]);
  });

  test.each([
    ['as delivered', true, ''],
    ['in clean form', false, 'bad\n'],
  ])('loads every row of a large file %s', async (_name, isDirect, damage) => {
    const count = 150_000;
    const rows = Array.from({ length: count }, (_, index) => `${index},"${'x,'.repeat(index % 50)}"`);
    const localPath = join(folder, 'large.csv');
    await writeFile(localPath, damage + rows.join('\n'));
    const large = await readDelimited({ localPath, name: 'large.csv' }, { stagingFolder: folder });
    const loaded = await loadDelimited(
      source,
      large,
      async (relation) =>
        (
          await connection.runAndReadAll(
            `SELECT count(*)::INT AS rows, sum(_c0::INT)::VARCHAR AS first, sum(length(_c1))::INT AS second FROM ${relation}`,
          )
        ).getRowObjectsJson()[0],
      (row) => Number(row?.['rows']),
    );
    const sum = (of: (index: number) => number) => rows.reduce((total, _, index) => total + of(index), 0);
    expect({ isDirect: large.isDirect, isParallel: large.parallelRelation !== undefined, loaded }).toEqual({
      isDirect,
      isParallel: true,
      loaded: { rows: count, first: String(sum((index) => index)), second: sum((index) => 2 * (index % 50)) },
    });
  });
});

describe('readingDelimited', () => {
  const source = { name: 'roster/AadUser/AadUser.csv' };

  test('names the file and nothing of what DuckDB or the file system say (ROW13)', async () => {
    const failed = await failureOf(readingDelimited(source, () => connection.run(`SELECT 'secret'::INTEGER`)));
    expect(formatError(failed)).toBe(
      [
        'INGEST_FILE_UNREADABLE: The delivered file could not be read.',
        '  where: roster/AadUser/AadUser.csv',
        '  next:  Check that the file is complete and the disk has room, then run again; or set the batch aside with `insights quarantine`.',
      ].join('\n'),
    );
  });

  test('is what a missing file ends in', async () => {
    const localPath = join(folder, 'missing.csv');
    const failed = await failureOf(readDelimited({ localPath, name: 'missing.csv' }, { stagingFolder: folder }));
    expect({ code: failed.code, message: failed.message, place: failed.place }).toEqual({
      code: 'INGEST_FILE_UNREADABLE',
      message: 'The delivered file could not be read.',
      place: { file: 'missing.csv' },
    });
  });

  test('passes errors of our own', async () => {
    const own = new InsightsError('USAGE', 'told so');
    await expect(readingDelimited(source, () => Promise.reject(own))).rejects.toBe(own);
  });
});
