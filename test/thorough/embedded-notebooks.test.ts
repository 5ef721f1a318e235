import { join } from 'node:path';
import type { JsonValue } from '../../src/artifacts/model';
import type { RunReport } from '../../src/contract/lake-format';
import { defaultEngineSettings, type EngineSettings } from '../../src/engine/engine-context';
import { FolderStore } from '../../src/lake/folder-store';
import { VirtualClock } from '../../src/pipelines/clock';
import { EmbeddedNotebooks } from '../../src/pipelines/ports/embedded-notebooks';
import { smallCatalogue, smallRows, writeDrop, type SmallDrop } from '../support/small-drop';
import { smallPaths, smallSalt } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const newFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['activity', 'Person', 'Organization']);
const day = '2022-01-28T06-16-22';

/** A lake with test data `k12` and a share, and the notebooks over it. */
async function open(
  drops: { readonly k12?: SmallDrop; readonly share?: SmallDrop } = { k12: { roster: { [day]: {} } } },
  settings: Partial<EngineSettings> = {},
) {
  const root = await newFolder();
  const preLanding = join(root, 'oea/pre_landing');
  if (drops.k12 !== undefined) await writeDrop(join(preLanding, 'test_data/k12'), drops.k12, catalogue);
  if (drops.share !== undefined) await writeDrop(join(preLanding, 'data_shares/insights-x'), drops.share, catalogue);
  const store = new FolderStore(root);
  const salts: string[] = [];
  const said: string[] = [];
  const notebooks = new EmbeddedNotebooks({
    store,
    catalogue,
    settings: { ...defaultEngineSettings, ...settings },
    salt: async (name) => {
      salts.push(name);
      return smallSalt;
    },
    timeZone: 'Europe/Berlin',
    progress: (text) => said.push(text),
  });
  const run = (notebook: string, parameters: Readonly<Record<string, JsonValue>>): Promise<string> =>
    notebooks.run({
      notebook,
      parameters,
      sparkPool: 'spark3p3med',
      pipelineRunId: 'run-1',
      clock: new VirtualClock(Date.parse('2026-01-15T10:30:00Z')),
      signal: new AbortController().signal,
    });
  const report = async (notebook: string, parameters: Readonly<Record<string, JsonValue>>): Promise<RunReport> =>
    JSON.parse(await run(notebook, parameters)) as RunReport;
  const put = (drop: SmallDrop): Promise<void> => writeDrop(join(preLanding, 'test_data/k12'), drop, catalogue);
  return { store, salts, said, run, report, put };
}

const steps = 'land,ingest,correct,refine';

test('the driver takes a drop through all stages, and exits with the run report that lies in the lake', async () => {
  const { report, store, salts, said } = await open();
  const parameters = { workspace: 'dev', version: '1.14', test_data_set: 'k12', run_id: 'run-7' };
  const exit = await report('Insights_driver', parameters);
  expect(exit).toMatchObject({
    report: 'run',
    runId: 'run-7',
    startedAt: '2026-01-15T10:30:00.000Z',
    workspace: 'dev',
    version: '1.14',
    timeZone: 'Europe/Berlin',
    outcome: 'succeeded',
    units: [{ unit: `roster/${day}`, status: 'processed' }],
  });
  expect(JSON.parse((await store.read(smallPaths.runReport('run-7'))).toString('utf8'))).toEqual(exit);
  expect(salts).toEqual(['oeaSalt-dev']);
  expect(said.length).toBeGreaterThan(0);
  expect((await report('Insights_driver', { ...parameters, run_id: 'run-8' })).outcome).toBe('nothing to do');
});

test('prod lands from the share, with the salt of prod; another workspace does where no test data is named', async () => {
  const { report, salts, store } = await open({ share: { roster: { [day]: {} } } });
  for (const workspace of ['prod', 'alice']) {
    const parameters = {
      workspace,
      data_share_directory: 'insights-x',
      test_data_set: workspace === 'prod' ? 'k12' : '',
      steps,
    };
    expect((await report('Insights_driver', parameters)).units).toMatchObject([{ status: 'processed' }]);
  }
  expect(salts).toEqual(['oeaSalt', 'oeaSalt-alice']);
  expect((await store.list('stage2/Refined')).length).toBeGreaterThan(0);
  expect((await store.list('oea/sandboxes/alice/stage2/Refined')).length).toBeGreaterThan(0);
});

test('the notebooks of single steps do one after the other what the driver does', async () => {
  const { report, run, store } = await open();
  const where = { workspace: 'dev', version: '1.14' };
  const landed = await report('Insights_pre-processing', { ...where, test_data_set: 'k12' });
  expect([landed.outcome, landed.units]).toEqual(['succeeded', []]);
  expect((await store.list(smallPaths.stage(1))).length).toBeGreaterThan(0);
  expect(await store.list(smallPaths.correctedFolder)).toEqual([]);
  expect((await report('Insights_pre-processing', { ...where, test_data_set: 'k12' })).outcome).toBe('nothing to do');
  expect((await report('Insights_ingest', where)).units).toMatchObject([{ status: 'processed' }]);
  expect((await report('Insights_schema_correction', where)).outcome).toBe('nothing to do');
  expect((await report('Insights_refine', where)).outcome).toBe('nothing to do');
  expect((await store.list(smallPaths.general('Person'))).length).toBeGreaterThan(0);
  expect(JSON.parse(await run('Insights_maintenance', where))).toEqual({ filesFewer: 0, tablesVacuumed: 0 });
  expect(JSON.parse(await run('Insights_driver', { ...where, steps: 'drop_databases' }))).toEqual({ dropped: [] });
});

