import { predecessorsOf, readActivities, type Activity } from '../../../src/artifacts/lint/activity';
import { callsOf, declarationsOf } from '../../../src/artifacts/lint/calls';
import { entriesAt, memberAt, textAt } from '../../../src/artifacts/lint/json';
import { lintArtifacts } from '../../../src/artifacts/lint/lint-artifacts';
import { findSubject, readSurroundings, type Subject } from '../../../src/artifacts/lint/subject';
import { besideFramework, frameworkArtifacts } from '../../../src/artifacts/oea-framework';
import { exampleValues } from '../../../src/artifacts/placeholders';
import { isWebService, leaveOut } from '../../../src/artifacts/without';
import { ownArtifact, ownArtifacts, present } from './own-assets';

const pipelines = ownArtifacts.filter(({ kind }) => kind === 'pipelines');

function activitiesOf(name: string): readonly Activity[] {
  return readActivities(ownArtifact('pipelines', name).properties, '/properties');
}

/** Parameter and default; undefined for a parameter that has to be given. */
function parametersOf(name: string): Readonly<Record<string, unknown>> {
  const { properties } = ownArtifact('pipelines', name);
  return Object.fromEntries(
    entriesAt(properties, 'parameters').map(([each, declaration]) => [each, memberAt(declaration, 'defaultValue')]),
  );
}

test('our own artifacts have no finding', () => {
  expect(lintArtifacts(ownArtifacts, present)).toEqual([]);
});

test('nor have those for a workspace that lets nothing out (NET5), or that has OEA already (OWN3)', () => {
  const closed = leaveOut(ownArtifacts, isWebService).kept;
  expect(closed.filter(({ name }) => name.includes('URL'))).toEqual([]);
  expect(lintArtifacts(closed, present)).toEqual([]);
  expect(lintArtifacts(besideFramework(ownArtifacts), [...present, ...frameworkArtifacts])).toEqual([]);
});

test("upstream's pipelines, and ours, with upstream's parameters and defaults (one version everywhere: D18)", () => {
  expect(Object.fromEntries(pipelines.map(({ name }) => [name, parametersOf(name)]))).toEqual({
    '0_main_insights': {
      workspace: 'dev',
      run_k12_or_hed_test_data: 'hed',
      dataShareDirectory: 'insights-{tenantid}',
      version: '1.14',
      confirmRundate: '',
      quarantineRundate: '',
      quarantineReason: '',
    },
    '1_land_insights_prod_data': { dataShareDirectory: undefined, workspace: 'dev', version: '1.14' },
    '1_land_insights_test_data': { land_k12_or_hed_test_data: 'hed', workspace: 'dev', version: '1.14' },
    '2_ingest_insights': {
      workspace: 'dev',
      ingest_k12_or_hed_test_data: 'hed',
      version: '1.14',
      confirmRundate: '',
      quarantineRundate: '',
      quarantineReason: '',
    },
    '3_refine_insights': { workspace: 'dev', version: '1.14' },
    '4_reset_workspace_insights': { workspace: 'dev', datasetPath: 'M365/v1.14', confirmation: '' },
    '5_maintain_insights': { workspace: 'dev', version: '1.14' },
    create_lake_db: { workspace: 'dev', datasetFullPath: 'stage2/Refined/M365/v1.14' },
    create_sql_db: {
      storageAccount: exampleValues.storageAccount,
      stage: 'stage2',
      datasetPath: 'Refined/M365/v1.14/general',
      workspace: 'dev',
      dbName: '',
      version: '1.14',
      statements: [],
    },
    create_sql_views: { storageAccount: exampleValues.storageAccount, folder: undefined, dbName: undefined },
    delete_dataset: { workspace: 'dev', datasetPath: 'M365/v1.14', confirmation: '' },
    ingest: { workspace: 'dev', entityPath: 'M365/v1.14', primaryKey: '' },
    land_data_from_URL: {
      URL: undefined,
      workspace: 'dev',
      sinkPath: undefined,
      sinkFilename: 'part1.csv',
      batchType: 'snapshot',
      datetimeFormat: 'yyyy-MM-dd HH:mm:ss',
    },
    land_from_ls_datalake: {
      sourcePath: 'oea/pre_landing/data_shares',
      sinkPath: undefined,
      workspace: 'dev',
      batchType: 'snapshot',
      filePath: '*.csv',
      dateFilter: '',
    },
    land_metadata_from_URL: { URL: undefined, workspace: 'dev', sinkPath: undefined },
    refine: { workspace: 'dev', entityPath: 'M365/v1.14', primaryKey: '' },
  });
});

