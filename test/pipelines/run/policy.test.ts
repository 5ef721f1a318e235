import type { NotebookRequest } from '../../../src/pipelines/ports';
import {
  TestWorkspace,
  activity,
  after,
  expression,
  failWith,
  onePipeline,
  setVariable,
  start,
  waitSeconds,
  type Json,
} from '../workspace';

const notebook = (name: string, policy: Json, more: Json = {}): Json =>
  activity(
    name,
    'SynapseNotebook',
    {
      notebook: { referenceName: 'Work', type: 'NotebookReference' },
      sparkPool: { referenceName: 'spark3p3sm', type: 'BigDataPoolReference' },
      parameters: {
        workspace: { value: expression('@pipeline().parameters.workspace'), type: 'string' },
        limit: { value: '7', type: 'int' },
      },
    },
    { policy, ...more },
  );

function withNotebook(activities: readonly Json[], run: (request: NotebookRequest) => Promise<string>): TestWorkspace {
  const pipelines = {
    main: {
      activities,
      parameters: { workspace: { type: 'string', defaultValue: 'dev' } },
      variables: { text: { type: 'String' } },
    },
  };
  return new TestWorkspace({ pipelines, notebooks: { Work: {} } }, { notebook: run });
}

test('a notebook gets its parameters and gives its exit value', async () => {
  const seen: Partial<NotebookRequest>[] = [];
  const workspace = withNotebook(
    [
      notebook('Run', {}),
      setVariable('Keep', 'text', "@activity('Run').output.status.Output.result.exitValue", after('Run')),
    ],
    async ({ notebook: name, parameters, sparkPool, pipelineRunId }) => {
      seen.push({ notebook: name, parameters, sparkPool, pipelineRunId });
      return '{"rows": 3}';
    },
  );
  const run = await workspace.run('main');
  expect(seen).toEqual([
    { notebook: 'Work', parameters: { workspace: 'dev', limit: 7 }, sparkPool: 'spark3p3sm', pipelineRunId: run.runId },
  ]);
  expect(workspace.output(run, 'Keep')).toEqual({ name: 'text', value: '{"rows": 3}' });
  expect(workspace.activities(run)[0]).toEqual({
    activityRunId: 'id-2',
    activityName: 'Run',
    activityType: 'SynapseNotebook',
    pipelineName: 'main',
    pipelineRunId: 'id-1',
    status: 'Succeeded',
    activityRunStart: start,
    activityRunEnd: start,
    durationInMs: 0,
    retryAttempt: null,
    input: { notebook: 'Work', sparkPool: 'spark3p3sm', parameters: { workspace: 'dev', limit: 7 } },
    output: {
      status: {
        Status: 1,
        Output: {
          status: 'Succeeded',
          result: {
            runId: 'id-3',
            runStatus: 'Succeeded',
            sessionId: 1,
            sparkPool: 'spark3p3sm',
            exitValue: '{"rows": 3}',
          },
          output: '',
          error: '',
        },
      },
      effectiveIntegrationRuntime: 'AutoResolveIntegrationRuntime',
      executionDuration: 0,
      durationInQueue: { integrationRuntimeQueue: 0 },
    },
    error: { errorCode: '', message: '', failureType: '', target: 'Run', details: '' },
    userProperties: {},
    linkedServiceName: '',
    iterationHash: '',
  });
});

test('retries after the interval; every attempt is a run of its own', async () => {
  let attempts = 0;
  const workspace = withNotebook([notebook('Run', { retry: 2, retryIntervalInSeconds: 60 })], async () => {
    attempts += 1;
    if (attempts < 3) throw new Error(`attempt ${attempts}`);
    return '';
  });
  const run = await workspace.run('main');
  expect(
    workspace
      .activities(run)
      .map(({ status, retryAttempt, activityRunStart, error }) => [
        status,
        retryAttempt,
        activityRunStart.slice(14, 19),
        error.message,
      ]),
  ).toEqual([
    ['Failed', null, '30:00', 'attempt 1'],
    ['Failed', 1, '31:00', 'attempt 2'],
    ['Succeeded', 2, '32:00', ''],
  ]);
  expect(run.status).toBe('Succeeded');
});

