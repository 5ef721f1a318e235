import { loadCatalogue } from '../catalogue/load';
import { InsightsError } from '../contract/errors';
import type { RunReport } from '../contract/lake-format';
import { reportsFolder, type LakePaths } from '../contract/lake-paths';
import { openDatabase, runStatement } from '../engine/database';
import type { LakeStore } from '../lake/store';
import { generalRelations } from '../powerbi/general-relations';
import { dictionary } from '../powerbi/lineage/dictionary';
import { sourceTables } from '../powerbi/measures/relations';
import { countEngagement, type EngagementCube } from './cube/engagement-cube';
import { engagementOverview, schoolNumbers } from './cube/publish';
import { makeSignalTables } from './cube/signal-table';
import type { SchoolNumbers, Site, Term } from './published';
import { readRuns } from './runs';

export interface DashboardOptions {
  readonly store: LakeStore;
  readonly paths: LakePaths;
  /** IANA name. @default that of the newest run in the lake's reports, else UTC */
  readonly timeZone?: string | undefined;
  /** @default () => new Date() */
  readonly now?: () => Date;
  readonly progress: (text: string) => void;
}

/** What the page gets: aggregates of the lake as it was when it was opened. */
export interface Dashboard {
  readonly site: Site;
  /** @param school node, from 1 */
  school(school: number): SchoolNumbers;
}

/**
 * Computes everything that the dashboard shows. Afterwards neither lake nor database is needed.
 * @throws InsightsError DASHBOARD_EMPTY, DASHBOARD_FAILED, REPORTS_NEED_STRICT, and those of a lake that cannot be read
 */
export async function openDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { store, paths, progress } = options;
  const catalogue = loadCatalogue('strict');
  const database = await openDatabase();
  const [connection] = database.connections;
  try {
    progress('Reading the lake');
    const lake = { store, paths, catalogue, connection };
    const relations = await generalRelations([...sourceTables, 'Session'], lake);
    const timeZone = options.timeZone ?? (await newestTimeZone(store, paths)) ?? 'UTC';
    progress('Reading signals');
    const values = await makeSignalTables(connection, relations, timeZone);
    if (values.days.length === 0) {
      throw new InsightsError(
        'DASHBOARD_EMPTY',
        `Workspace ${paths.workspace} has no activity in version ${paths.version}.`,
        {
          place: { file: store.description, path: paths.general('activity') },
        },
      );
    }
    const cube: EngagementCube = await countEngagement(connection, values, progress);
    const days = [values.days[0]?.id ?? '', values.days.at(-1)?.id ?? ''] as const;
    const terms = await runStatement(connection, termsQuery(relations.Session, days), {
      code: 'DASHBOARD_FAILED',
      doing: 'reading terms',
      place: { table: 'Session' },
    });
    const site: Site = {
      format: 1,
      workspace: paths.workspace,
      version: paths.version,
      madeAt: (options.now?.() ?? new Date()).toISOString(),
      engagement: engagementOverview(cube, timeZone, terms.map(termOf)),
      runs: await readRuns(store, paths),
      dictionary: dictionary(catalogue, paths).tables,
    };
    return { site, school: (school) => schoolNumbers(cube, school) };
  } finally {
    database.close();
  }
}

/** Terms are parts of a school year; a year without parts is one itself. */
function termsQuery(session: string, [first, last]: readonly [string, string]): string {
  return `SELECT "Name" AS name, CAST("StartDate" AS VARCHAR) AS from_day, CAST("EndDate" AS VARCHAR) AS until_day
    FROM ${session} AS s
    WHERE "StartDate" <= DATE '${last}' AND "EndDate" >= DATE '${first}'
      AND NOT EXISTS (SELECT 1 FROM ${session} AS part WHERE part."ParentSessionId" = s."Id")
    ORDER BY from_day, name`;
}

function termOf(row: Readonly<Record<string, unknown>>): Term {
  return { name: String(row['name']), from: String(row['from_day']), until: String(row['until_day']) };
}

async function newestTimeZone(store: LakeStore, paths: LakePaths): Promise<string | undefined> {
  const folder = `${reportsFolder}/${paths.workspace}/runs`;
  try {
    const newest = (await store.list(folder))
      .map(({ path }) => path)
      .sort()
      .at(-1);
    if (newest === undefined) return undefined;
    return (JSON.parse((await store.read(newest)).toString('utf8')) as Partial<RunReport>).timeZone;
  } catch {
    // Who may not read reports, or finds a broken one, gets UTC; the page says which zone it is.
    return undefined;
  }
}