test('a drop that is not settled waits', async () => {
  const { report } = await open(undefined, { settleMinutes: 60 * 24 * 3650 });
  const exit = await report('Insights_pre-processing', { test_data_set: 'k12' });
  expect([exit.outcome, exit.units]).toMatchObject(['nothing to do', [{ unit: `roster/${day}`, status: 'waiting' }]]);
  // Nor does the validation of the runs that find it so fail, whatever `insights verify` says of such a lake.
  for (const run_id of ['first', 'second']) {
    const whole = await report('Insights_driver', { test_data_set: 'k12', run_id });
    expect([whole.outcome, whole.messages]).toEqual(['nothing to do', exit.messages]);
  }
});

test('a run that fails fails the notebook, and names the rule and the table; its report lies in the lake', async () => {
  const { run, report, put, store } = await open();
  await report('Insights_driver', { test_data_set: 'k12', steps });
  await put({ roster: { '2022-02-28T06-16-22': { Person: smallRows('Person', 2) } } });
  const again = { test_data_set: 'k12', steps, run_id: 'run-9' };
  await expect(run('Insights_driver', again)).rejects.toThrow('RUN_FAILED: Run run-9 failed: SNAPSHOT_HELD Person.');
  const stored = JSON.parse((await store.read(smallPaths.runReport('run-9'))).toString('utf8')) as RunReport;
  expect(stored.outcome).toBe('failed');

  // Confirmed by name, it goes on (ROW5); a retry of the same run does not decide again.
  const confirmed = { ...again, run_id: 'run-10', confirm_rundate: '2022-02-28 06:16:22' };
  const first = await report('Insights_driver', confirmed);
  expect(first.units).toMatchObject([{ status: 'processed' }]);
  // Nor does it take away what the first attempt had to say.
  const second = await report('Insights_driver', confirmed);
  expect(second).toEqual({ ...first, attempts: 2, finishedAt: second.finishedAt });
  await expect(run('Insights_driver', { ...confirmed, run_id: 'run-11' })).rejects.toThrow(
    'RUNDATE_UNKNOWN: No unit of rundate 2022-02-28 06:16:22 is held.',
  );
});

test('a batch that cannot be mended is skipped by name, with a reason (ROW6)', async () => {
  const { run, report, put } = await open();
  await report('Insights_driver', { test_data_set: 'k12', steps });
  await put({ roster: { '2022-02-28T06-16-22': { Person: smallRows('Person', 2) } } });
  const parameters = { test_data_set: 'k12', steps, quarantine_rundate: '2022-02-28 06:16:22' };
  await expect(run('Insights_driver', { ...parameters, steps: 'land', quarantine_rundate: '' })).resolves.toContain(
    '"runId"',
  );
  await expect(run('Insights_driver', parameters)).rejects.toThrow('USAGE: A quarantine needs a reason.');
  const exit = await report('Insights_driver', { ...parameters, quarantine_reason: 'wrong export' });
  expect(exit.outcome).toBe('nothing to do');
});

test('the validation finds what is wrong with the lake', async () => {
  const { run, report, store } = await open();
  const good = await report('Insights_driver', { test_data_set: 'k12', steps });
  expect(good.outcome).toBe('succeeded');
  const [lost] = (await store.list(smallPaths.general('Person'))).filter(({ path }) => path.endsWith('.parquet'));
  await store.remove([lost?.path ?? '']);
  await expect(run('Insights_DataValidation', { run_id: 'run-3' })).rejects.toThrow(
    'RUN_FAILED: Run run-3 failed: VALIDATION_FAILED.',
  );
});

test.each<[string, Record<string, JsonValue>, string]>([
  ['OEA_connector', {}, 'NOTEBOOK_UNKNOWN: The notebook OEA_connector has no counterpart in the embedded engine.'],
  ['Insights_driver', { steps: 'land,polish' }, 'USAGE: There is no step polish.'],
  ['Insights_driver', { steps: ' , ' }, 'USAGE: No step is named.'],
  [
    'Insights_driver',
    { workspace: 'Prod' },
    'WORKSPACE_NAME_INVALID: Workspace "Prod" differs from "prod" in case only.',
  ],
  ['Insights_driver', { version: 'v1' }, 'DATA_VERSION_INVALID: "v1" is not a data version.'],
  ['Insights_driver', {}, 'DROP_NOT_FOUND: Neither a set of test data nor the folder of a share is named.'],
])('%s with %j is refused', async (notebook, parameters, message) => {
  const { run } = await open({});
  await expect(run(notebook, parameters)).rejects.toThrow(message);
});
