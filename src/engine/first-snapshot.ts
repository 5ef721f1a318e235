import { duckdbType } from '../catalogue/render/duckdb-cast';
import { quoteName } from '../catalogue/render/sql-text';
import type { Catalogue } from '../catalogue/model';
import type { ReportMessage } from '../contract/lake-format';
import { runStatement, toNumber } from './database';
import { openTable, type EngineContext, type EngineSettings } from './engine-context';
import type { PreparedBatch } from './prepare-batch';
import { normalised } from './row-rules';

/** Tables without which a roster folder is not complete (ROW2): the environment's, else those that the catalogue marks. */
export function requiredTables(settings: EngineSettings, { tables }: Catalogue): readonly string[] {
  return (
    settings.requiredTables ??
    tables.filter(({ required, source }) => required && source === 'roster').map(({ name }) => name)
  );
}

/**
 * What the first snapshot of a required table tells of itself, where there is none before it to be held against (ROW5): that it has no
 * rows, or that more of the keys that the other tables of its folder refer to are missing than a later snapshot may take away.
 * Warnings: the first delivery of a school may be small, and nothing is lost by taking it.
 */
export async function firstSnapshotMessages(
  context: EngineContext,
  prepared: readonly PreparedBatch[],
): Promise<ReportMessage[]> {
  const messages: ReportMessage[] = [];
  const required = requiredTables(context.settings, context.catalogue);
  for (const one of prepared) {
    const { table, batch, corrected } = one;
    if (batch.kind !== 'snapshot' || !required.includes(table.name)) continue;
    const before = await openTable(context, context.connections[0], table.name, 'Ingested_Corrected');
    if (before.rows > 0) continue;
    const file = batch.files[0]?.landed;
    const warning = {
      severity: 'warning',
      code: 'ROW5',
      table: table.name,
      ...(file === undefined ? {} : { file }),
    } as const;
    if (corrected.rows === 0) {
      const message = 'The first snapshot of this table is empty, and there is none before it to hold it against.';
      messages.push({ ...warning, message, counts: { rows: 0 } });
      continue;
    }
    const { referred, missing } = await unresolvedKeys(context, one, prepared);
    if (missing <= context.settings.heldShare * referred) continue;
    const message = `${missing} of ${referred} keys that other tables refer to are not in the first snapshot of this table: it may have been cut.`;
    messages.push({ ...warning, message, counts: { rows: corrected.rows, referred, missing } });
  }
  return messages;
}

/** How many different keys the other tables of the folder refer to, and how many of these are not there. */
async function unresolvedKeys(
  { connections }: EngineContext,
  { table, corrected }: PreparedBatch,
  prepared: readonly PreparedBatch[],
): Promise<{ readonly referred: number; readonly missing: number }> {
  const [key = ''] = table.key;
  // A Ref… id that resolves nowhere is a matter of its own (ROW7).
  if (table.key.length !== 1 || table.name === 'RefDefinition') return { referred: 0, missing: 0 };
  const referring = prepared.flatMap((other) =>
    other.table.references
      .filter((reference) => other.table !== table && reference.table === table.name && reference.target === key)
      .map(({ column }) => `SELECT ${normalisedColumn(column)} AS id FROM ${other.corrected.relation}`),
  );
  if (referring.length === 0) return { referred: 0, missing: 0 };
  const [row = {}] = await runStatement(
    connections[0],
    `SELECT count(*) AS referred, count(*) FILTER (id NOT IN (SELECT ${normalisedColumn(key)} FROM ${corrected.relation})) AS missing
     FROM (${referring.join(' UNION ')}) WHERE id IS NOT NULL`,
    { doing: 'comparing a first snapshot with what refers to it', place: { table: table.name } },
  );
  return { referred: toNumber(row['referred']), missing: toNumber(row['missing']) };
}

function normalisedColumn(name: string): string {
  return normalised(`CAST(${quoteName(name)} AS ${duckdbType('string')})`);
}