test('data sets and linked services have the names and parameters that upstream gave them', () => {
  const others = ownArtifacts.filter(({ kind }) => kind === 'datasets' || kind === 'linkedservices');
  expect(Object.fromEntries(others.map((each) => [each.name, [...declarationsOf(each).keys()]]))).toEqual({
    DS_Azure_SQL_DB: ['dbServer', 'dbName', 'schema', 'table'],
    DS_HTTP_binary: ['URL'],
    DS_datalake_file: ['stage', 'path', 'filename'],
    DS_datalake_folder: ['filesystem', 'directory'],
    LS_Azure_SQL_DB: ['dbServer', 'dbName'],
    LS_DataLake: [],
    LS_HTTP: ['baseURL'],
    LS_KeyVault: [],
    LS_REST: ['BaseURL', 'Resource'],
    LS_SQL_Serverless: ['dbName'],
  });
});

describe.each(pipelines.map(({ name }) => name))('%s', (name) => {
  const activities = activitiesOf(name);
  const first = activities.filter(
    ({ container, json }) => container === undefined && (json['dependsOn'] as readonly unknown[]).length === 0,
  );

  test('begins with checks, each an IfCondition with one Fail', () => {
    const checks = first.map((check) =>
      activities.filter(({ container }) => container === check).map(({ type }) => type),
    );
    expect(first.map(({ type }) => type)).toEqual(first.map(() => 'IfCondition'));
    expect(checks).toEqual(first.map(() => ['Fail']));
    expect(checks.length).toBeGreaterThan(0);
  });

  test('does nothing before all of them have passed', () => {
    const others = activities.filter(
      (activity) =>
        !first.includes(activity) && (activity.container === undefined || !first.includes(activity.container)),
    );
    const unguarded = others.filter((activity) => {
      const before = predecessorsOf(activity);
      return !first.every((check) => before.has(check));
    });
    expect(unguarded.map((activity) => activity.name)).toEqual([]);
    expect(others.length).toBeGreaterThan(0);
  });
});

describe('sessions of Spark', () => {
  const notebooksOf = (name: string): readonly (readonly [string | undefined, unknown])[] =>
    activitiesOf(name)
      .filter(({ type }) => type === 'SynapseNotebook')
      .map(({ json }) => [
        textAt(json, 'typeProperties', 'notebook', 'referenceName'),
        memberAt(json, 'typeProperties', 'parameters', 'steps', 'value'),
      ]);

  test('0_main_insights starts one, for all steps, and then makes the SQL databases', () => {
    expect(notebooksOf('0_main_insights')).toEqual([
      ['Insights_driver', 'land,ingest,correct,refine,digital_engagement,validate,databases'],
    ]);
    const surroundings = readSurroundings(ownArtifacts, present);
    const main = findSubject(surroundings, 'pipelines', '0_main_insights') as Subject;
    const runs = callsOf(main, surroundings).filter(({ kind }) => kind === 'pipelines');
    expect(runs.map(({ name }) => name)).toEqual(['create_sql_db']);
  });

  test.each(['1_land_insights_test_data', '1_land_insights_prod_data'])(
    '%s, 2_ and 3_ do the same steps one by one',
    (land) => {
      const steps = [land, '2_ingest_insights', '3_refine_insights'].flatMap((name) =>
        notebooksOf(name).map(([, each]) => each),
      );
      expect(steps).toEqual(['land', 'ingest,correct', 'refine,digital_engagement,validate,databases']);
    },
  );
});

test('the trigger is stopped, daily, and starts 0_main_insights for what the environment says', () => {
  const { description: _, ...properties } = ownArtifact('triggers', 'daily_insights').properties;
  expect(properties).toEqual({
    annotations: [],
    runtimeState: 'Stopped',
    type: 'ScheduleTrigger',
    typeProperties: {
      recurrence: { frequency: 'Day', interval: 1, startTime: '2026-01-31T04:00:00Z', timeZone: 'UTC' },
    },
    pipelines: [
      {
        pipelineReference: { referenceName: '0_main_insights', type: 'PipelineReference' },
        parameters: {
          workspace: 'dev',
          run_k12_or_hed_test_data: 'k12',
          dataShareDirectory: exampleValues.dataShareDirectory,
          version: '1.14',
          confirmRundate: '',
          quarantineRundate: '',
          quarantineReason: '',
        },
      },
    ],
  });
});