test('fails with the last attempt when all are used up; what retries is an execution activity, not a control one', async () => {
  const workspace = withNotebook(
    [notebook('Run', { retry: expression('@add(0, 1)') }), failWith('Stop', 'no', { policy: { retry: 5 } })],
    async () => {
      throw new Error('never');
    },
  );
  const run = await workspace.run('main');
  expect(workspace.statuses(run)).toEqual(['Run: Failed', 'Stop: Failed', 'Run: Failed']);
  expect([run.message, run.durationInMs]).toEqual(['Operation on target Run failed: never', 30_000]);
  expect(workspace.error(run, 'Run')).toEqual({ code: '6002', message: 'never' });
});

test('an attempt that is longer than the timeout fails, even when it does not heed the signal', async () => {
  const workspace = withNotebook([notebook('Run', { timeout: '0.00:10:00', retry: 1 })], async ({ clock }) => {
    await clock.wait(3_600_000);
    return '';
  });
  const run = await workspace.run('main');
  expect(workspace.statuses(run)).toEqual(['Run: Failed', 'Run: Failed']);
  expect(workspace.error(run, 'Run')).toEqual({
    code: 'ActivityTimeout',
    message: "The activity 'Run' did not end within its timeout.",
  });
  expect(run.durationInMs).toBe((600 + 30 + 600) * 1000);
});

test('work that takes no time of the clock does not run into the timeout of others', async () => {
  const workspace = withNotebook([notebook('Run', { timeout: '0.00:10:00' }), waitSeconds('Nap', 7200)], ({ clock }) =>
    clock.busy(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return 'done';
    }),
  );
  expect((await workspace.run('main')).status).toBe('Succeeded');
});

test('cancelling ends the wait for a retry', async () => {
  const workspace = withNotebook([notebook('Run', { retry: 3, retryIntervalInSeconds: 3600 })], async () => {
    throw new Error('no');
  });
  const id = workspace.runner.createRun('main');
  workspace.clock.at(workspace.clock.now() + 60_000, () => workspace.runner.cancel(id));
  const run = await workspace.runner.finished(id);
  expect([run.status, run.durationInMs, workspace.statuses(run)]).toEqual(['Cancelled', 60_000, ['Run: Failed']]);
});

test('secure input and output are in no record, but activities see them', async () => {
  const workspace = withNotebook(
    [
      notebook('Run', { secureInput: true, secureOutput: true }),
      setVariable('Keep', 'text', "@activity('Run').output.status.Output.result.exitValue", {
        ...after('Run'),
        policy: { secureInput: true, secureOutput: true },
      }),
      activity(
        'Check',
        'IfCondition',
        {
          expression: expression("@equals(variables('text'), 'hidden-7')"),
          ifTrueActivities: [waitSeconds('Seen', 0)],
        },
        after('Keep'),
      ),
    ],
    async () => 'hidden-7',
  );
  const run = await workspace.run('main');
  expect(workspace.statuses(run)).toEqual(['Run: Succeeded', 'Keep: Succeeded', 'Check: Succeeded', 'Seen: Succeeded']);
  expect(
    workspace
      .activities(run)
      .slice(0, 2)
      .map(({ input, output }) => [input, output]),
  ).toEqual([
    [{}, {}],
    [{}, {}],
  ]);
  expect(JSON.stringify(workspace.activities(run))).not.toContain('hidden-7');
});

