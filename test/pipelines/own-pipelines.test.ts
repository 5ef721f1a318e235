import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/artifacts/model';
import { LakePaths } from '../../src/contract/lake-paths';
import { FolderStore } from '../../src/lake/folder-store';
import { VirtualClock } from '../../src/pipelines/clock';
import { fromJson, type Value } from '../../src/pipelines/expression/value';
import type { NotebookRequest, SqlRequest } from '../../src/pipelines/ports';
import { publishedFrom } from '../../src/pipelines/published-artifacts';
import { PipelineRunner } from '../../src/pipelines/runner';
import type { PipelineRunRecord } from '../../src/pipelines/run/records';
import { ownArtifacts } from '../artifacts/assets/own-assets';

/** The project's own pipelines over an empty lake, with notebooks and SQL that only remember what they were asked. */
class OwnWorkspace {
  readonly notebooks: NotebookRequest[] = [];
  readonly statements: SqlRequest[] = [];
  readonly lake: FolderStore;
  private readonly runner: PipelineRunner;

  constructor(
    root: string,
    /** Errors of the notebook, one for each call until none is left. */
    private readonly failures: string[] = [],
  ) {
    this.lake = new FolderStore(root, { durable: false });
    this.runner = new PipelineRunner({
      artifacts: publishedFrom(ownArtifacts),
      clock: new VirtualClock(Date.parse('2026-01-31T04:00:00Z')),
      ports: {
        lake: this.lake,
        notebooks: { run: (request) => this.runNotebook(request) },
        sql: {
          run: async (request) => {
            this.statements.push(request);
            return { resultSets: [], recordsAffected: 0 };
          },
        },
        web: {
          send: async () => ({ status: 200, headers: {}, body: Buffer.from('a,b\n1,2\n') }),
        },
      },
    });
  }

  async run(pipeline: string, parameters: JsonObject = {}): Promise<PipelineRunRecord> {
    const given = fromJson(parameters) as Readonly<Record<string, Value>>;
    return this.runner.finished(this.runner.createRun(pipeline, given));
  }

  /** What the activities of a run failed with, in the order in which they began. */
  errors(run: PipelineRunRecord): readonly Readonly<Record<'activity' | 'code' | 'message', string>>[] {
    const query = { lastUpdatedAfter: '2000-01-01', lastUpdatedBefore: '2100-01-01' };
    return this.runner
      .queryActivityRuns(run.pipelineName, run.runId, query)
      .value.filter(({ status }) => status === 'Failed')
      .map(({ activityName, error }) => ({ activity: activityName, code: error.errorCode, message: error.message }));
  }

  async write(...paths: readonly string[]): Promise<void> {
    for (const path of paths) await this.lake.write(path, Buffer.from('x'));
  }

  async files(): Promise<string[]> {
    return (await this.lake.list('')).map(({ path }) => path);
  }

  private async runNotebook(request: NotebookRequest): Promise<string> {
    this.notebooks.push(request);
    const failure = this.failures.shift();
    if (failure !== undefined) throw new Error(failure);
    return '{}';
  }
}

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'own-pipelines-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const asked = ({ notebook, sparkPool, parameters }: NotebookRequest): unknown => ({ notebook, sparkPool, parameters });

test('0_main_insights runs the driver once, with all that it needs', async () => {
  const workspace = new OwnWorkspace(root);
  const run = await workspace.run('0_main_insights', { workspace: 'prod', dataShareDirectory: 'insights-1' });
  expect(run).toMatchObject({ status: 'Succeeded', message: '' });
  expect(workspace.notebooks.map(asked)).toEqual([
    {
      notebook: 'Insights_driver',
      sparkPool: 'spark3p3med',
      parameters: {
        workspace: 'prod',
        version: '1.14',
        test_data_set: 'hed',
        data_share_directory: 'insights-1',
        steps: 'land,ingest,correct,refine,digital_engagement,validate,databases',
        confirm_rundate: '',
        quarantine_rundate: '',
        quarantine_reason: '',
        run_id: run.runId,
      },
    },
  ]);
});

