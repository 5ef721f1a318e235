import { activity, after, expression, failWith, onePipeline, readVariable, waitSeconds, type Json } from '../workspace';

const variables = { list: { type: 'Array' } };

describe('ForEach', () => {
  const loop = (more: Json, activities: Json[]): Json => activity('Loop', 'ForEach', { ...more, activities });
  const items = expression('@range(0, 5)');

  test('runs its activities for each item, in turn when it is sequential', async () => {
    const workspace = onePipeline(
      [
        loop({ items, isSequential: true }, [
          activity('Append', 'AppendVariable', { variableName: 'list', value: '@item()' }),
          waitSeconds('Pause', 10, after('Append')),
        ]),
        readVariable('list', 'Loop'),
      ],
      { variables },
    );
    const run = await workspace.run('main');
    expect(workspace.output(run, 'Read')).toMatchObject({ Value: [[0, 1, 2, 3, 4]] });
    expect(run.durationInMs).toBe(50_000);
    expect(workspace.activities(run).filter(({ activityName }) => activityName === 'Pause')[3]).toMatchObject({
      iterationHash: '3',
      activityRunStart: '2026-01-15T10:30:30.000Z',
    });
  });

  test.each<[Json, number]>([
    [{}, 10],
    [{ batchCount: 2 }, 30],
    [{ batchCount: expression('@add(1, 3)') }, 20],
    [{ isSequential: true, batchCount: 5 }, 50],
    [{ isSequential: 'true' }, 50],
    [{ isSequential: 'false', batchCount: 5 }, 10],
  ])('%j of five waits of ten seconds takes %d', async (more, seconds) => {
    const workspace = onePipeline([loop({ items, ...more }, [waitSeconds('Pause', 10)])]);
    const run = await workspace.run('main');
    expect(run.durationInMs).toBe(seconds * 1000);
  });

  test('all iterations run, and one failure fails it', async () => {
    const inner = activity('If', 'IfCondition', {
      expression: expression('@equals(item(), 1)'),
      ifTrueActivities: [failWith('Stop', 'item @{item()}')],
    });
    const workspace = onePipeline([loop({ items, isSequential: true }, [inner])]);
    const run = await workspace.run('main');
    expect(workspace.statuses(run).filter((text) => text.startsWith('If'))).toEqual([
      'If: Succeeded',
      'If: Failed',
      'If: Succeeded',
      'If: Succeeded',
      'If: Succeeded',
    ]);
    expect(workspace.error(run, 'Loop')).toEqual({
      code: 'ActionFailed',
      message:
        'Activity failed because an inner activity failed; Inner activity name: If, Error: Activity failed because an inner activity failed; Inner activity name: Stop, Error: item 1',
    });
  });

  test('inner activities see those of their own iteration, and those around the loop', async () => {
    const keep = { items: expression('@createArray(item())'), condition: expression('@true') };
    const workspace = onePipeline(
      [
        activity('Before', 'Filter', { items: expression('@createArray(7)'), condition: expression('@true') }),
        {
          ...loop({ items: expression('@createArray(1, 2)') }, [
            activity('Own', 'Filter', keep),
            activity(
              'Append',
              'AppendVariable',
              {
                variableName: 'list',
                value: "@add(activity('Own').output.Value[0], activity('Before').output.Value[0])",
              },
              after('Own'),
            ),
          ]),
          ...after('Before'),
        },
        readVariable('list', 'Loop'),
      ],
      { variables },
    );
    const run = await workspace.run('main');
    expect(workspace.output(run, 'Read')).toMatchObject({ Value: [[8, 9]] });
  });

  test.each<[string, Json, string]>([
    [
      'items that are no array',
      { items: expression("@string('a')") },
      "The execution of template action 'Loop' failed: the result of the evaluation of 'foreach' expression '@string('a')' is of type 'String'. The result must be a valid array.",
    ],
    ['a batch too large', { items, batchCount: 51 }, "The batchCount of 'Loop' must be between 1 and 50."],
  ])('refuses %s', async (_title, more, message) => {
    const workspace = onePipeline([loop(more, [waitSeconds('Pause', 1)])]);
    const run = await workspace.run('main');
    expect(workspace.error(run, 'Loop')?.message).toBe(message);
  });
});

