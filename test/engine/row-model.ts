import * as fc from 'fast-check';
import { contentHash } from '../../src/engine/delimited-find';

/**
 * The rules of rows (ROW9–ROW11) for Enrollment once more, as plain TypeScript over cells whose meaning is known: what
 * the engine's SQL is compared to.
 */
export const enrollmentColumns = [
  'Id',
  'ExternalId',
  'FirstSeenDateTime',
  'IsActiveInSession',
  'LastSeenDateTime',
  'PersonId',
  'RefSectionRoleId',
  'SectionId',
  'SourceSystemId',
  'EntryDate',
  'ExitDate',
  'IsPrimaryStaffForSection',
] as const;

type ColumnName = (typeof enrollmentColumns)[number];

/** The typed value of a cell as DuckDB writes it; null for an empty one, undefined for one that does not cast. */
type Meanings = Readonly<Record<string, string | null | undefined>>;

const blanks: Meanings = { '': null, ' ': null, '\u00a0\t': null };
const texts = (...values: string[]): Meanings => ({
  ...blanks,
  ...Object.fromEntries(values.map((value) => [value, value])),
});
const timestamps: Meanings = {
  ...blanks,
  '2021-08-13': '2021-08-13 00:00:00+00',
  ' 2021-08-13T06:00:00Z ': '2021-08-13 06:00:00+00',
  '8/13/2021': '2021-08-13 00:00:00+00',
  yesterday: undefined,
  '2021-13-01': undefined,
};
const booleans: Meanings = { ...blanks, TRUE: 'true', f: 'false', ' no': 'false', maybe: undefined };
const days: Meanings = { ...blanks, '2021-09-01': '2021-09-01', '6/3/2022': '2022-06-03', '31.12.2021': undefined };

const meanings: Readonly<Record<ColumnName, Meanings>> = {
  Id: texts('007', '7', ' 7', 'a,b', 'say "7"', 'two\nlines', 'Ö'),
  ExternalId: texts('x', 'y'),
  FirstSeenDateTime: timestamps,
  IsActiveInSession: booleans,
  LastSeenDateTime: timestamps,
  PersonId: texts('P1', 'P2'),
  RefSectionRoleId: texts('Student'),
  SectionId: texts('S1'),
  SourceSystemId: texts('sis'),
  EntryDate: days,
  ExitDate: days,
  IsPrimaryStaffForSection: booleans,
};

/** A delivered record and what a reader must make of it. */
export interface ModelRecord {
  readonly cells: readonly string[];
  /** Set where the bytes are not those of `cells`: they are no UTF-8. */
  readonly isBroken?: true;
}

export interface ModelReject {
  readonly line: number;
  readonly lineCount: number;
  readonly reason: string;
  readonly columnName: string | undefined;
  readonly cells: readonly string[] | undefined;
}

export interface ModelOutcome {
  /** So many rows do not cast or break a row check that the file's order is not believed (ROW7). */
  readonly isRefused: boolean;
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  readonly duplicates: number;
  readonly rejects: readonly ModelReject[];
}

function pick(column: ColumnName): fc.Arbitrary<string> {
  const all = Object.entries(meanings[column]);
  const of = (wanted: (meaning: string | null | undefined) => boolean): string[] =>
    all.filter(([, meaning]) => wanted(meaning)).map(([cell]) => cell);
  const failing = of((meaning) => meaning === undefined);
  return fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom(...of((meaning) => typeof meaning === 'string')) },
    { weight: 3, arbitrary: fc.constantFrom(...of((meaning) => meaning === null)) },
    ...(failing.length === 0 ? [] : [{ weight: 1, arbitrary: fc.constantFrom(...failing) }]),
  );
}

const row = fc.tuple(...enrollmentColumns.map(pick)).map((cells): ModelRecord => ({ cells }));
const header = fc.constantFrom<ModelRecord>(
  { cells: enrollmentColumns },
  { cells: enrollmentColumns.map((name, index) => (index < 7 ? name.toUpperCase() : 'x')) },
  { cells: enrollmentColumns.map((name, index) => (index < 2 ? name : index === 3 ? 'x' : '')) },
);
const misfit = fc.constantFrom<ModelRecord>(
  { cells: enrollmentColumns.slice(1) },
  { cells: ['7', ''] },
  { cells: [...enrollmentColumns, 'more'] },
  { cells: enrollmentColumns.map(() => 'x'), isBroken: true },
);

