import {
  activity,
  after,
  expression,
  onePipeline,
  TestWorkspace,
  setVariable,
  waitSeconds,
  type Json,
} from './workspace';

const variables = { text: { type: 'String' } };

/** How a run of the pipeline is refused. */
function refusal(workspace: TestWorkspace): unknown {
  try {
    workspace.runner.createRun('main');
    return 'It runs.';
  } catch (error) {
    const { code, message, place } = error as { code: string; message: string; place: unknown };
    return { code, message, place };
  }
}

const within = (container: Json, name: string): Json =>
  activity(name, 'ForEach', { items: expression('@range(0, 1)'), activities: [container] });

test.each<[string, Json, string]>([
  ['an activity', activity('Flow', 'ExecuteDataFlow'), "'Flow' is of type ExecuteDataFlow"],
  [
    'several, wherever they are',
    activity('Switch', 'Switch', {
      on: 'a',
      cases: [{ value: 'a', activities: [activity('Hook', 'WebHook')] }],
      defaultActivities: [
        activity('If', 'IfCondition', {
          expression: true,
          ifFalseActivities: [activity('Function', 'AzureFunctionActivity')],
        }),
      ],
    }),
    "'Hook' is of type WebHook, 'Function' is of type AzureFunctionActivity",
  ],
])('%s of a type that cannot run here is named before the run', (_title, one, named) => {
  expect(refusal(onePipeline([waitSeconds('First', 1), one]))).toEqual({
    code: 'PIPELINE_UNSUPPORTED',
    message: `Activities cannot run here: ${named}.`,
    place: { path: 'pipelines/main' },
  });
});

test('types ignore case', async () => {
  const keep = activity('Keep', 'filter', { items: expression('@range(1, 3)'), condition: '@equals(item(), 2)' });
  const workspace = onePipeline([keep]);
  const run = await workspace.run('main');
  expect(workspace.output(run, 'Keep')).toEqual({ ItemsCount: 3, FilteredItemsCount: 1, Value: [2] });
});

test.each<[string, Json, string]>([
  [
    'does not parse',
    setVariable('Set', 'text', '@concat('),
    "The inputs of activity 'Set' are not valid: Unable to parse expression '@concat(': expected an expression and actual 'EndOfData' at position 8.",
  ],
  [
    'calls what does not exist, in a container',
    within(setVariable('Set', 'text', "@{abs(-1)} and @{toUpper('a')}"), 'Loop'),
    "The inputs of activity 'Set' are not valid: The template function 'abs' is not defined or not valid.",
  ],
  [
    'has too few parameters',
    activity('Keep', 'Filter', { items: expression('@range(1)'), condition: true }),
    "The inputs of activity 'Keep' are not valid: The template function 'range' expects 2 parameters and was given 1.",
  ],
  [
    'stands in a policy',
    activity('Nap', 'Wait', { waitTimeInSeconds: 1 }, { policy: { timeout: '@nope()' } }),
    "The inputs of activity 'Nap' are not valid: The template function 'nope' is not defined or not valid.",
  ],
  [
    'is too long',
    setVariable('Set', 'text', `@concat('${'x'.repeat(8190)}')`),
    "The inputs of activity 'Set' are not valid: The expression has 8201 characters; the service takes 8192.",
  ],
])('an expression that %s is refused before the run', (_title, one, message) => {
  expect(refusal(onePipeline([waitSeconds('First', 1), one], { variables }))).toEqual({
    code: 'EXPRESSION_INVALID',
    message,
    place: { path: 'pipelines/main' },
  });
});

test('lists of inner activities are checked as the outermost is', () => {
  const inner = [waitSeconds('A', 0), waitSeconds('B', 0, after('C'))];
  expect(refusal(onePipeline([activity('Loop', 'Until', { expression: true, activities: inner })]))).toEqual({
    code: 'PIPELINE_INVALID',
    message: 'The activity B depends on C, which is not beside it.',
    place: { path: 'pipelines/main' },
  });
});

describe('what a pipeline refers to', () => {
  const execute = (name: string, pipeline: string, more: Json = {}): Json =>
    activity(name, 'ExecutePipeline', { pipeline: { referenceName: pipeline, type: 'PipelineReference' } }, more);

  test('is checked with it: pipelines below pipelines, in a circle too', () => {
    const workspace = onePipeline(
      [execute('Run', 'CHILD')],
      {},
      {},
      {
        child: { activities: [execute('Back', 'main'), execute('On', 'grandchild')] },
        grandchild: { activities: [activity('Flow', 'ExecuteDataFlow')] },
      },
    );
    expect(refusal(workspace)).toEqual({
      code: 'PIPELINE_UNSUPPORTED',
      message: "Activities cannot run here: 'Flow' is of type ExecuteDataFlow.",
      place: { path: 'pipelines/grandchild' },
    });
  });

  test('is checked with it: a data set, and the linked service of that', () => {
    const dataset = { referenceName: 'DS', type: 'DatasetReference' };
    const service = { referenceName: 'LS', type: 'LinkedServiceReference' };
    const workspaceWith = (fileName: string, url: string): TestWorkspace =>
      new TestWorkspace({
        pipelines: { main: { activities: [activity('Look', 'GetMetadata', { dataset, fieldList: ['exists'] })] } },
        datasets: { DS: { type: 'Binary', linkedServiceName: service, typeProperties: { location: { fileName } } } },
        linkedservices: { LS: { type: 'AzureBlobFS', typeProperties: { url } } },
      });
    expect(refusal(workspaceWith('@file()', '@url()'))).toEqual({
      code: 'EXPRESSION_INVALID',
      message: "The properties are not valid: The template function 'file' is not defined or not valid.",
      place: { path: 'datasets/DS' },
    });
    expect(refusal(workspaceWith("@concat('a')", '@url()'))).toMatchObject({ place: { path: 'linkedservices/LS' } });
  });

  test('is left to the activity where it is not there, or known only when it runs', async () => {
    const missing = onePipeline([execute('Run', 'nowhere')]);
    expect((await missing.run('main')).message).toBe(
      'Operation on target Run failed: The Pipeline nowhere was not found.',
    );
    const computed = onePipeline(
      [execute('Run', "@concat('ch', 'ild')")],
      {},
      {},
      {
        child: { activities: [activity('Flow', 'ExecuteDataFlow')] },
      },
    );
    const run = await computed.run('main');
    await computed.runner.idle();
    const [, child] = computed.runner.pipelineRuns();
    expect([run.status, child?.message]).toEqual([
      'Succeeded',
      "Operation on target Flow failed: The activity type 'ExecuteDataFlow' of 'Flow' is not one that can run here.",
    ]);
  });

  test('is not looked at where the activity, or a container around it, is inactive', async () => {
    const broken = { referenceName: 'broken', type: 'PipelineReference' };
    const inactive = { state: 'Inactive' };
    const workspace = onePipeline(
      [
        activity('Flow', 'ExecuteDataFlow', { value: '@nope()' }, inactive),
        activity('Run', 'ExecutePipeline', { pipeline: broken }, inactive),
        { ...within(activity('Inner', 'WebHook', { pipeline: broken, value: '@(' }), 'Loop'), ...inactive },
      ],
      {},
      {},
      { broken: { activities: [activity('Flow', 'ExecuteDataFlow')] } },
    );
    const run = await workspace.run('main');
    expect([run.status, workspace.statuses(run)]).toEqual([
      'Succeeded',
      ['Flow: Inactive', 'Run: Inactive', 'Loop: Inactive'],
    ]);
  });
});
