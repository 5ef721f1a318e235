import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readArtifacts } from '../../src/artifacts/read-artifacts';
import { fillPlaceholders } from '../../src/artifacts/placeholders';
import type { Artifact, JsonObject } from '../../src/artifacts/model';
import { loadCatalogue } from '../../src/catalogue/load';
import { sqlDatabaseStatements } from '../../src/catalogue/render/t-sql-database';
import { databaseNames } from '../../src/contract/database-names';
import type { RunReport } from '../../src/contract/lake-format';
import { LakePaths } from '../../src/contract/lake-paths';
import { defaultEngineSettings } from '../../src/engine/engine-context';
import { FolderStore } from '../../src/lake/folder-store';
import { systemPipelineClock } from '../../src/pipelines/clock';
import { DuckDbSql } from '../../src/pipelines/ports/duckdb-sql';
import { EmbeddedNotebooks } from '../../src/pipelines/ports/embedded-notebooks';
import { localWeb } from '../../src/pipelines/ports/local-web';
import { publishedFrom } from '../../src/pipelines/published-artifacts';
import { PipelineRunner } from '../../src/pipelines/runner';
import type { ActivityRunRecord, PipelineRunRecord } from '../../src/pipelines/run/records';
import { useTemporaryFolders } from '../support/temporary-folder';

const version = '1.14';
const newFolder = useTemporaryFolders();
const catalogue = loadCatalogue('strict');

/** The project's own artifacts, as they are deployed, with the SQL statements that synthesis fills in. */
function deployedArtifacts(): Artifact[] {
  const values = {
    storageAccount: 'stoealocal',
    keyVault: 'kv-oea-local',
    synapseWorkspace: 'syn-oea-local',
    sqlServerlessEndpoint: 'syn-oea-local-ondemand.sql.azuresynapse.net',
    smallPool: 'spark3p3sm',
    mediumPool: 'spark3p3med',
    workspace: 'dev',
    dataVersion: version,
    testDataSet: 'k12',
    dataShareDirectory: 'insights-local',
    scheduleFrequency: 'Day',
    scheduleStart: '2026-01-01T06:00:00Z',
  };
  const people = { analysts: [], dataScientists: [], externalDataScientists: [], privacyOfficers: [] };
  const statements = sqlDatabaseStatements({
    catalogue,
    storageAccount: 'stoealocal',
    timeZone: 'Europe/Berlin',
    people,
  });
  return readArtifacts()
    .map((artifact) => fillPlaceholders(artifact, values))
    .map((artifact) => {
      if (artifact.name !== 'create_sql_db') return artifact;
      const parameters = artifact.properties['parameters'] as JsonObject;
      const filled = { type: 'array', defaultValue: statements as unknown as JsonObject[] };
      return { ...artifact, properties: { ...artifact.properties, parameters: { ...parameters, statements: filled } } };
    });
}

async function openWorkspace() {
  const root = await newFolder();
  const drop = join(root, 'lake/oea/pre_landing/test_data/k12');
  await mkdir(drop, { recursive: true });
  await cp(join(__dirname, '../../test_data/k12'), drop, { recursive: true });
  const store = new FolderStore(join(root, 'lake'));
  const sql = new DuckDbSql({ store, folder: join(root, 'sql') });
  const runner = new PipelineRunner({
    artifacts: publishedFrom(deployedArtifacts()),
    clock: systemPipelineClock,
    ports: {
      lake: store,
      notebooks: new EmbeddedNotebooks({
        store,
        catalogue,
        settings: defaultEngineSettings,
        salt: async (name) => `a salt of a test for ${name}`,
      }),
      sql,
      web: localWeb,
    },
  });
  const run = async (pipeline: string, parameters: Readonly<Record<string, string>>): Promise<PipelineRunRecord> =>
    runner.finished(runner.createRun(pipeline, parameters));
  const activities = (record: PipelineRunRecord): readonly ActivityRunRecord[] =>
    runner.queryActivityRuns(record.pipelineName, record.runId, {
      lastUpdatedAfter: '2000-01-01',
      lastUpdatedBefore: '2100-01-01',
    }).value;
  const close = async (): Promise<void> => {
    await sql.close();
    await store.close();
  };
  return { store, sql, runner, run, activities, close };
}

async function countRows(sql: DuckDbSql, database: string, view: string): Promise<unknown> {
  const request = {
    linkedService: 'LS_SQL_Serverless',
    database,
    parameters: {},
    signal: new AbortController().signal,
  };
  const { resultSets } = await sql.run({ ...request, text: `SELECT COUNT(*) AS n FROM [dbo].[${view}]` });
  return Number(resultSets[0]?.[0]?.['n']);
}

