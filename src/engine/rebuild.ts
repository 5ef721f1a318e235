import { quoteName } from '../catalogue/render/sql-text';
import type { Table } from '../catalogue/model';
import { deltaSchema } from '../catalogue/render/delta-schema';
import { historyColumns, keepsHistory } from '../catalogue/refined-shape';
import { runStatement, toNumber } from './database';
import {
  commitChange,
  commitLedger,
  openColumns,
  openTable,
  tablePath,
  withSqlTypes,
  type EngineContext,
} from './engine-context';
import type { AddAction } from '../lake/delta-actions';
import type { LakeTable } from './lake-table';
import type { LandedBatch, LandingState } from './landing-state';
import { correctBatch } from './correct';
import { dropWorkingTables, readBatch } from './read-batch';
import { refineBatch, refinedShapes } from './refine';

/**
 * Makes Refined anew from Corrected (`--rebuild`). The former tables are removed with their logs and old versions, so that
 * no old pseudonym stays anywhere. Structure tables are replayed from the landed snapshots, because rows that left the
 * source are in no current snapshot (ROW15).
 */
export async function rebuildRefined(context: EngineContext, state: LandingState): Promise<void> {
  const [connection] = context.connections;
  for (const table of context.catalogue.tables) {
    const isEvents = table.source === 'activity';
    for (const stage of ['general', 'sensitive', ...(isEvents ? (['digital_engagement'] as const) : [])] as const) {
      const files = await context.store.list(tablePath(context.paths, table.name, stage));
      // The log goes last, newest version first: what a crash leaves of it is an older log without a gap.
      const isLog = (path: string): number => Number(path.includes('/_delta_log/'));
      const order = [...files].sort((a, b) => isLog(a.path) - isLog(b.path) || (a.path < b.path ? 1 : -1));
      await context.store.remove(order.map(({ path }) => path));
    }
    const corrected = await openTable(context, connection, table.name, 'Ingested_Corrected');
    if (!corrected.exists) continue;
    context.progress(`Rebuilding ${table.name}`);
    await withdrawStatistics(context, table, corrected);
    // A unit that an earlier run left half committed counts too: Corrected has its rows.
    const last = state.units.flatMap(({ batches }) => batches).find(({ batch }) => batch === corrected.lastBatch);
    if (last === undefined) continue;
    if (keepsHistory(table, context.catalogue)) await replayHistory(context, table, state, last.batch);
    const relation = await corrected.relation(withSqlTypes(table.columns));
    await refineBatch(context, connection, table, last, {
      relation,
      rows: corrected.rows,
      mode: 'replace',
      isRebuild: true,
    });
  }
}

/** Minima and maxima of columns that are protected from now on may not stand in Corrected's log any longer (PRIV3). */
async function withdrawStatistics(context: EngineContext, table: Table, corrected: LakeTable): Promise<void> {
  const open = new Set(openColumns(table).map(({ name }) => name));
  const restated = new Map<AddAction, string>();
  for (const file of corrected.files) {
    const stats = JSON.parse(file.stats ?? '{}') as Record<string, unknown>;
    const kept = Object.fromEntries(
      Object.entries(stats).map(([key, values]) => [
        key,
        typeof values === 'object' && values !== null
          ? Object.fromEntries(Object.entries(values).filter(([name]) => open.has(name)))
          : values,
      ]),
    );
    if (JSON.stringify(kept) !== JSON.stringify(stats)) restated.set(file, JSON.stringify(kept));
  }
  if (restated.size === 0) return;
  const batch = {
    batch: corrected.lastBatch,
    table: table.name,
    rundate: context.startedAt,
    kind: 'snapshot' as const,
  };
  const rows = { total: corrected.rows };
  await corrected.restate(restated, commitLedger(context, batch, 'Ingested_Corrected', rows, { kind: 'catalogue' }));
}

