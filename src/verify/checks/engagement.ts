import { engagementColumns, engagementPartitions } from '../../catalogue/digital-engagement';
import { engagementExpression } from '../../catalogue/render/duckdb-engagement';
import { quoteName, quoteText } from '../../catalogue/render/sql-text';
import { transactionAppId } from '../../contract/lake-format';
import { toNumber } from '../../engine/database';
import type { Check, CheckReport } from '../check';
import type { RefinedTable, VerifyContext } from '../context';
import { readStageTable, type StageTable } from '../stage-table';

/** Stage 3's events are the signals of general, one for one, each in the partition of its month (lake-format.md §6). */
export const engagement: Check = {
  name: 'events of stage 3 are those of activity',
  rules: ['ROW14'],
  async run(context, report) {
    const activity = context.refined.find(({ table }) => table.source === 'activity');
    const { store, paths, options } = context;
    const events = await readStageTable(store, options.connection, {
      stage: 'digital_engagement',
      table: activity?.table.name ?? 'activity',
      path: paths.engagementEvents,
    });
    if (activity === undefined || events === undefined) return;
    if (lastBatch(events) < lastBatch(activity.general)) {
      report.warning('Stage 3 is behind activity: run insights process without --no-digital-engagement.', {
        table: events.table,
        counts: { events: events.rows, activity: activity.general.rows },
      });
      return;
    }
    if (!hasColumns(events, activity, report)) return;
    await compareRows(context, events, activity, report);
    await comparePartitions(context, events, report);
    await compareFolder(context, events, report);
  },
};

function lastBatch(stage: StageTable): number {
  const appId = transactionAppId(stage.table, stage.stage);
  return Math.max(0, ...stage.commits.flatMap(({ txn }) => (txn?.appId === appId ? [txn.version] : [])));
}

function hasColumns(events: StageTable, { table }: RefinedTable, report: CheckReport): boolean {
  const expected = engagementColumns(table).map(({ name, type }) => `${name} ${type}`);
  const found = events.fields.map(({ name, type }) => `${name} ${type}`);
  const isSame = found.join() === expected.join() && events.partitionColumns.join() === engagementPartitions.join();
  report.examine(found.length);
  if (!isSame) {
    report.error('The table of events has other columns, types or partitions than it should. Process with --rebuild.', {
      table: events.table,
    });
  }
  return isSame;
}

async function compareRows(
  context: VerifyContext,
  events: StageTable,
  { table, general }: RefinedTable,
  report: CheckReport,
): Promise<void> {
  const columns = engagementColumns(table).filter(({ name }) => !engagementPartitions.includes(name));
  const names = columns.map(({ name }) => quoteName(name)).join(', ');
  const made = columns.map((column) => `${engagementExpression(column)} AS ${quoteName(column.name)}`).join(', ');
  const [stored, expected] = [`SELECT ${names} FROM ${events.relation}`, `SELECT ${made} FROM ${general.relation}`];
  const [row = {}] = await context.query(
    `SELECT (SELECT count(*) FROM (${stored} EXCEPT ALL ${expected})) AS strange,
       (SELECT count(*) FROM (${expected} EXCEPT ALL ${stored})) AS missing`,
    'comparing events with activity',
    { table: events.table },
  );
  report.examine(general.rows);
  const [strange, missing] = [toNumber(row['strange']), toNumber(row['missing'])];
  if (strange + missing === 0) return;
  report.error('The events of stage 3 are not those of activity. Process the lake with --rebuild.', {
    table: events.table,
    counts: { strange, missing },
  });
}

/** A file's folder, which the log repeats, says the month of all its rows. */
async function comparePartitions(context: VerifyContext, events: StageTable, report: CheckReport): Promise<void> {
  for (const { path, local } of events.files) {
    if (local === undefined) continue;
    const [, year = 'NULL', month = 'NULL'] = /\/year=(\d+)\/month=(\d+)\/[^/]+$/.exec(path) ?? [];
    const [row = {}] = await context.query(
      `SELECT count(*) FILTER (year("event_eventTime") IS DISTINCT FROM ${year}
         OR month("event_eventTime") IS DISTINCT FROM ${month}) AS n
       FROM read_parquet(${quoteText(local)}, hive_partitioning = false)`,
      'looking at the partitions of events',
      { table: events.table, file: path },
    );
    report.examine();
    const rows = toNumber(row['n']);
    if (rows > 0)
      report.error('A file of events holds rows of another month.', {
        table: events.table,
        file: path,
        counts: { rows },
      });
  }
}

async function compareFolder(context: VerifyContext, events: StageTable, report: CheckReport): Promise<void> {
  const log = `${events.path}/_delta_log/`;
  const listed = (await context.list(events.path)).map(({ path }) => path);
  const known = new Set([...events.files.map(({ path }) => path), ...events.formerFiles]);
  const strangers = listed.filter((path) => path.endsWith('.parquet') && !path.startsWith(log) && !known.has(path));
  const missing = events.files.filter(({ path }) => !listed.includes(path));
  report.examine(listed.length);
  const place = { table: events.table };
  if (strangers.length > 0)
    report.error('The folder of events holds files that no version of its log mentions.', {
      ...place,
      counts: { files: strangers.length },
    });
  if (missing.length > 0)
    report.error('The log of events refers to files that are not there. Process the lake with --rebuild.', {
      ...place,
      counts: { files: missing.length },
    });
}