test('0_main_insights runs end to end on a folder lake; its reset takes everything away', async () => {
  const workspace = await openWorkspace();
  const { sql, store, run, activities } = workspace;
  const paths = new LakePaths('dev', version);
  const names = databaseNames('dev', version);

  const main = await run('0_main_insights', { workspace: 'dev', run_k12_or_hed_test_data: 'k12', version });
  expect([main.status, main.message]).toEqual(['Succeeded', '']);
  expect(
    activities(main)
      .filter(({ activityType }) => activityType !== 'IfCondition')
      .map(({ activityName, status }) => [activityName, status]),
  ).toEqual([
    ['Run all steps', 'Succeeded'],
    ['Create SQL databases', 'Succeeded'],
  ]);
  const report = JSON.parse((await store.read(paths.runReport(main.runId))).toString('utf8')) as RunReport;
  expect([report.runId, report.outcome, report.workspace]).toEqual([main.runId, 'succeeded', 'dev']);

  // Each general table and each lookup has its view, with as many rows as the report says.
  expect(await sql.databases()).toEqual([names.serverless, names.serverlessSensitive]);
  const flows = report.tables.filter(({ general }) => general !== null);
  expect(flows.length).toBeGreaterThan(20);
  for (const { table, general, sensitive } of flows) {
    expect([table, await countRows(sql, names.serverless, table)]).toEqual([table, general]);
    if (sensitive === null) continue;
    expect([table, await countRows(sql, names.serverlessSensitive, `${table}_lookup`)]).toEqual([table, sensitive]);
  }
  const { resultSets } = await sql.run({
    linkedService: 'LS_SQL_Serverless',
    database: names.serverless,
    text: 'SELECT TOP 1 [Day], [Week], [Hour] FROM [dbo].[activity] ORDER BY [StartTime]',
    parameters: {},
    signal: new AbortController().signal,
  });
  const [first = {}] = resultSets[0] ?? [];
  expect(Object.keys(first)).toEqual(['Day', 'Week', 'Hour']);
  const { Week: week } = first;
  expect(typeof week === 'string' ? new Date(week).getUTCDay() : week).toBe(1);

  // Again: nothing to do, and the views stay.
  const again = await run('0_main_insights', { workspace: 'dev', run_k12_or_hed_test_data: 'k12', version });
  const second = JSON.parse((await store.read(paths.runReport(again.runId))).toString('utf8')) as RunReport;
  expect([again.status, second.outcome]).toEqual(['Succeeded', 'nothing to do']);

  const reset = await run('4_reset_workspace_insights', { workspace: 'dev', datasetPath: `M365/v${version}` });
  expect([reset.status, reset.message]).toEqual(['Succeeded', '']);
  expect(await sql.databases()).toEqual([]);
  expect((await store.list('oea/dev')).map(({ path }) => path)).toEqual([]);
  expect((await store.list('oea/pre_landing')).length).toBeGreaterThan(0);
  await workspace.close();
});

test('the steps one after the other give the same tables', async () => {
  const workspace = await openWorkspace();
  const { run, store } = workspace;
  const landed = await run('1_land_insights_test_data', {
    workspace: 'dev',
    land_k12_or_hed_test_data: 'k12',
    version,
  });
  expect([landed.status, landed.message]).toEqual(['Succeeded', '']);
  const paths = new LakePaths('dev', version);
  expect((await store.list(paths.stage(1))).length).toBeGreaterThan(20);
  expect(await store.list(paths.correctedFolder)).toEqual([]);
  const ingested = await run('2_ingest_insights', { workspace: 'dev', version });
  expect([ingested.status, ingested.message]).toEqual(['Succeeded', '']);
  const refined = await run('3_refine_insights', { workspace: 'dev', version });
  expect([refined.status, refined.message]).toEqual(['Succeeded', '']);
  expect((await store.list(paths.refinedFolder('general'))).length).toBeGreaterThan(20);
  await workspace.close();
});

test('a wrong parameter stops the run before anything happens, and says which', async () => {
  const workspace = await openWorkspace();
  const { run, store } = workspace;
  const main = await run('0_main_insights', { workspace: 'Prod', run_k12_or_hed_test_data: 'k12', version });
  expect(main.status).toBe('Failed');
  expect(main.message).toContain('workspace "Prod" is not prod, dev');
  expect(await store.list('oea/dev')).toEqual([]);
  await workspace.close();
});
