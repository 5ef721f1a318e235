import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName, quoteText } from '../catalogue/render/sql-text';
import type { Table } from '../catalogue/model';
import { isReadable } from '../catalogue/treatment';
import { deltaSchema } from '../catalogue/render/delta-schema';
import { historyColumns, keepsHistory } from '../catalogue/refined-shape';
import { generalColumns, lookupColumns, type RenderedColumn } from '../catalogue/render/duckdb-treatment';
import type { LandedEvent, RefinedStage } from '../contract/lake-format';
import { stageParquet, type StatisticsColumn } from './data-file';
import { runStatement, toNumber } from './database';
import { commitChange, commitLedger, openTable, withSqlTypes, type EngineContext } from './engine-context';
import type { LakeTable, TableChange } from './lake-table';
import { mergeRows } from './merge';

/** A Refined table of the catalogue: general, or the sensitive lookup. */
interface RefinedShape {
  readonly stage: RefinedStage;
  readonly columns: readonly RenderedColumn[];
  /** Names of the columns that identify a row in it. */
  readonly key: readonly string[];
  /** The columns end with IsCurrent and GoneSince (ROW15). */
  readonly hasHistory: boolean;
}

/** What of Corrected is to be refined. */
export interface RefineInput {
  /** SQL relation with the catalogue's columns: the whole table for a snapshot, the new rows of the batch for activity. */
  readonly relation: string;
  readonly rows: number;
  /** Whether the rows replace the table, or are merged into it by key (additive tables). */
  readonly mode: 'replace' | 'merge';
  /** Set while Refined is made anew from Corrected. */
  readonly isRebuild?: boolean;
}

/** How Refined is to follow a batch; without `relation` it is read from Corrected once that is committed. */
export type RefinePlan = Omit<RefineInput, 'relation'> & { readonly relation: string | undefined };

/** The Refined tables that a catalogue table has. */
export function refinedShapes(context: EngineContext, table: Table): RefinedShape[] {
  const general = generalColumns(table);
  const lookup = lookupColumns(table, context.catalogue);
  const shapes: RefinedShape[] = [
    {
      stage: 'general',
      columns: general,
      key: keyIn(table, general),
      hasHistory: keepsHistory(table, context.catalogue),
    },
  ];
  if (lookup.length > 0) {
    shapes.push({ stage: 'sensitive', columns: lookup, key: keyIn(table, lookup), hasHistory: false });
  }
  return shapes;
}

/** Renders and commits general and sensitive for one batch. Tables that have the batch already are left as they are. */
export async function refineBatch(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedEvent,
  input: RefineInput,
): Promise<void> {
  for (const shape of refinedShapes(context, table)) {
    const target = await openTable(context, connection, table.name, shape.stage);
    if (target.exists && target.lastBatch >= batch.batch) continue;
    await commitChange(context, target, await refineChange(context, connection, table, batch, input, shape, target));
  }
}

