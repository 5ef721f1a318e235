import { createHmac } from 'node:crypto';
import { quoteName } from '../../catalogue/render/sql-text';
import { toNumber } from '../../engine/database';
import type { Column } from '../../catalogue/model';
import type { Check, CheckReport } from '../check';
import { digest, generalName, hasField, hasHistory, isHashed, verifySalt } from '../columns';
import { lookupShape } from '../../catalogue/refined-shape';
import { lookupColumns } from '../../catalogue/render/duckdb-treatment';
import type { RefinedTable, VerifyContext } from '../context';

/**
 * Every hashed value round-trips: with the salt, pseudonyms are the digests of the values in Corrected and of the raw
 * values beside them in the lookups. Without it, general is compared with the lookups only, and the check says so.
 */
export const pseudonyms: Check = {
  name: 'pseudonyms round-trip',
  rules: ['PRIV1'],
  async run(context, report) {
    for (const refined of context.refined) {
      const hashed = refined.table.columns.filter(isHashed);
      for (const column of hashed) await checkColumn(refined, column, context, report);
      await checkLookup(refined, context, report);
    }
    if (!context.hasSalt) {
      report.information(
        'Without the salt, digests were not computed: general was compared with the lookups only. Name the salt with --salt-file.',
      );
    }
  },
};

async function checkColumn(
  refined: RefinedTable,
  column: Column,
  context: VerifyContext,
  report: CheckReport,
): Promise<void> {
  const { table, corrected, general, sensitive } = refined;
  const name = generalName(column);
  if (name === undefined || !hasField(general, name) || !hasField(corrected, column.name)) return;
  const place = { table: table.name, column: name };
  const quoted = quoteName(name);
  const published = `(SELECT DISTINCT ${quoted} AS value FROM ${general.relation} WHERE ${quoted} IS NOT NULL)`;

  const [form = {}] = await context.query(
    `SELECT count(*) AS examined, count(*) FILTER (NOT regexp_full_match(value, '[0-9a-f]{64}')) AS wrong FROM ${published}`,
    'looking at the form of pseudonyms',
    place,
  );
  report.examine(toNumber(form['examined']));
  if (toNumber(form['wrong']) > 0) {
    report.error('General has values that are no digest (64 lower-case hex digits) in a pseudonym column.', {
      ...place,
      counts: { values: toNumber(form['wrong']) },
    });
    return;
  }
  if (context.hasSalt && column.treatment.kind === 'hmac') {
    await compareHmacs(refined, column, published, context, report);
  } else if (context.hasSalt) {
    const raw = quoteName(column.name);
    // A digest for each distinct value, not for each row.
    const distinct = `SELECT DISTINCT ${raw} AS value FROM ${corrected.relation} WHERE ${raw} IS NOT NULL`;
    const expected = `(SELECT ${digest('value')} AS value FROM (${distinct}))`;
    const [row = {}] = await context.query(
      `SELECT count(*) FILTER (p.value IS NULL) AS missing, count(*) FILTER (e.value IS NULL) AS foreign_values
       FROM ${expected} e FULL JOIN ${published} p ON e.value = p.value`,
      'comparing pseudonyms with digests',
      place,
    );
    // Rows that are kept after they left the snapshot have values that Corrected no longer has (ROW15).
    const foreign = hasHistory(context.catalogue, table) ? 0 : toNumber(row['foreign_values']);
    if (toNumber(row['missing']) + foreign > 0) {
      report.error(
        'General has pseudonyms that are not the digests of the values in Corrected. Process the lake with --rebuild.',
        {
          ...place,
          counts: { missing: toNumber(row['missing']), foreign },
        },
      );
    }
  } else if (sensitive !== undefined && hasField(sensitive, name)) {
    const [row = {}] = await context.query(
      `SELECT count(*) AS count FROM ${published} WHERE value NOT IN
       (SELECT ${quoted} FROM ${sensitive.relation} WHERE ${quoted} IS NOT NULL)`,
      'comparing general with the lookup',
      place,
    );
    if (toNumber(row['count']) > 0) {
      report.error('General has pseudonyms that the lookup does not have. Process the lake with --rebuild.', {
        ...place,
        counts: { values: toNumber(row['count']) },
      });
    }
  }
}