test('0_main_insights refuses what cannot work before a session starts, and its activities say all of it', async () => {
  const workspace = new OwnWorkspace(root);
  const run = await workspace.run('0_main_insights', { version: 'v1.14', run_k12_or_hed_test_data: 'k13' });
  expect(run.status).toBe('Failed');
  expect(run.message).toContain('version "v1.14" is not two or three numbers with dots between them');
  const refused = workspace.errors(run).filter(({ activity }) => activity.startsWith('Refuse'));
  expect(refused).toEqual([
    {
      activity: 'Refuse version',
      code: 'INSIGHTS_PARAMETERS',
      message: 'version "v1.14" is not two or three numbers with dots between them, such as 1.14 (without a v).',
    },
    {
      activity: 'Refuse run_k12_or_hed_test_data',
      code: 'INSIGHTS_PARAMETERS',
      message: 'run_k12_or_hed_test_data "k13" is not k12, hed, or empty (then the share is landed).',
    },
  ]);
  expect([workspace.notebooks, workspace.statements]).toEqual([[], []]);
});

test('a session that fails is tried once more, and what it says is what the run says', async () => {
  const workspace = new OwnWorkspace(root, ['The pool is busy.', 'AadUser was refused.']);
  const run = await workspace.run('0_main_insights');
  expect(workspace.notebooks.length).toBe(2);
  expect(run.status).toBe('Failed');
  expect(run.message).toContain('AadUser was refused.');
  expect(workspace.statements).toEqual([]);
});

describe('4_reset_workspace_insights', () => {
  const places = (paths: LakePaths): readonly string[] => [
    `${paths.landedBatch('Person', 'snapshot', '2022-01-28 06:16:22')}/person.csv`,
    `${paths.ingested('Person')}/_delta_log/00000000000000000000.json`,
    paths.metadata,
    `${paths.landingLedger}/0.json`,
    `${paths.corrected('Person')}/a.parquet`,
    `${paths.rejected('Person')}/a.parquet`,
    `${paths.general('Person')}/a.parquet`,
    `${paths.lookup('Person')}/a.parquet`,
  ];
  const engagement = (paths: LakePaths): string =>
    `${paths.stage(3)}/digital_engagement/v0.1/activity_events/a.parquet`;

  test.each(['dev', 'prod', 'mine'])('leaves nothing of the version in %s, and all that is not of it', async (name) => {
    const workspace = new OwnWorkspace(root);
    const [paths, others] = [new LakePaths(name, '1.14'), new LakePaths(name, '1.4.0')];
    const kept = [
      ...places(others),
      ...places(new LakePaths('other', '1.14')),
      engagement(new LakePaths('other', '1.14')),
      'oea/pre_landing/test_data/k12/M365/roster/a.csv',
      paths.runReport('1'),
    ];
    await workspace.write(...places(paths), engagement(paths), ...kept);
    const confirmation = name === 'prod' ? 'prod M365/v1.14' : '';
    const run = await workspace.run('4_reset_workspace_insights', { workspace: name, confirmation });

    expect(run).toMatchObject({ status: 'Succeeded', message: '' });
    expect(await workspace.files()).toEqual([...kept].sort());
    expect(workspace.notebooks.map(asked)).toEqual([
      {
        notebook: 'Insights_driver',
        sparkPool: 'spark3p3sm',
        parameters: { workspace: name, version: '1.14', steps: 'drop_databases', run_id: run.runId },
      },
    ]);
    expect(workspace.statements.map(({ database, text }) => [database, text])).toEqual(
      ['v1p14', 'v1p14_sensitive', 'v1p4p0', 'v1p4p0_sensitive'].map((ending) => {
        const dropped = `sdb_${name}_s2r_m365_${ending}`;
        return [
          'master',
          `IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'${dropped}') DROP DATABASE [${dropped}];`,
        ];
      }),
    );
  });

  test.each([
    ['4_reset_workspace_insights', 'yes'],
    ['delete_dataset', ''],
  ])('%s touches nothing in prod without its confirmation', async (pipeline, confirmation) => {
    const workspace = new OwnWorkspace(root);
    const files = places(new LakePaths('prod', '1.14'));
    await workspace.write(...files);
    const run = await workspace.run(pipeline, { workspace: 'prod', confirmation });
    expect(run.status).toBe('Failed');
    expect(run.message).toContain(`confirmation "${confirmation}" does not allow this in prod`);
    expect([await workspace.files(), workspace.notebooks, workspace.statements]).toEqual([[...files].sort(), [], []]);
  });

  test('an empty lake is no failure', async () => {
    const workspace = new OwnWorkspace(root);
    expect((await workspace.run('4_reset_workspace_insights')).status).toBe('Succeeded');
  });
});