/** Brings the schemas of existing tables to a catalogue that has new columns at the end; old rows are null there. */
export async function extendTables(context: EngineContext, names: readonly string[]): Promise<void> {
  const [connection] = context.connections;
  for (const table of context.catalogue.tables.filter(({ name }) => names.includes(name))) {
    const shapes = [
      { stage: 'Ingested_Corrected' as const, columns: table.columns },
      ...refinedShapes(context, table).map(({ stage, columns, hasHistory }) => ({
        stage,
        columns: hasHistory ? [...columns, ...historyColumns] : columns,
      })),
    ];
    for (const { stage, columns } of shapes) {
      const target = await openTable(context, connection, table.name, stage);
      const schemaString = deltaSchema(columns);
      if (!target.exists || target.schemaString === schemaString) continue;
      const batch = {
        batch: target.lastBatch,
        table: table.name,
        rundate: context.startedAt,
        kind: 'snapshot' as const,
      };
      const ledger = commitLedger(context, batch, stage, { total: target.rows }, { kind: 'catalogue' });
      const change = { adds: [], removes: [], ledger, schemaString, operation: 'WRITE' as const, isTransaction: false };
      await commitChange(context, target, change);
    }
  }
}

/** Refines each earlier state of a structure table in order, as the runs of the past did. */
async function replayHistory(context: EngineContext, table: Table, state: LandingState, until: number): Promise<void> {
  const [connection] = context.connections;
  const columns = table.columns.map(({ name }) => quoteName(name)).join(', ');
  const keys = table.key.map(quoteName).join(', ');
  const present = `replay_${table.name}`;
  const run = (sql: string): Promise<unknown> =>
    runStatement(connection, sql, { doing: 'replaying a structure table', place: { table: table.name } });
  let isStarted = false;
  const stored = await openTable(context, connection, table.name, 'Ingested_Corrected');
  for (const batch of writtenBatches(state, table)) {
    if (batch.batch >= until) break;
    if (batch.kind === 'delete' && !isStarted) continue;
    const there = await Promise.all(batch.files.map((file) => context.store.stat(file.landed)));
    if (there.includes(undefined)) {
      const message = `The landed files of ${batch.rundate} are past their retention: rows that left since then are not rebuilt.`;
      context.messages.push({ severity: 'warning', code: 'ROW15', message, table: table.name });
      continue;
    }
    const raw = await readBatch(context, connection, table, batch);
    // The columns are those that were settled when the batch came: the catalogue may have more by now.
    const settledOrder = (await stored.ledgerOf(batch.batch))?.columns?.flatMap(
      (name) => table.columns.find((column) => column.name === name) ?? [],
    );
    const corrected = await correctBatch(context, connection, table, batch, raw, {
      ownColumns: undefined,
      referenceIds: undefined,
      ...(settledOrder === undefined ? {} : { settledOrder }),
    });
    if (batch.kind === 'snapshot' || !isStarted) {
      await run(`CREATE OR REPLACE TABLE ${present} AS SELECT ${columns} FROM ${corrected.relation}`);
      isStarted = true;
    } else {
      await run(`DELETE FROM ${present} WHERE (${keys}) IN (SELECT (${keys}) FROM ${corrected.relation})`);
      if (batch.kind !== 'delete') await run(`INSERT INTO ${present} SELECT ${columns} FROM ${corrected.relation}`);
    }
    const [count = {}] = await runStatement(connection, `SELECT count(*) AS n FROM ${present}`, {
      doing: 'replaying a structure table',
      place: { table: table.name },
    });
    await refineBatch(context, connection, table, batch, {
      relation: present,
      rows: toNumber(count['n']),
      mode: 'replace',
      isRebuild: true,
    });
    await dropWorkingTables(connection, batch, table);
  }
  await run(`DROP TABLE IF EXISTS ${present}`);
}

/** Batches of a table that its stages were written from, in the order of their numbers. */
function writtenBatches(state: LandingState, table: Table): LandedBatch[] {
  return state.units
    .filter(({ status }) => status === 'processed')
    .flatMap((unit) => {
      const written = new Set(unit.outcomes.filter(({ outcome }) => outcome === 'written').map(({ batch }) => batch));
      return unit.batches.filter((batch) => batch.table === table.name && written.has(batch.batch));
    })
    .sort((a, b) => a.batch - b.batch);
}
