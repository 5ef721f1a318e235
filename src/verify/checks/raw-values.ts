import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName, quoteText } from '../../catalogue/render/sql-text';
import { qualifiedName } from '../../catalogue/treatment';
import { toNumber } from '../../engine/database';
import { acceptedRelation } from '../accepted';
import type { Check, CheckReport } from '../check';
import { generalName, hasField, isHashed } from '../columns';
import type { VerifyContext } from '../context';
import { PieceFilter } from '../piece-filter';

/** Below this length a raw value is looked for as a whole cell only: shorter ones are in other texts by chance (PRIV1). */
const shortestPart = 8;

/** Shown as place of a value that stands in the name of a file (PRIV3). */
const fileNames = 'file names';

/** A raw value of a hashed domain stands nowhere in general: not as a cell, not inside a longer text (PRIV1, PRIV3). */
export const rawValues: Check = {
  name: 'no raw identifier is in general',
  rules: ['PRIV1', 'PRIV3'],
  async run(context, report) {
    const doing = 'looking for raw values in general';
    const run = async (sql: string): Promise<void> => void (await context.query(sql, doing));
    try {
      await run('CREATE OR REPLACE TEMP TABLE verify_raw (source VARCHAR, value VARCHAR)');
      await run('CREATE OR REPLACE TEMP TABLE verify_shown (place VARCHAR, value VARCHAR)');
      for (const insert of [...rawInserts(context), ...shownInserts(context)]) await run(insert);
      await insertFileNames(context);
      const [row = {}] = await context.query('SELECT count(*) AS count FROM verify_raw', doing);
      report.examine(toNumber(row['count']));
      for (const hit of await context.query(wholeCells, doing)) sayHit(hit, 'as a whole cell', context, report);
      await run(needles);
      await findSuspects(context);
      for (const hit of await context.query(parts, doing)) sayHit(hit, 'inside longer texts', context, report);
    } finally {
      for (const table of ['verify_raw', 'verify_shown', 'verify_needle', 'verify_suspect'])
        await run(`DROP TABLE IF EXISTS ${table}`);
    }
  },
};

/** Distinct raw values, in lower case: a GUID in capitals is the same GUID. */
function rawInserts(context: VerifyContext): string[] {
  return context.refined.flatMap(({ table, corrected }) =>
    table.columns
      .filter((column) => isHashed(column) && hasField(corrected, column.name))
      .map((column) =>
        insertDistinct('verify_raw', qualifiedName(table.name, column), column.name, corrected.relation),
      ),
  );
}

/** Every text column of general as it is there, whatever the catalogue says, but for digests and masks (other checks). */
function shownInserts(context: VerifyContext): string[] {
  return context.refined.flatMap(({ table, general }) => {
    const others = new Set(
      table.columns
        .filter((column) => isHashed(column) || column.treatment.kind === 'mask')
        .flatMap((column) => generalName(column) ?? []),
    );
    return general.fields
      .filter(({ name, type }) => type === 'string' && !others.has(name))
      .map((field) => insertDistinct('verify_shown', qualifiedName(table.name, field), field.name, general.relation));
  });
}

function insertDistinct(into: string, label: string, column: string, relation: string): string {
  return `INSERT INTO ${into} SELECT DISTINCT ${quoteText(label)}, lower(trim(CAST(${quoteName(column)} AS VARCHAR)))
    FROM ${relation} WHERE ${quoteName(column)} IS NOT NULL AND trim(CAST(${quoteName(column)} AS VARCHAR)) <> ''`;
}

/** Names of the tables' data files and of the landed files; their folders are the lake's own words. */
async function insertFileNames(context: VerifyContext): Promise<void> {
  const landed = context.ledger.units.flatMap(({ batches }) =>
    batches.flatMap(({ files }) => files.map((file) => file.landed)),
  );
  const data = context.tables.flatMap(({ stages }) =>
    [...stages.values()].flatMap(({ files }) => files.map(({ path }) => path)),
  );
  const names = [...new Set([...landed, ...data].map((path) => path.slice(path.lastIndexOf('/') + 1).toLowerCase()))];
  if (names.length === 0) return;
  const values = names.map((name) => `(${quoteText(fileNames)}, ${quoteText(name)})`).join(', ');
  await context.query(`INSERT INTO verify_shown VALUES ${values}`, 'looking at file names');
}

/** One or two short running numbers are in many columns by chance. */
const summary = `count(*) AS hits,
  count(*) <= 2 AND bool_and(length(value) < ${shortestPart} AND regexp_full_match(value, '[0-9]+')) AS is_chance`;

const wholeCells = `SELECT source, place, ${summary} FROM verify_raw JOIN verify_shown USING (value) GROUP BY ALL ORDER BY ALL`;

/**
 * One piece of eight characters per raw value, by which the texts that may contain it are found: the rarest of first,
 * middle and last piece, because identifiers share beginnings (`section_`) or ends (`@school.example`).
 */
const needles = `CREATE OR REPLACE TEMP TABLE verify_needle AS
  WITH values_of AS (SELECT DISTINCT value FROM verify_raw WHERE length(value) >= ${shortestPart}),
  pieces AS (
    SELECT value, unnest([substr(value, 1, 8), substr(value, (length(value) - 8) // 2 + 1, 8), substr(value, length(value) - 7, 8)]) AS piece
    FROM values_of),
  frequencies AS (SELECT piece, count(*) AS frequency FROM pieces GROUP BY piece)
  SELECT value, arg_min(piece, frequency) AS piece FROM pieces JOIN frequencies USING (piece) GROUP BY value`;