/** A file of which most records have the table's width. */
export const modelFile: fc.Arbitrary<readonly ModelRecord[]> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 30, arbitrary: row }, { weight: 1, arbitrary: header }), {
      minLength: 1,
      maxLength: 90,
    }),
    fc.array(misfit, { maxLength: 4 }),
    fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
  )
  .map(([rows, misfits, places]) => {
    const records = [...rows];
    misfits
      .slice(0, rows.length - 1)
      .forEach((one, index) => records.splice((places[index] ?? 0) % records.length, 0, one));
    return records;
  });

/** The bytes of a file. */
export function modelBytes(records: readonly ModelRecord[]): Buffer {
  return Buffer.concat(records.map((record) => Buffer.concat([recordBytes(record), Buffer.from('\n')])));
}

export function recordBytes({ cells, isBroken }: ModelRecord): Buffer {
  const line = Buffer.from(
    cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','),
  );
  return isBroken === true ? Buffer.concat([line, Buffer.from([0xc3, 0x28])]) : line;
}

/** What has to become of the files of a batch. */
export function modelOutcome(files: readonly (readonly ModelRecord[])[]): ModelOutcome {
  const rejects: ModelReject[] = [];
  const passing: (ModelReject & { readonly cells: readonly string[] })[] = [];
  let isRefused = false;
  for (const records of files) {
    let line = 1;
    let failing = 0;
    let rows = 0;
    for (const { cells, isBroken } of records) {
      const lineCount = 1 + cells.join('').split('\n').length - 1;
      const place = { line, lineCount };
      line += lineCount;
      if (isBroken === true) {
        rejects.push({ ...place, reason: 'encoding', columnName: undefined, cells: undefined });
        continue;
      }
      const [reason, columnName] = reasonOf(cells);
      if (reason !== 'width' && reason !== 'header_row') rows += 1;
      if (reason === 'cast' || reason === 'row_check') failing += 1;
      if (reason === undefined) passing.push({ ...place, reason: 'key_conflict', columnName: 'Id', cells });
      else rejects.push({ ...place, reason, columnName, cells });
    }
    if (rows > 0 && failing > 0.05 * rows && (failing > 10 || failing === rows)) isRefused = true;
  }
  const winners = new Map<string, string>();
  for (const { cells } of passing) {
    const [key = '', hash] = [cells[0], contentHash(cells)];
    const best = winners.get(key);
    if (best === undefined || hash < best) winners.set(key, hash);
  }
  const written = new Map<string, readonly string[]>();
  let duplicates = 0;
  for (const one of passing) {
    const key = one.cells[0] ?? '';
    if (winners.get(key) !== contentHash(one.cells)) rejects.push(one);
    else if (written.has(key)) duplicates += 1;
    else written.set(key, one.cells);
  }
  const rows = [...written.values()].map((cells) =>
    Object.fromEntries(enrollmentColumns.map((name, index) => [name, meanings[name][cells[index] ?? ''] ?? null])),
  );
  return { isRefused, rows, duplicates, rejects };
}

function reasonOf(cells: readonly string[]): [reason?: string, columnName?: string] {
  if (cells.length !== enrollmentColumns.length) return ['width'];
  const filled = cells.filter((cell) => !(cell in blanks));
  const names = cells.filter((cell, index) => cell.toLowerCase() === enrollmentColumns[index]?.toLowerCase());
  if (names.length * 2 > filled.length) return ['header_row'];
  const meaningOf = (name: ColumnName): string | null | undefined => {
    const cell = cells[enrollmentColumns.indexOf(name)] ?? '';
    if (cell in meanings[name]) return meanings[name][cell];
    return meanings[name] === timestamps || meanings[name] === booleans || meanings[name] === days ? undefined : cell;
  };
  const uncast = enrollmentColumns.find((name) => meaningOf(name) === undefined);
  if (uncast !== undefined) return ['cast', uncast];
  if (meaningOf('Id') === null) return ['key_empty', 'Id'];
  const empty = (['PersonId', 'SectionId'] as const).find((name) => meaningOf(name) === null);
  if (empty !== undefined) return ['required_empty', empty];
  const [entry, exit] = [meaningOf('EntryDate'), meaningOf('ExitDate')];
  return typeof entry === 'string' && typeof exit === 'string' && entry > exit ? ['row_check', 'EntryDate'] : [];
}
