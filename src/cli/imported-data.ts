import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { loadCatalogue } from '../catalogue/load';
import { quoteText } from '../catalogue/render/sql-text';
import { InsightsError } from '../contract/errors';
import type { RunReport } from '../contract/lake-format';
import type { LakePaths } from '../contract/lake-paths';
import { parseReport } from '../contract/lake-schemas';
import { openDatabase, runStatement } from '../engine/database';
import { defaultEngineSettings } from '../engine/engine-context';
import { processDrop } from '../engine/process';
import type { LakeStore } from '../lake/store';
import { openStore } from '../lake/store-factory';
import { makeTemporary, removeTemporary } from '../lake/temporary-folder';
import { modelSources, tableRows } from '../powerbi/data/table-rows';
import { generalRelations } from '../powerbi/general-relations';
import { semanticModel } from '../powerbi/model/semantic-model';
import type { School } from '../powerbi/project/semantic-model-files';

/** A lake to take data and schools from. */
export interface ReportLake {
  readonly store: LakeStore;
  readonly paths: LakePaths;
  /** IANA name (ROW16). */
  readonly timeZone: string;
}

export interface WrittenData {
  /** Rows by file. */
  readonly rows: Readonly<Record<string, number>>;
}

/**
 * Writes the data files of an imported model from a lake: general tables only, and of them the columns of the model only.
 * @throws InsightsError POWERBI_REAL_DATA for workspace prod (CELL5), REPORT_UNREADABLE, REPORTS_NEED_STRICT
 */
export async function writeImportedData(lake: ReportLake, folder: string): Promise<WrittenData> {
  if (lake.paths.workspace === 'prod') {
    throw new InsightsError('POWERBI_REAL_DATA', 'An imported model would hold a copy of workspace prod.');
  }
  const runs = await readRuns(lake);
  const catalogue = loadCatalogue('strict');
  const database = await openDatabase({ threads: 1 });
  try {
    const [connection] = database.connections;
    const relations = await generalRelations(modelSources, { ...lake, catalogue, connection });
    const queries = tableRows(semanticModel(catalogue), relations, lake.timeZone, runs);
    mkdirSync(folder, { recursive: true });
    const rows: Record<string, number> = {};
    for (const [name, query] of queries) {
      const file = `${name}.parquet`;
      const copy = `COPY (${query}) TO ${quoteText(path.join(folder, file))} (FORMAT parquet)`;
      const [count = {}] = await runStatement(connection, copy, { doing: `writing ${file}` });
      rows[file] = Number(count['Count']);
    }
    return { rows };
  } finally {
    database.close();
  }
}

/** The schools of a lake that have classes now, by name. */
export async function readSchools(lake: ReportLake): Promise<readonly School[]> {
  const database = await openDatabase();
  try {
    const [connection] = database.connections;
    const catalogue = loadCatalogue('strict');
    const relations = await generalRelations(['Organization', 'Section'], { ...lake, catalogue, connection });
    const query = `SELECT "Id", "Name" FROM ${relations.Organization} AS o WHERE "Id" IN
      (SELECT "OrganizationId" FROM ${relations.Section} AS s WHERE "IsCurrent") ORDER BY "Name", "Id"`;
    const rows = await runStatement(connection, query, { doing: 'reading the schools' });
    return rows.map((row) => ({ id: String(row['Id']), name: String(row['Name'] ?? row['Id']) }));
  } finally {
    database.close();
  }
}

async function readRuns({ store, paths }: ReportLake): Promise<readonly RunReport[]> {
  const files = await store.list(path.posix.dirname(paths.runReport('any')));
  return Promise.all(files.filter((file) => file.path.endsWith('.json')).map((file) => readRun(store, file.path)));
}

async function readRun(store: LakeStore, file: string): Promise<RunReport> {
  const report = parseReport('run-report', await store.read(file));
  if (report !== undefined) return report;
  throw new InsightsError('REPORT_UNREADABLE', 'What lies among the reports of runs is none.', { place: { file } });
}

/**
 * A committed test set in a lake of its own that is gone afterwards. Clock and salt are those of the set, so that the same
 * set gives the same files: its persons do not exist, and its pseudonyms hide nobody.
 */
export async function withSetLake<T>(
  set: string,
  source: { readonly folder: string; readonly paths: LakePaths; readonly timeZone: string },
  work: (lake: ReportLake) => Promise<T>,
): Promise<T> {
  const folder = makeTemporary();
  const store = await openStore(folder);
  const drop = await openStore(source.folder);
  const { paths, timeZone } = source;
  try {
    const newest =
      readdirSync(path.join(source.folder, 'M365', 'activity'))
        .sort()
        .at(-1) ?? '';
    const report = await processDrop({
      drop: { store: drop, prefix: '' },
      store,
      paths,
      catalogue: loadCatalogue('strict'),
      salt: createHash('sha256').update(`synthetic test data of ${set}`).digest('hex'),
      settings: { ...defaultEngineSettings, settleMinutes: 0 },
      timeZone,
      digitalEngagement: false,
      runId: `${set}-test-data`,
      now: () => new Date(`${newest}T23:59:59Z`),
    });
    await store.write(paths.runReport(report.runId), JSON.stringify(report));
    return await work({ store, paths, timeZone });
  } finally {
    await store.close();
    await drop.close();
    removeTemporary(folder);
  }
}