describe('landing of other modules', () => {
  test('a file from an address lands in the workspace that is named', async () => {
    const workspace = new OwnWorkspace(root);
    const parameters = { URL: 'https://example.org/part1.csv', sinkPath: 'contoso/v0.1/students', workspace: 'mine' };
    const run = await workspace.run('land_data_from_URL', parameters);
    expect(run).toMatchObject({ status: 'Succeeded', message: '' });
    const folder = 'oea/sandboxes/mine/stage1/Transactional/contoso/v0.1/students/snapshot_batch_data';
    expect(await workspace.files()).toEqual([`${folder}/rundate=2026-01-31 04:00:00/part1.csv`]);
  });

  test('files of the lake land as they are called', async () => {
    const workspace = new OwnWorkspace(root);
    await workspace.write('oea/pre_landing/contoso/students/part1.csv', 'oea/pre_landing/contoso/students/read.me');
    const parameters = { sourcePath: 'oea/pre_landing/contoso/students', sinkPath: 'contoso/v0.1/students' };
    const run = await workspace.run('land_from_ls_datalake', { ...parameters, batchType: 'delta' });
    expect(run).toMatchObject({ status: 'Succeeded', message: '' });
    const folder = 'oea/dev/stage1/Transactional/contoso/v0.1/students/delta_batch_data';
    expect(await workspace.files()).toContain(`${folder}/rundate=2026-01-31 04:00:00/part1.csv`);
    expect((await workspace.files()).filter((path) => path.startsWith(folder)).length).toBe(1);
  });

  test('metadata lands beside the ingested tables', async () => {
    const workspace = new OwnWorkspace(root);
    const parameters = { URL: 'https://example.org/metadata.csv', sinkPath: 'contoso/v0.1', workspace: 'prod' };
    const run = await workspace.run('land_metadata_from_URL', parameters);
    expect(run).toMatchObject({ status: 'Succeeded', message: '' });
    expect(await workspace.files()).toEqual(['stage2/Ingested/contoso/v0.1/metadata.csv']);
  });
});

test('create_sql_db makes a view per folder of another data set', async () => {
  const workspace = new OwnWorkspace(root);
  const folder = 'oea/dev/stage2/Refined/contoso/v0.1/general';
  await workspace.write(`${folder}/students/a.parquet`, `${folder}/notes.txt`);
  const parameters = { datasetPath: 'Refined/contoso/v0.1/general', dbName: 'sdb_dev_s2r_contoso_v0p1' };
  const run = await workspace.run('create_sql_db', parameters);
  expect(run).toMatchObject({ status: 'Succeeded', message: '' });
  expect(workspace.statements.map(({ database, text }) => [database, text])).toEqual([
    [
      'master',
      "IF NOT EXISTS (SELECT 1 FROM sys.databases WHERE name = N'sdb_dev_s2r_contoso_v0p1') CREATE DATABASE [sdb_dev_s2r_contoso_v0p1] COLLATE Latin1_General_100_BIN2_UTF8;",
    ],
    [
      'sdb_dev_s2r_contoso_v0p1',
      `CREATE OR ALTER VIEW [students] AS SELECT * FROM OPENROWSET(BULK 'https://stoeaexample.dfs.core.windows.net/${folder}/students', FORMAT = 'DELTA') AS [r];`,
    ],
  ]);
});

test.each([
  ['1_land_insights_test_data', {}, { test_data_set: 'hed', steps: 'land' }],
  [
    '1_land_insights_prod_data',
    { dataShareDirectory: 'insights-1' },
    { test_data_set: '', data_share_directory: 'insights-1', steps: 'land' },
  ],
  [
    '2_ingest_insights',
    { confirmRundate: '2022-01-28 06:16:22' },
    { steps: 'ingest,correct', confirm_rundate: '2022-01-28 06:16:22', quarantine_rundate: '', quarantine_reason: '' },
  ],
  ['3_refine_insights', {}, { steps: 'refine,digital_engagement,validate,databases' }],
  ['ingest', {}, { steps: 'ingest,correct' }],
  ['refine', { entityPath: 'M365/v1.14/Person' }, { steps: 'refine' }],
  ['create_lake_db', {}, { steps: 'databases' }],
])('%s works alone', async (pipeline, parameters, expected) => {
  const workspace = new OwnWorkspace(root);
  const run = await workspace.run(pipeline, parameters);
  expect(run).toMatchObject({ status: 'Succeeded', message: '' });
  expect(workspace.notebooks.map((request) => request.parameters)).toEqual([
    { workspace: 'dev', version: '1.14', run_id: run.runId, ...expected },
  ]);
});
