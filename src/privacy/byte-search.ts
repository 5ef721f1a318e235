import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName, quoteText } from '../catalogue/render/sql-text';
import { LakePaths, reportsFolder } from '../contract/lake-paths';
import { runStatement, toNumber } from '../engine/database';
import { fileChunks } from '../engine/delimited-reader';
import type { LakeStore } from '../lake/store';

/** What a search of all bytes of a workspace came to. Names of files, never what was found in them. */
export interface SearchResult {
  readonly files: number;
  readonly bytes: number;
  /** Lake paths of files in which a needle was found. */
  readonly found: readonly string[];
}

/** Folders below which a workspace keeps anything that came from a delivery. Pre-landing is the provider's. */
function searchedFolders(workspace: string): string[] {
  const paths = new LakePaths(workspace, '');
  return [
    `${paths.stage(1)}/Transactional/M365`,
    ...['Ingested', 'Ingested_Corrected', 'Rejected', 'Refined'].map((stage) => `${paths.stage(2)}/${stage}/M365`),
    paths.engagementFolder,
    `${reportsFolder}/${workspace}`,
  ];
}

/**
 * Searches every file of a workspace for texts (ERASE3): the bytes of each file, in the ways in which CSV, JSON, logs and
 * UTF-16 write a text, and of parquet files, which are compressed, the cells of every column too.
 */
export async function searchBytes(
  store: LakeStore,
  connection: DuckDBConnection,
  workspace: string,
  needles: readonly string[],
  progress: (text: string) => void,
): Promise<SearchResult> {
  const patterns = needles.flatMap(waysToWrite);
  await runStatement(connection, 'CREATE OR REPLACE TEMP TABLE needles (needle VARCHAR)', { doing: 'searching' });
  for (const needle of needles) await connection.run('INSERT INTO needles VALUES ($needle)', { needle });
  const found: string[] = [];
  let [files, bytes] = [0, 0];
  for (const folder of searchedFolders(workspace)) {
    progress(`Searching ${folder}`);
    for (const file of await store.list(folder)) {
      files += 1;
      bytes += file.bytes;
      const local = await store.localPath(file.path);
      const isFound =
        (await hasBytes(local, patterns)) || (file.path.endsWith('.parquet') && (await hasCells(connection, local)));
      if (isFound) found.push(file.path);
    }
  }
  await runStatement(connection, 'DROP TABLE needles', { doing: 'searching' });
  return { files, bytes, found };
}

function waysToWrite(needle: string): Buffer[] {
  const texts = new Set([needle, needle.replaceAll('"', '""'), JSON.stringify(needle).slice(1, -1), encodeURI(needle)]);
  return [...texts].flatMap((text) => [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]);
}

/** A needle may lie across two pieces: the end of one is searched again with the next. */
async function hasBytes(local: string, patterns: readonly Buffer[]): Promise<boolean> {
  const overlap = Math.max(0, ...patterns.map(({ length }) => length - 1));
  let rest = Buffer.alloc(0);
  for await (const chunk of fileChunks(local)) {
    const piece = Buffer.concat([rest, chunk]);
    if (patterns.some((pattern) => piece.includes(pattern))) return true;
    rest = piece.subarray(Math.max(0, piece.length - overlap));
  }
  return false;
}

async function hasCells(connection: DuckDBConnection, local: string): Promise<boolean> {
  const source = `read_parquet(${quoteText(local)}, hive_partitioning = false)`;
  const doing = { doing: 'searching the cells of a table' };
  const columns = await runStatement(connection, `DESCRIBE SELECT * FROM ${source}`, doing);
  // Bytes are compared as hexadecimal digits: as text they may be no text.
  const cells = columns.map(({ column_name: name, column_type: type }) =>
    type === 'BLOB' ? `hex(${quoteName(String(name))})` : `CAST(${quoteName(String(name))} AS VARCHAR)`,
  );
  const isHit = `contains(line, needle) OR contains(line, hex(encode(needle)))`;
  const [row = {}] = await runStatement(
    connection,
    `SELECT count(*) AS n FROM (SELECT concat_ws(chr(31), ${cells.join(', ')}) AS line FROM ${source})
     WHERE EXISTS (SELECT 1 FROM needles WHERE ${isHit})`,
    doing,
  );
  return toNumber(row['n']) > 0;
}
