import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { quoteText } from '../catalogue/render/sql-text';
import { InsightsError, type Place } from '../contract/errors';
import type { ErrorCode } from '../contract/error-catalogue';

export interface DatabaseOptions {
  /** Default 2. */
  readonly threads?: number;
  /** Default 1200 MB: with Node's own memory the process stays below 1.5 GB (design.md §9). */
  readonly memoryLimitMegabytes?: number;
  /** Where DuckDB may spill; private to this process. */
  readonly temporaryFolder?: string;
}

/** An in-memory DuckDB with two connections, so that two tables are worked on at a time. */
export interface Database {
  readonly connections: readonly [DuckDBConnection, DuckDBConnection];
  /** Sets the salt as a variable: it never stands in a statement's text, which error messages could quote (PRIV3). */
  setSalt(salt: string): Promise<void>;
  close(): void;
}

export async function openDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads ?? 2),
    memory_limit: `${options.memoryLimitMegabytes ?? 1200}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'false',
    ...(options.temporaryFolder === undefined ? {} : { temp_directory: options.temporaryFolder }),
  });
  const connections: readonly [DuckDBConnection, DuckDBConnection] = [
    await instance.connect(),
    await instance.connect(),
  ];
  for (const connection of connections) await connection.run(`LOAD icu; SET TimeZone = 'UTC'`);
  return {
    connections,
    async setSalt(salt) {
      for (const connection of connections) await connection.run('SET VARIABLE salt = $salt', { salt });
    },
    close() {
      for (const connection of connections) connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A list of paths as a SQL list literal, for `read_parquet`. */
export function quoteList(texts: readonly string[]): string {
  return `[${texts.map(quoteText).join(', ')}]`;
}

/**
 * Runs a statement. DuckDB's own text is never passed on, because it can quote the row it stumbled over (ROW13): the
 * error says what was being done, where, and which kind of failure it was.
 */
export async function runStatement(
  connection: DuckDBConnection,
  sql: string,
  failure: { readonly code?: ErrorCode; readonly doing: string; readonly place?: Place },
): Promise<Record<string, DuckDBValue>[]> {
  try {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowObjects();
  } catch (cause) {
    const code = failure.code ?? 'ENGINE_FAILED';
    throw new InsightsError(code, `The engine failed while ${failure.doing}${reasonOf(cause)}.`, {
      ...(failure.place === undefined ? {} : { place: failure.place }),
      cause,
    });
  }
}

/** The kinds of failure that DuckDB begins its text with, of those that a statement on a lake can meet. */
const failureKinds = [
  'Binder Error',
  'Catalog Error',
  'Constraint Error',
  'Conversion Error',
  'INTERNAL Error',
  'INTERRUPT Error',
  'IO Error',
  'Invalid Error',
  'Invalid Input Error',
  'Not implemented Error',
  'Out of Memory Error',
  'Out of Range Error',
  'Parser Error',
  'Permission Error',
  'Serialization Error',
  'TransactionContext Error',
];

/** Why a statement failed, as the end of a sentence without its full stop; empty where it is none of the known kinds. Never more of DuckDB's text (ROW13). */
export function reasonOf(cause: unknown): string {
  if (isOutOfSpace(cause)) return ': there is no space left';
  const kind = failureKinds.find((known) => (cause as Error).message.startsWith(`${known}: `));
  return kind === undefined ? '' : ` (${kind})`;
}

/** Whether DuckDB says that the disk, a quota or the limit of a file is reached: the system's own words, at the end of its text. */
function isOutOfSpace(cause: unknown): boolean {
  return /(No space left on device|Disk quota exceeded|File too large)\W*$/.test((cause as Error).message);
}

/** A count that DuckDB returns as bigint, as a number; 0 for null. */
export function toNumber(value: DuckDBValue | undefined): number {
  return value === null || value === undefined ? 0 : Number(value);
}
