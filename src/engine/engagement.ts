import type { DuckDBConnection } from '@duckdb/node-api';
import { engagementColumns, engagementPartitions, type EngagementColumn } from '../catalogue/digital-engagement';
import type { Table } from '../catalogue/model';
import { deltaSchema } from '../catalogue/render/delta-schema';
import { engagementExpression } from '../catalogue/render/duckdb-engagement';
import { generalColumns } from '../catalogue/render/duckdb-treatment';
import { quoteName } from '../catalogue/render/sql-text';
import { stageParquet, type StagedFile } from './data-file';
import { runStatement, toNumber } from './database';
import { commitChange, commitLedger, openTable, withSqlTypes, type EngineContext } from './engine-context';
import { recordsOf, type LakeTable } from './lake-table';
import type { AddAction } from '../lake/delta-actions';

/** What is to happen to `activity_events`. */
interface EventChange {
  readonly adds: readonly StagedFile[];
  readonly removes: readonly AddAction[];
  readonly written: number;
  readonly superseded: number;
}

/**
 * Brings stage 3's `activity_events` to Refined/general/activity (lake-format.md §6), in one commit. What changed is read from
 * general's log: the rows of its files that are new since the batch that the events have, less those of the files that
 * are gone. So the cost follows what the batches touched, it does not matter which engine wrote them, and after a crash
 * the next run does the same. Where the log does not tell, or the sum is not right, all events are made anew.
 */
export async function followEngagement(context: EngineContext): Promise<void> {
  const activity = context.catalogue.tables.find(({ source }) => source === 'activity');
  if (activity === undefined) return;
  const [connection] = context.connections;
  const general = await openTable(context, connection, activity.name, 'general');
  const events = await openTable(context, connection, activity.name, 'digital_engagement');
  if (!general.exists || (events.exists && events.lastBatch >= general.lastBatch)) return;
  context.progress('Digital Engagement');
  const work = new EventsWork(context, connection, activity, general, events);
  const change = (await work.changed()) ?? (await work.all());
  const source = await general.ledgerOf(general.lastBatch);
  const { batch, table, rundate } = {
    batch: general.lastBatch,
    table: activity.name,
    rundate: source?.rundate ?? context.startedAt,
  };
  const { adds, removes, written, superseded } = change;
  const rows = { in: written, written, superseded, total: events.rows - superseded + written };
  await commitChange(context, events, {
    adds,
    removes,
    ledger: commitLedger(context, { batch, table, rundate, kind: 'additive' }, 'digital_engagement', rows),
    schemaString: deltaSchema(work.columns),
    partitionColumns: engagementPartitions,
    operation: 'MERGE',
    isTransaction: true,
  });
}

class EventsWork {
  readonly columns: readonly EngagementColumn[];
  /** Columns that are in the files. */
  private readonly stored: readonly EngagementColumn[];

  constructor(
    private readonly context: EngineContext,
    private readonly connection: DuckDBConnection,
    private readonly activity: Table,
    private readonly general: LakeTable,
    private readonly events: LakeTable,
  ) {
    this.columns = engagementColumns(activity);
    this.stored = this.columns.filter(({ name }) => !engagementPartitions.includes(name));
  }

  /** Undefined when it cannot be told what changed. */
  async changed(): Promise<EventChange | undefined> {
    const { general, events } = this;
    const before = events.exists ? await general.filesAfter(events.lastBatch) : undefined;
    if (before === undefined) return undefined;
    const paths = new Set(general.files.map(({ path }) => path));
    const known = new Set(before.map(({ path }) => path));
    const gone = before.filter(({ path }) => !paths.has(path));
    const fresh = general.files.filter(({ path }) => !known.has(path));
    const [arrived, left] = [await this.rendered(fresh), await this.rendered(gone)];
    const isAppend = gone.length === 0;
    if (!isAppend) await this.cancelOut(arrived, left);
    const incoming = isAppend ? arrived : 'fresh_events';
    const outgoing = isAppend ? left : 'gone_events';
    const [written, superseded] = [await this.count(incoming), await this.count(outgoing)];
    const isComplete = events.rows - superseded + written === general.rows;
    const rest = isComplete ? await this.without(outgoing) : undefined;
    const change =
      rest === undefined || rest.left !== superseded
        ? undefined
        : { adds: [...rest.adds, ...(await this.stage(incoming))], removes: rest.removes, written, superseded };
    await this.clear();
    return change;
  }