/** DuckDB has no HMAC: what the engine's SQL or Spark made is held against Node's, value by value. */
async function compareHmacs(
  { table, corrected }: RefinedTable,
  column: Column,
  published: string,
  context: VerifyContext,
  report: CheckReport,
): Promise<void> {
  const place = { table: table.name, column: `${column.name}_pseudonym` };
  const raw = quoteName(column.name);
  const values = await context.query(
    `SELECT DISTINCT CAST(${raw} AS VARCHAR) AS value FROM ${corrected.relation} WHERE ${raw} IS NOT NULL`,
    'reading values of Corrected',
    place,
  );
  const salt = context.options.salt ?? '';
  const expected = new Set(values.map(({ value }) => createHmac('sha256', salt).update(String(value)).digest('hex')));
  const found = (await context.query(`SELECT value FROM ${published}`, 'reading pseudonyms', place)).map(({ value }) =>
    String(value),
  );
  const foreign = hasHistory(context.catalogue, table) ? 0 : found.filter((value) => !expected.has(value)).length;
  const present = new Set(found);
  const missing = [...expected].filter((value) => !present.has(value)).length;
  if (missing + foreign > 0) {
    report.error(
      'General has pseudonyms that are not the HMACs of the values in Corrected. Process the lake with --rebuild.',
      { ...place, counts: { missing, foreign } },
    );
  }
}

/** Raw values and pseudonyms that stand beside each other in a lookup belong together. */
async function checkLookup(refined: RefinedTable, context: VerifyContext, report: CheckReport): Promise<void> {
  const { table, sensitive } = refined;
  if (sensitive === undefined) return;
  const kinds = new Map(lookupShape(table, context.catalogue).map((column) => [column.name, column.making.kind]));
  for (const { name, sql } of lookupColumns(table, context.catalogue, verifySalt)) {
    const rawName = name.replace(/_pseudonym$/, '');
    if (rawName === name || !hasField(sensitive, name) || !hasField(sensitive, rawName)) continue;
    const place = { table: table.name, column: name };
    const [raw, quoted] = [quoteName(rawName), quoteName(name)];
    // A masked column has the pseudonym that its domain has elsewhere.
    const isHmac = kinds.get(name) === 'hmac';
    const wrong = context.hasSalt
      ? `${isHmac ? sql : digest(raw)} IS DISTINCT FROM ${quoted}`
      : `(${raw} IS NULL) <> (${quoted} IS NULL)`;
    const [row = {}] = await context.query(
      `SELECT count(*) AS examined, count(*) FILTER (${wrong}) AS wrong,
              count(DISTINCT ${raw}) AS raw_values, count(DISTINCT ${quoted}) AS pseudonyms,
              count(DISTINCT ${raw} || chr(31) || ${quoted}) AS pairs FROM ${sensitive.relation}`,
      'comparing raw values and pseudonyms of the lookup',
      place,
    );
    report.examine(toNumber(row['examined']));
    const pairs = toNumber(row['pairs']);
    if (toNumber(row['wrong']) > 0) {
      report.error(
        'The lookup has raw values beside pseudonyms that are not theirs. Process the lake with --rebuild.',
        {
          ...place,
          counts: { rows: toNumber(row['wrong']) },
        },
      );
    } else if (toNumber(row['raw_values']) !== pairs || toNumber(row['pseudonyms']) !== pairs) {
      report.error('The lookup gives one raw value several pseudonyms, or one pseudonym several raw values.', {
        ...place,
        counts: { rawValues: toNumber(row['raw_values']), pseudonyms: toNumber(row['pseudonyms']), pairs },
      });
    }
  }
}