async function refineChange(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedEvent,
  input: RefineInput,
  shape: RefinedShape,
  target: LakeTable,
): Promise<TableChange> {
  const history = shape.hasHistory ? historyColumns : [];
  const columns = [...shape.columns, ...history];
  const rendered = [
    ...shape.columns.map(({ name, sql }) => `${sql} AS ${quoteName(name)}`),
    ...(shape.hasHistory ? ['true AS "IsCurrent"', 'NULL::TIMESTAMPTZ AS "GoneSince"'] : []),
  ].join(', ');
  const rows = `SELECT ${rendered} FROM ${input.relation}`;
  const common = { batch: batch.batch, statistics: readableColumns(table, shape), table: table.name };
  const schemaString = deltaSchema(columns);

  if (input.mode === 'merge') {
    const name = `refined_${batch.batch}_${shape.stage}`;
    // The rows are rendered once, to a file; looking for older arrivals reads only its key.
    const staged = await stageParquet(connection, `${rows}${digestOrder(table, shape)}`, {
      ...common,
      folder: context.staging,
      doing: `writing ${shape.stage}`,
    });
    await runStatement(
      connection,
      `CREATE OR REPLACE VIEW ${name} AS ${staged === undefined ? rows : `SELECT * FROM read_parquet(${quoteText(staged.localPath)})`}`,
      { doing: `reading ${shape.stage}`, place: { table: table.name } },
    );
    const merged = await mergeRows(context, connection, target, {
      incoming: name,
      incomingRows: input.rows,
      staged,
      columns: withSqlTypes(columns),
      key: shape.key,
      batch: batch.batch,
      statistics: common.statistics,
      findDuplicates: false,
    });
    await runStatement(connection, `DROP VIEW ${name}`, {
      doing: 'clearing working tables',
      place: { table: table.name },
    });
    const { adds, removes, written, left, total } = merged;
    const counts = { in: input.rows, written, superseded: left, total };
    const ledger = commitLedger(context, batch, shape.stage, counts);
    return { adds, removes, ledger, schemaString, operation: 'MERGE', isTransaction: true };
  }

  const kept = await keptRows(context, connection, table, batch, input, shape, target);
  const staged = await stageParquet(
    connection,
    kept.query === undefined
      ? `${rows}${digestOrder(table, shape)}`
      : `SELECT * FROM (${rows} UNION ALL ${kept.query})${digestOrder(table, shape)}`,
    { ...common, folder: context.staging, doing: `writing ${shape.stage}` },
  );
  const ledger = commitLedger(
    context,
    batch,
    shape.stage,
    {
      in: input.rows,
      written: input.rows,
      superseded: target.rows - kept.rows,
      kept: kept.rows,
      total: input.rows + kept.rows,
    },
    input.isRebuild === true ? { kind: 'rebuild' } : {},
  );
  const adds = staged === undefined ? [] : [staged];
  return { adds, removes: target.files, ledger, schemaString, operation: 'WRITE', isTransaction: true };
}

/** Rows of a structure table that are no longer in the source stay, marked; a lookup keeps what its general keeps (ROW15). */
async function keptRows(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedEvent,
  input: RefineInput,
  shape: RefinedShape,
  target: LakeTable,
): Promise<{ readonly query: string | undefined; readonly rows: number }> {
  if (!keepsHistory(table, context.catalogue) || target.files.length === 0) return { query: undefined, rows: 0 };
  const former = await target.relation(withSqlTypes([...shape.columns, ...(shape.hasHistory ? historyColumns : [])]));
  const rundate = `TIMESTAMPTZ ${quoteText(`${batch.rundate}+00`)}`;
  const key = shape.key.map(quoteName);
  const current = shape.columns.filter(({ name }) => shape.key.includes(name));
  const keys = `SELECT ${current.map(({ name, sql }) => `${sql} AS ${quoteName(name)}`).join(', ')} FROM ${input.relation}`;
  const replaced = shape.hasHistory
    ? `SELECT * REPLACE (false AS "IsCurrent", coalesce("GoneSince", ${rundate}) AS "GoneSince")`
    : 'SELECT *';
  const query = `${replaced} FROM ${former} ANTI JOIN (${keys}) USING (${key.join(', ')})`;
  const [count = {}] = await runStatement(connection, `SELECT count(*) AS n FROM (${query})`, {
    doing: 'counting rows that are kept',
    place: { table: table.name },
  });
  const rows = toNumber(count['n']);
  return rows === 0 ? { query: undefined, rows } : { query, rows };
}

/** Tables about persons come sorted by student number: written in that order, row order would tell who is who (PRIV2). */
function digestOrder(table: Table, shape: RefinedShape): string {
  if (!table.aboutPersons) return '';
  const pseudonyms = shape.columns.filter(({ name }) => name.endsWith('_pseudonym')).map(({ name }) => name);
  const first = pseudonyms.find((name) => shape.key.includes(name)) ?? pseudonyms[0];
  return first === undefined ? '' : ` ORDER BY ${quoteName(first)}`;
}

/** Names of the key columns as they are called in Refined. */
function keyIn(table: Table, columns: readonly RenderedColumn[]): string[] {
  return table.key.map((name) => {
    const pseudonym = `${name}_pseudonym`;
    return columns.some((column) => column.name === pseudonym) ? pseudonym : name;
  });
}

/** Minimum and maximum stand in the log only for columns that are readable in general as they are (PRIV3). */
function readableColumns(table: Table, shape: RefinedShape): StatisticsColumn[] {
  const open = new Set(
    table.columns
      .filter(
        ({ treatment }) => isReadable(treatment) || (treatment.kind === 'generalise' && shape.stage === 'general'),
      )
      .map(({ name }) => name),
  );
  return shape.columns.filter(({ name }) => open.has(name));
}