  /** All events, made anew. */
  async all(): Promise<EventChange> {
    const { general, events } = this;
    const adds = await this.stage(await this.rendered(general.files));
    return { adds, removes: events.files, written: general.rows, superseded: events.rows };
  }

  /** Rows of files of general as events. */
  private async rendered(files: readonly AddAction[]): Promise<string> {
    const relation = await this.general.relation(withSqlTypes(generalColumns(this.activity)), files);
    const columns = this.columns.map((column) => `${engagementExpression(column)} AS ${quoteName(column.name)}`);
    return `(SELECT ${columns.join(', ')} FROM ${relation})`;
  }

  /** Rows that only moved from one file of general to another are no change. */
  private async cancelOut(arrived: string, left: string): Promise<void> {
    await this.run(`CREATE OR REPLACE TEMP TABLE fresh_events AS FROM ${arrived} EXCEPT ALL FROM ${left}`);
    await this.run(`CREATE OR REPLACE TEMP TABLE gone_events AS FROM ${left} EXCEPT ALL FROM ${arrived}`);
  }

  /** The files of the partitions that rows leave, written again without them. */
  private async without(gone: string): Promise<{ adds: StagedFile[]; removes: AddAction[]; left: number }> {
    const adds: StagedFile[] = [];
    const removes: AddAction[] = [];
    let left = 0;
    for (const partition of await this.partitions(gone)) {
      const files = this.events.files.filter(({ partitionValues }) =>
        Object.entries(partition).every(([column, value]) => partitionValues[column] === value),
      );
      for (const file of files) {
        const relation = await this.events.relation(withSqlTypes(this.stored), [file]);
        const query = `SELECT * FROM ${relation} ANTI JOIN ${gone} USING ("event_id")`;
        const rest = await this.stageOne(query, 'rest', partition);
        const fewer = recordsOf(file) - (rest?.rows ?? 0);
        if (fewer === 0) continue;
        left += fewer;
        removes.push(file);
        if (rest !== undefined) adds.push(rest);
      }
    }
    return { adds, removes, left };
  }

  private async stage(relation: string): Promise<StagedFile[]> {
    const names = this.stored.map(({ name }) => quoteName(name)).join(', ');
    const staged: StagedFile[] = [];
    for (const partition of await this.partitions(relation)) {
      const condition = Object.entries(partition).map(([column, value]) => `${quoteName(column)} = ${value}`);
      const query = `SELECT ${names} FROM ${relation} WHERE ${condition.join(' AND ')}`;
      staged.push((await this.stageOne(query, 'part', partition))!);
    }
    return staged;
  }

  private async stageOne(
    query: string,
    prefix: 'part' | 'rest',
    partition: Readonly<Record<string, string>>,
  ): Promise<StagedFile | undefined> {
    const file = await stageParquet(this.connection, query, {
      folder: this.context.staging,
      batch: this.general.lastBatch,
      statistics: this.stored.filter(({ type }) => type === 'timestamp'),
      table: this.activity.name,
      doing: 'writing events',
      prefix,
    });
    return file === undefined ? undefined : { ...file, partition };
  }

  /** The partitions in which a relation has rows, in order. */
  private async partitions(relation: string): Promise<Readonly<Record<string, string>>[]> {
    const names = engagementPartitions.map(quoteName).join(', ');
    const rows = await this.run(`SELECT DISTINCT ${names} FROM ${relation} ORDER BY ${names}`);
    return rows.map((row) => Object.fromEntries(engagementPartitions.map((name) => [name, String(row[name])])));
  }

  private async count(relation: string): Promise<number> {
    const [row = {}] = await this.run(`SELECT count(*) AS n FROM ${relation}`);
    return toNumber(row['n']);
  }

  private async clear(): Promise<void> {
    for (const name of ['fresh_events', 'gone_events']) await this.run(`DROP TABLE IF EXISTS ${name}`);
  }

  private run(sql: string): ReturnType<typeof runStatement> {
    return runStatement(this.connection, sql, { doing: 'following activity', place: { table: this.activity.name } });
  }
}
