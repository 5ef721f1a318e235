import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Table } from '../catalogue/model';
import { isPersonDomain, personDomains, type PersonDomain } from '../contract/erasure';
import { DelimitedReader, fileChunks } from './delimited-reader';
import type { IdentifierTest } from './tombstones';

/** A cell of a delivered record that names a person. */
export interface PersonCell {
  /** 0-based position in the record. */
  readonly position: number;
  readonly domain: PersonDomain;
  /** False where another order of columns is as likely: then only a long value counts, which is none by chance. */
  readonly isCertain: boolean;
}

/** From this length on an identifier found in a place of its own making is no chance (PRIV1 has the same bound). */
export const longIdentifier = 8;

/** Where a record lies that is left out: not the record itself, which would keep its window in memory. */
interface LeftOut {
  readonly offset: number;
  readonly byteLength: number;
  readonly lineCount: number;
}

/** What a file is without the rows of erased persons. */
export interface RemainingFile {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Where the records of a table name persons, for each order of columns that the file may have (ROW7): positions on which
 * the orders agree are certain.
 */
export function personCells(table: Table, orders: readonly (readonly string[])[]): PersonCell[] {
  const domainOf = (name: string | undefined): PersonDomain | undefined => {
    const domain = table.columns.find((column) => column.name === name)?.domain;
    return isPersonDomain(domain) ? domain : undefined;
  };
  const width = Math.max(0, ...orders.map((order) => order.length));
  return Array.from({ length: width }, (_, position) => {
    const domains = new Set(orders.map((order) => domainOf(order[position])));
    return [...domains].flatMap((domain): PersonCell[] =>
      domain === undefined ? [] : [{ position, domain, isCertain: domains.size === 1 }],
    );
  }).flat();
}

/** Whether a table's records name persons at all. */
export function namesPersons(table: Table): boolean {
  return table.columns.some(({ domain }) => isPersonDomain(domain));
}

/** The order of columns that the catalogue gives to a delivered file. */
export function catalogueOrder(table: Table): string[] {
  return table.columns.map(({ name }) => name);
}

/**
 * Whether a record is about an erased person. One that cannot be taken apart (ROW10) is about whomever it names anywhere:
 * its long words are looked at, in any domain.
 * @param cells undefined where the record cannot be read
 */
export function isErasedRecord(
  cells: readonly (string | null)[] | undefined,
  raw: Buffer,
  persons: readonly PersonCell[],
  isErased: IdentifierTest,
): boolean {
  if (cells === undefined) {
    const words = raw
      .toString('latin1')
      .replaceAll('\0', '')
      .split(/[,"\r\n]+/);
    return words.some(
      (word) => word.length >= longIdentifier && personDomains.some((domain) => isErased(domain, word)),
    );
  }
  return persons.some((person) => {
    const cell = namingCell(cells, person);
    return cell !== undefined && isErased(person.domain, cell);
  });
}

/** The cell of a record that names somebody there; undefined for an empty one, and where a short one may be of another column. */
export function namingCell(cells: readonly (string | null)[], { position, isCertain }: PersonCell): string | undefined {
  const cell = cells[position] ?? '';
  return cell !== '' && (isCertain || cell.length >= longIdentifier) ? cell : undefined;
}

/**
 * Writes a delivered file without the records of erased persons. Their physical lines stay, empty, so that the line
 * numbers of all other records are those of the delivered file (ROW10). Undefined, and nothing written, when nobody erased
 * is in it.
 */
export async function withoutErased(
  source: string,
  target: string,
  persons: readonly PersonCell[],
  isErased: IdentifierTest,
): Promise<RemainingFile | undefined> {
  const gone: LeftOut[] = [];
  for await (const batch of new DelimitedReader(fileChunks(source)).batches()) {
    for (const record of batch) {
      if (!isErasedRecord(record.cells, record.raw, persons, isErased)) continue;
      const { offset, byteLength, lineCount } = record;
      gone.push({ offset, byteLength, lineCount });
    }
  }
  return gone.length === 0 ? undefined : copyWithout(source, target, gone);
}

async function copyWithout(source: string, target: string, gone: readonly LeftOut[]): Promise<RemainingFile> {
  const hash = createHash('sha256');
  const output = await open(target, 'w', 0o600);
  let bytes = 0;
  const put = async (piece: Buffer): Promise<void> => {
    hash.update(piece);
    bytes += piece.length;
    await output.write(piece);
  };
  try {
    let offset = 0;
    let next = 0;
    for await (const chunk of fileChunks(source)) {
      let from = 0;
      for (let record = gone[next]; record !== undefined; record = gone[next]) {
        const start = Math.max(0, record.offset - offset);
        if (start >= chunk.length) break;
        const end = record.offset + record.byteLength - offset;
        if (start > from) await put(chunk.subarray(from, start));
        from = Math.min(chunk.length, end);
        if (end > chunk.length) break;
        if (record.lineCount > 1) await put(Buffer.from('\n'.repeat(record.lineCount - 1)));
        next += 1;
      }
      if (from < chunk.length) await put(chunk.subarray(from));
      offset += chunk.length;
    }
  } finally {
    await output.close();
  }
  return { rows: gone.length, bytes, sha256: hash.digest('hex') };
}