test('user properties are evaluated, and shown as text', async () => {
  const properties = [
    { name: 'Source', value: expression("@concat(pipeline().Pipeline, '/', string(add(1, 1)))") },
    { name: 'Plain', value: 'as written' },
    { name: 'Flag', value: '@equals(1, 1)' },
  ];
  const workspace = onePipeline([
    waitSeconds('Nap', 0, { userProperties: properties }),
    waitSeconds('Wrong', 0, { userProperties: [{ name: 'Item', value: '@item()' }] }),
  ]);
  const run = await workspace.run('main');
  expect(workspace.activities(run).map(({ userProperties }) => userProperties)).toEqual([
    { Source: 'main/2', Plain: 'as written', Flag: 'True' },
    {},
  ]);
  expect(workspace.error(run, 'Wrong')).toEqual({
    code: 'InvalidTemplate',
    message: "The template function 'item' is not expected at this location.",
  });
});

test('secure strings among the parameters are hidden', async () => {
  const workspace = onePipeline([], {
    parameters: { key: { type: 'SecureString' }, flag: { type: 'bool' }, list: { type: 'array' } },
  });
  const run = await workspace.run('main', { key: 'hidden-7', flag: 'True', list: '[1, "a"]', unknown: 1 });
  expect(run.parameters).toEqual({ key: '********', flag: 'True', list: '[1,"a"]' });
});

test.each<[Json, string]>([
  [{ timeout: '12 hours' }, 'timeout is not of the form d.hh:mm:ss'],
  [{ timeout: '24:00:00' }, 'timeout is not of the form d.hh:mm:ss'],
  [{ retry: -1 }, 'retry is not a whole number from 0'],
  [{ retryIntervalInSeconds: 100_000 }, 'retryIntervalInSeconds is not a whole number up to 86400'],
])('the policy %j is refused', async (policy, why) => {
  const workspace = withNotebook([notebook('Run', policy)], async () => '');
  expect(workspace.error(await workspace.run('main'), 'Run')).toEqual({
    code: 'BadRequest',
    message: `The policy of activity 'Run' is not valid: ${why}.`,
  });
});

test('a notebook that is not there, or a parameter of another type, fails', async () => {
  const missing = onePipeline([activity('Run', 'SynapseNotebook', { notebook: { referenceName: 'Other' } })]);
  expect(missing.error(await missing.run('main'), 'Run')).toEqual({
    code: '6002',
    message: "The notebook 'Other' was not found.",
  });
  const wrong = withNotebook(
    [
      activity('Run', 'SynapseNotebook', {
        notebook: { referenceName: 'Work' },
        parameters: { a: { value: 'x', type: 'int' } },
      }),
    ],
    async () => '',
  );
  expect(wrong.error(await wrong.run('main'), 'Run')?.code).toBe('InvalidTemplate');
});

test('a defect of a port is no failure of an activity: the run fails, and who asks for it learns of the defect', async () => {
  const workspace = onePipeline([activity('Look', 'GetMetadata', { dataset: { referenceName: 'DS' } })]);
  const broken = new TestWorkspace({
    pipelines: {
      main: {
        activities: [activity('Look', 'GetMetadata', { dataset: { referenceName: 'DS' }, fieldList: ['exists'] })],
      },
      parent: {
        activities: [activity('Start', 'ExecutePipeline', { pipeline: { referenceName: 'main' } })],
      },
    },
    datasets: {
      DS: {
        type: 'Binary',
        linkedServiceName: { referenceName: 'LS' },
        typeProperties: { location: { fileSystem: 'oea' } },
      },
    },
    linkedservices: { LS: { type: 'AzureBlobFS', typeProperties: {} } },
  });
  const id = broken.runner.createRun('main');
  await expect(broken.runner.finished(id)).rejects.toThrow(TypeError);
  expect(broken.runner.pipelineRun(id)).toMatchObject({
    status: 'Failed',
    message: 'The interpreter of pipelines failed.',
  });
  expect(workspace.error(await workspace.run('main'), 'Look')?.message).toBe("The dataset 'DS' was not found.");
  // Nobody asks for the end of a run that another one only starts: the defect does not end the process.
  expect((await broken.run('parent')).status).toBe('Succeeded');
  await broken.runner.idle();
});