describe('Until', () => {
  const counting = (condition: string, more: Json = {}): Json =>
    activity('Loop', 'Until', {
      expression: expression(condition),
      timeout: '0.01:00:00',
      activities: [
        activity('Append', 'AppendVariable', { variableName: 'list', value: 'x' }),
        waitSeconds('Pause', 60, after('Append')),
      ],
      ...more,
    });

  test('repeats until the condition holds', async () => {
    const workspace = onePipeline([counting("@equals(length(variables('list')), 3)")], { variables });
    const run = await workspace.run('main');
    expect({ status: run.status, minutes: (run.durationInMs ?? 0) / 60_000 }).toEqual({
      status: 'Succeeded',
      minutes: 3,
    });
  });

  test('the condition sees the last iteration', async () => {
    const workspace = onePipeline([counting("@equals(activity('Append').output.value, 'x')")], { variables });
    expect((await workspace.run('main')).durationInMs).toBe(60_000);
  });

  test('ends at its timeout', async () => {
    const workspace = onePipeline([counting('@false')], { variables });
    const run = await workspace.run('main');
    expect(workspace.error(run, 'Loop')).toEqual({
      code: 'ActivityTimeout',
      message: "The activity 'Loop' did not end within its timeout.",
    });
    expect(run.durationInMs).toBe(3_600_000);
  });

  test('an iteration that takes no time takes a second, so that it ends', async () => {
    const workspace = onePipeline([counting('@false', { timeout: '00:00:05', activities: [] })], { variables });
    expect((await workspace.run('main')).durationInMs).toBe(5000);
  });

  /** Fails as long as the list is shorter than that; the list grows by one in each iteration. */
  const failingBelow = (length: number): Json[] => [
    activity('Append', 'AppendVariable', { variableName: 'list', value: 'x' }),
    activity(
      'Try',
      'IfCondition',
      {
        expression: expression(`@less(length(variables('list')), ${length})`),
        ifTrueActivities: [failWith('Stop', 'no')],
      },
      after('Append'),
    ),
  ];

  test('a failing iteration does not end it', async () => {
    const condition = "@equals(activity('Try').Status, 'Succeeded')";
    const workspace = onePipeline([counting(condition, { activities: failingBelow(3) })], { variables });
    const run = await workspace.run('main');
    expect([run.status, workspace.statuses(run)]).toEqual([
      'Succeeded',
      [
        'Loop: Succeeded',
        ...['Append: Succeeded', 'Try: Failed', 'Stop: Failed'],
        ...['Append: Succeeded', 'Try: Failed', 'Stop: Failed'],
        ...['Append: Succeeded', 'Try: Succeeded'],
      ],
    ]);
  });

  test('it fails when the last iteration did', async () => {
    const condition = "@equals(length(variables('list')), 2)";
    const workspace = onePipeline([counting(condition, { activities: failingBelow(3) })], { variables });
    const run = await workspace.run('main');
    expect(workspace.error(run, 'Loop')).toEqual({
      code: 'ActionFailed',
      message:
        'Activity failed because an inner activity failed; Inner activity name: Try, Error: Activity failed because an inner activity failed; Inner activity name: Stop, Error: no',
    });
  });

  test('is cancelled within an iteration', async () => {
    const workspace = onePipeline([counting('@false')], { variables });
    const id = workspace.runner.createRun('main');
    workspace.clock.at(workspace.clock.now() + 90_000, () => workspace.runner.cancel(id));
    const run = await workspace.runner.finished(id);
    expect([run.status, run.durationInMs, workspace.statuses(run).at(-1)]).toEqual([
      'Cancelled',
      90_000,
      'Pause: Cancelled',
    ]);
  });

  test('a timeout that is none is refused', async () => {
    const workspace = onePipeline([counting('@false', { timeout: 'soon' })], { variables });
    expect(workspace.error(await workspace.run('main'), 'Loop')?.message).toBe(
      "The timeout of 'Loop' is not of the form d.hh:mm:ss.",
    );
  });
});
