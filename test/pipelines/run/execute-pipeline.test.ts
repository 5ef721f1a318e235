import {
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

const execute = (name: string, more: Json = {}, beside: Json = {}): Json =>
  activity(
    name,
    'ExecutePipeline',
    { pipeline: { referenceName: 'child', type: 'PipelineReference' }, waitOnCompletion: true, ...more },
    beside,
  );

const child = (activities: readonly Json[], more: Json = {}): Readonly<Record<string, Json>> => ({
  child: { activities, ...more },
});

const returnValue = (value: readonly Json[], more: Json = {}): Json =>
  activity('Return', 'SetVariable', { variableName: 'pipelineReturnValue', setSystemVariable: true, value }, more);

test('passes parameters, waits, and gives back what the other pipeline returns', async () => {
  const workspace = onePipeline(
    [
      execute('Run child', { parameters: { name: expression('@pipeline().parameters.who'), count: '3' } }),
      setVariable('Keep', 'text', "@activity('Run child').output.pipelineReturnValue.greeting", after('Run child')),
    ],
    { parameters: { who: { type: 'string' } }, variables: { text: { type: 'String' } } },
    {},
    child(
      [
        waitSeconds('Work', 30),
        returnValue(
          [
            {
              key: 'greeting',
              value: { type: 'Expression', content: "@concat('hello ', pipeline().parameters.name)" },
            },
            { key: 'twice', value: { type: 'Expression', content: '@mul(pipeline().parameters.count, 2)' } },
            { key: 'list', value: { type: 'Array', content: [{ type: 'Int', content: 1 }, { type: 'Null' }] } },
            { key: 'plain', value: { type: 'String', content: '@as written' } },
            {
              key: 'deep',
              value: { type: 'Object', content: [{ key: 'a', value: { type: 'Boolean', content: true } }] },
            },
            { key: 'by', value: { type: 'Expression', content: '@pipeline()?.TriggeredByPipelineName' } },
          ],
          after('Work'),
        ),
      ],
      { parameters: { name: { type: 'string' }, count: { type: 'int' }, more: { type: 'bool', defaultValue: false } } },
    ),
  );
  const run = await workspace.run('main', { who: 'you' });
  expect(run.status).toBe('Succeeded');
  expect(workspace.output(run, 'Run child')).toEqual({
    pipelineName: 'child',
    pipelineRunId: 'id-3',
    pipelineReturnValue: {
      greeting: 'hello you',
      twice: 6,
      list: [1, null],
      plain: '@as written',
      deep: { a: true },
      by: 'main',
    },
  });
  expect(workspace.output(run, 'Keep')).toEqual({ name: 'text', value: 'hello you' });
  expect(workspace.runner.pipelineRun('id-3')).toEqual({
    id: '/WORKSPACES/SYN/PIPELINERUNS/ID-3',
    runId: 'id-3',
    runGroupId: 'id-1',
    isLatest: true,
    pipelineName: 'child',
    parameters: { name: 'you', count: '3', more: 'False' },
    invokedBy: {
      id: 'id-1',
      name: 'main',
      invokedByType: 'PipelineActivity',
      pipelineName: 'main',
      pipelineRunId: 'id-1',
    },
    runStart: start,
    runEnd: '2026-01-15T10:30:30.000Z',
    durationInMs: 30_000,
    status: 'Succeeded',
    message: '',
    lastUpdated: '2026-01-15T10:30:30.000Z',
    annotations: [],
    runDimension: {},
  });
});

test('a failure goes up with the name of each target', async () => {
  const grandchild = { grandchild: { activities: [failWith('Stop', 'because')] } };
  const workspace = onePipeline(
    [execute('Run child')],
    {},
    {},
    {
      ...child([execute('Run grandchild', { pipeline: { referenceName: 'GRANDCHILD', type: 'PipelineReference' } })]),
      ...grandchild,
    },
  );
  const run = await workspace.run('main');
  expect(run).toMatchObject({
    status: 'Failed',
    message:
      'Operation on target Run child failed: Operation on target Run grandchild failed: Operation on target Stop failed: because',
  });
  expect(workspace.activities(run)[0]?.error).toEqual({
    errorCode: 'BadRequest',
    message: 'Operation on target Run grandchild failed: Operation on target Stop failed: because',
    failureType: 'UserError',
    target: 'Run child',
    details: '',
  });
});

test('without waitOnCompletion the pipeline goes on at once', async () => {
  const workspace = onePipeline(
    [execute('Start child', { waitOnCompletion: false })],
    {},
    {},
    child([waitSeconds('Work', 60)]),
  );
  const run = await workspace.run('main');
  expect(run.durationInMs).toBe(0);
  expect(workspace.output(run, 'Start child')).toEqual({ pipelineName: 'child', pipelineRunId: 'id-3' });
  await workspace.runner.idle();
  expect(workspace.runner.pipelineRun('id-3')).toMatchObject({ status: 'Succeeded', durationInMs: 60_000 });
});

test.each<[string, Json, Json, string]>([
  ['a pipeline that is not there', { pipeline: { referenceName: 'other' } }, {}, 'The Pipeline other was not found.'],
  [
    'a parameter without a value',
    {},
    { parameters: { name: { type: 'string' } } },
    "The value for the template parameter 'name' is not provided.",
  ],
  [
    'a parameter of another type',
    { parameters: { count: 'many' } },
    { parameters: { count: { type: 'int' } } },
    "The provided value for the template parameter 'count' is not valid. Expected a value of type 'Integer', but received a value of type 'String'.",
  ],
])('fails for %s', async (_title, properties, definition, message) => {
  const workspace = onePipeline([execute('Run child', properties)], {}, {}, child([], definition));
  expect(workspace.error(await workspace.run('main'), 'Run child')).toEqual({ code: 'BadRequest', message });
});

describe('concurrency', () => {
  test('runs beyond it wait in the order in which they were asked for', async () => {
    const workspace = onePipeline([waitSeconds('Work', 10)], { concurrency: 2 });
    const ids = [1, 2, 3, 4, 5].map(() => workspace.runner.createRun('main'));
    const runs = await Promise.all(ids.map((id) => workspace.runner.finished(id)));
    expect(runs.map(({ runEnd }) => runEnd?.slice(17, 19))).toEqual(['10', '10', '20', '20', '30']);
  });

  test('a run in the queue is Queued, and can be cancelled there', async () => {
    const workspace = onePipeline([waitSeconds('Work', 10)], { concurrency: 1 });
    const [first = '', second = '', third = ''] = [1, 2, 3].map(() => workspace.runner.createRun('main'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(workspace.runner.pipelineRun(second).status).toBe('Queued');
    workspace.runner.cancel(second);
    const cancelled = await workspace.runner.finished(second);
    expect([cancelled.status, cancelled.durationInMs]).toEqual(['Cancelled', 0]);
    expect((await workspace.runner.finished(third)).runEnd).toBe('2026-01-15T10:30:20.000Z');
    expect((await workspace.runner.finished(first)).status).toBe('Succeeded');
  });

  test('a hundred wait, no more', async () => {
    const workspace = onePipeline([waitSeconds('Work', 10)], { concurrency: 1 });
    for (let count = 0; count < 100; count += 1) workspace.runner.createRun('main');
    expect(() => workspace.runner.createRun('main')).toThrow(
      expect.objectContaining({
        code: 'PIPELINE_QUEUE_FULL',
        message: 'The pipeline main has 100 runs in its queue already.',
      }),
    );
    await workspace.runner.idle();
  });
});

describe('cancel', () => {
  const nested = () =>
    onePipeline(
      [execute('Run child'), waitSeconds('Later', 1, after('Run child Completed'))],
      {},
      {},
      child([waitSeconds('Work', 600)]),
    );

  /** Lets everything that can go on go on, without time passing. */
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test('stops a run and, recursively, those that it started', async () => {
    const workspace = nested();
    const id = workspace.runner.createRun('main');
    workspace.clock.at(workspace.clock.now() + 60_000, () => workspace.runner.cancel(id, true));
    const run = await workspace.runner.finished(id);
    await workspace.runner.idle();
    expect([run.status, run.message, run.durationInMs]).toEqual(['Cancelled', '', 60_000]);
    expect(workspace.statuses(run)).toEqual(['Run child: Cancelled']);
    const inner = workspace.runner.pipelineRun('id-3');
    expect([inner.status, inner.durationInMs, workspace.statuses(inner)]).toEqual([
      'Cancelled',
      60_000,
      ['Work: Cancelled'],
    ]);
  });

  test('leaves those that it started when it is not recursive', async () => {
    const workspace = nested();
    const id = workspace.runner.createRun('main');
    workspace.clock.at(workspace.clock.now() + 60_000, () => workspace.runner.cancel(id));
    expect((await workspace.runner.finished(id)).status).toBe('Cancelled');
    await workspace.runner.idle();
    expect(workspace.runner.pipelineRun('id-3')).toMatchObject({ status: 'Succeeded', durationInMs: 600_000 });
  });

  test('a pipeline that waits for a cancelled run fails', async () => {
    const workspace = nested();
    const id = workspace.runner.createRun('main');
    workspace.clock.at(workspace.clock.now() + 60_000, () => workspace.runner.cancel('id-3'));
    const run = await workspace.runner.finished(id);
    expect(workspace.statuses(run)).toEqual(['Run child: Failed', 'Later: Succeeded']);
    expect(workspace.error(run, 'Run child')?.message).toBe("The pipeline run 'id-3' was cancelled.");
  });

  test('is Canceling until its activities have ended; afterwards it does nothing', async () => {
    const workspace = onePipeline([waitSeconds('Work', 600)]);
    const id = workspace.runner.createRun('main');
    await Promise.resolve();
    await Promise.resolve();
    workspace.runner.cancel(id);
    expect(workspace.runner.pipelineRun(id).status).toBe('Canceling');
    await workspace.runner.finished(id);
    await turn();
    workspace.runner.cancel(id);
    expect(workspace.runner.pipelineRun(id).status).toBe('Cancelled');
  });

  test('an unknown run is refused', () => {
    expect(() => nested().runner.cancel('none')).toThrow(
      expect.objectContaining({ code: 'RUN_NOT_FOUND', message: 'The pipeline run none was not found.' }),
    );
  });
});

test('a pipeline that is not there is refused', () => {
  expect(() => onePipeline([]).runner.createRun('other')).toThrow(
    expect.objectContaining({ code: 'PIPELINE_NOT_FOUND', message: 'The Pipeline other was not found.' }),
  );
});