/** A GUID, or as many hexadecimal digits in a row. */
const guid = '[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|[0-9a-f]{32,}';

/** Texts that are longer than the shortest raw value. */
const texts = `SELECT DISTINCT value FROM verify_shown
  WHERE length(value) > (SELECT coalesce(min(length(value)), 1000000000) FROM verify_needle)`;

/** A GUID can contain raw values of its own letters with a dash only (numbers do not count, see `parts`). */
const partsOfGuids = `SELECT count(*) AS count FROM verify_needle WHERE length(value) < 36 AND regexp_full_match(value, '[0-9a-f]*-[0-9a-f-]*')`;

/** Leaves the texts that may contain a piece of a raw value in `verify_suspect`; memory follows the number of raw values. */
async function findSuspects(context: VerifyContext): Promise<void> {
  const { connection } = context.options;
  const doing = 'looking for raw values inside longer texts';
  await context.query('CREATE OR REPLACE TEMP TABLE verify_suspect (text VARCHAR)', doing);
  const [row = {}] = await context.query('SELECT count(DISTINCT piece) AS count FROM verify_needle', doing);
  const filter = new PieceFilter(toNumber(row['count']));
  await forEachText(connection, 'SELECT DISTINCT piece FROM verify_needle', (piece) => filter.add(piece));
  const [{ count: inGuids } = {}] = await context.query(partsOfGuids, doing);
  const worthwhile = toNumber(inGuids) > 0 ? texts : `${texts} AND NOT regexp_full_match(value, '${guid}')`;
  const suspects: string[] = [];
  await forEachText(connection, worthwhile, (text) => void (filter.maySuspect(text) && suspects.push(text)));
  const appender = await connection.createAppender('verify_suspect', 'main', 'temp');
  for (const suspect of suspects) {
    appender.appendVarchar(suspect);
    appender.endRow();
  }
  appender.closeSync();
}

async function forEachText(connection: DuckDBConnection, sql: string, use: (text: string) => void): Promise<void> {
  const result = await connection.stream(sql);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const value of chunk.getColumnValues(0)) use(String(value));
  }
}

/**
 * Cuts the suspects into pieces of eight characters, joins by them, and looks at each pair. Eight digits stand in one of
 * many GUIDs by chance: a number, or a run of hexadecimal digits, counts outside of GUIDs only, and not as part of a longer number.
 * Within a word, fewer than one in a thousand of a column's raw values are taken for chance too, and said as a warning.
 */
const parts = `
  WITH cut AS (SELECT text, substr(text, unnest(range(1, length(text) - 6)), 8) AS piece FROM verify_suspect),
  found AS (
    SELECT DISTINCT cut.text, needle.value, regexp_matches(cut.text, '(^|[^0-9a-z])' || regexp_escape(needle.value) || '([^0-9a-z]|$)') AS is_word
    FROM cut JOIN verify_needle needle ON cut.piece = needle.piece
    WHERE length(cut.text) > length(needle.value) AND contains(cut.text, needle.value)
      AND CASE
        WHEN regexp_full_match(needle.value, '[0-9]+')
          THEN regexp_matches(regexp_replace(cut.text, '${guid}', ' ', 'g'), '(^|[^0-9])' || needle.value || '([^0-9]|$)')
        WHEN regexp_full_match(needle.value, '[0-9a-f]+')
          THEN contains(regexp_replace(cut.text, '${guid}', ' ', 'g'), needle.value)
        ELSE true END),
  sizes AS (SELECT source, count(*) AS size FROM verify_raw GROUP BY source)
  SELECT source, place, count(*) AS hits, NOT bool_or(is_word) AND count(*) * 1000 < any_value(size) AS is_chance FROM (
    SELECT raw.source, shown.place, found.value, bool_or(is_word) AS is_word FROM found
    JOIN verify_raw raw ON raw.value = found.value JOIN verify_shown shown ON shown.value = found.text GROUP BY ALL)
  JOIN sizes USING (source)
  GROUP BY ALL ORDER BY ALL`;

function sayHit(hit: Record<string, unknown>, how: string, context: VerifyContext, report: CheckReport): void {
  const [source, place, hits] = [String(hit['source']), String(hit['place']), Number(hit['hits'])];
  const counts = { values: hits };
  if (place === fileNames) {
    report.error(`Raw values of ${source} stand ${how} in names of files. Rename the files at their source.`, {
      counts,
    });
    return;
  }
  const [table = '', column = ''] = place.split('.');
  const details = { table, column, counts };
  const accepted = acceptedRelation(context.catalogue, source, place);
  if (accepted !== undefined) {
    report.information(
      `Raw values of ${source} stand ${how} in ${place}, which the catalogue accepts: ${accepted.reason}`,
      details,
    );
  } else if (hit['is_chance'] === true) {
    report.warning(
      `A few raw values of ${source} stand ${how} in ${place}: by chance, as far as can be told.`,
      details,
    );
  } else {
    report.error(
      `Raw values of ${source} stand ${how} in ${place}. Give the column another treatment in metadata.csv, or list the relation with its reason in tables.json.`,
      details,
    );
  }
}
