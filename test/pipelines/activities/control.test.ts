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

const variables = { text: { type: 'String' }, list: { type: 'Array' }, flag: { type: 'Boolean', defaultValue: true } };

/** Reads a variable at the end, as the output of an activity. */
const read = (name: string, ...afterNames: string[]): Json =>
  activity(
    'Read',
    'Filter',
    { items: expression(`@createArray(variables('${name}'))`), condition: expression('@true') },
    after(...afterNames),
  );

test('SetVariable and AppendVariable', async () => {
  const workspace = onePipeline(
    [
      setVariable('Set', 'text', "@concat('a', pipeline().parameters.suffix)"),
      activity('Append', 'AppendVariable', { variableName: 'list', value: "@variables('text')" }, after('Set')),
      activity('Append again', 'AppendVariable', { variableName: 'list', value: 2 }, after('Append')),
      read('list', 'Append again'),
    ],
    { variables, parameters: { suffix: { type: 'string', defaultValue: 'z' } } },
  );
  const run = await workspace.run('main', { suffix: 'b' });
  expect(run.status).toBe('Succeeded');
  expect(workspace.output(run, 'Set')).toEqual({ name: 'text', value: 'ab' });
  expect(workspace.output(run, 'Read')).toEqual({ ItemsCount: 1, FilteredItemsCount: 1, Value: [['ab', 2]] });
});

test('variables have their default, or an empty value of their type', async () => {
  const items = expression("@createArray(variables('text'), variables('list'), variables('flag'))");
  const workspace = onePipeline([activity('Read', 'Filter', { items, condition: expression('@true') })], { variables });
  const run = await workspace.run('main');
  expect(workspace.output(run, 'Read')).toEqual({ ItemsCount: 3, FilteredItemsCount: 3, Value: ['', [], true] });
});

test.each<[string, Json, string]>([
  [
    'another type',
    setVariable('Set', 'flag', 'yes'),
    "The variable 'flag' of type 'Boolean' cannot be initialized or updated with value of type 'String'. The variable 'flag' only supports values of types 'Boolean'.",
  ],
  [
    'an unknown variable',
    setVariable('Set', 'nope', 'yes'),
    "Template language expression cannot be evaluated: the template variable 'nope' cannot be found.",
  ],
  [
    'itself',
    setVariable('Set', 'text', "@concat(variables('text'), 'b')"),
    "The inputs of activity 'Set' of type 'SetVariable' are not valid. Self reference is not supported when updating the value of variable 'text'.",
  ],
  [
    'appending to text',
    activity('Set', 'AppendVariable', { variableName: 'text', value: 'x' }),
    "The variable 'text' of type 'String' cannot be appended to. Appending only supports variables of types 'Array'.",
  ],
])('a variable refuses %s', async (_title, one, message) => {
  const workspace = onePipeline([one], { variables });
  const run = await workspace.run('main');
  expect(workspace.error(run, 'Set')?.message).toBe(message);
  expect(run.message).toBe(`Operation on target Set failed: ${message}`);
});

describe('IfCondition and Switch', () => {
  const branches = (condition: string): Json =>
    activity('If', 'IfCondition', {
      expression: expression(condition),
      ifTrueActivities: [waitSeconds('Yes', 0)],
      ifFalseActivities: [waitSeconds('No', 0)],
    });

  test.each<[string, string]>([
    ['@equals(1, 1)', 'Yes'],
    ["@string('False')", 'No'],
    ['@sub(1, 1)', 'No'],
    ['@1.5', 'Yes'],
  ])('%s runs %s', async (condition, ran) => {
    const workspace = onePipeline([branches(condition)]);
    const run = await workspace.run('main');
    expect(workspace.statuses(run)).toEqual(['If: Succeeded', `${ran}: Succeeded`]);
  });

  test('a condition that is no boolean fails the activity', async () => {
    const workspace = onePipeline([branches("@string('perhaps')")]);
    const run = await workspace.run('main');
    expect(workspace.error(run, 'If')).toEqual({
      code: 'InvalidTemplate',
      message:
        "The template language function 'bool' was invoked with a parameter that is not valid. The value cannot be converted to the target type.",
    });
  });

  test.each<[string, string]>([
    ['a', 'A'],
    ['b', 'B'],
    ['c', 'Default'],
  ])('case %s runs %s', async (value, ran) => {
    const workspace = onePipeline(
      [
        activity('Switch', 'Switch', {
          on: expression('@pipeline().parameters.on'),
          cases: [
            { value: 'a', activities: [waitSeconds('A', 0)] },
            { value: 'b', activities: [waitSeconds('B', 0)] },
          ],
          defaultActivities: [waitSeconds('Default', 0)],
        }),
      ],
      { parameters: { on: { type: 'string' } } },
    );
    const run = await workspace.run('main', { on: value });
    expect(workspace.statuses(run)).toEqual(['Switch: Succeeded', `${ran}: Succeeded`]);
  });

  test('an inner failure is told with its name, level by level', async () => {
    const inner = activity('Inner', 'IfCondition', {
      expression: true,
      ifTrueActivities: [failWith('Stop', 'because')],
    });
    const workspace = onePipeline([activity('Outer', 'IfCondition', { expression: true, ifTrueActivities: [inner] })]);
    const run = await workspace.run('main');
    const innerMessage = 'Activity failed because an inner activity failed; Inner activity name: Stop, Error: because';
    expect(workspace.error(run, 'Inner')).toEqual({ code: 'ActionFailed', message: innerMessage });
    expect(run.message).toBe(
      `Operation on target Outer failed: Activity failed because an inner activity failed; Inner activity name: Inner, Error: ${innerMessage}`,
    );
  });
});

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
        read('list', 'Loop'),
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
        read('list', 'Loop'),
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
      "The execution of template action 'Loop' failed: The result of the evaluation of 'foreach' expression '@string('a')' is of type 'String'. The result must be a valid array.",
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

  test('a failing iteration ends it', async () => {
    const workspace = onePipeline([counting('@false', { activities: [failWith('Stop', 'no')] })], { variables });
    const run = await workspace.run('main');
    expect(workspace.statuses(run)).toEqual(['Loop: Failed', 'Stop: Failed']);
  });

  test('a timeout that is none is refused', async () => {
    const workspace = onePipeline([counting('@false', { timeout: 'soon' })], { variables });
    expect(workspace.error(await workspace.run('main'), 'Loop')?.message).toBe(
      "The timeout of 'Loop' is not of the form d.hh:mm:ss.",
    );
  });
});

test('Filter keeps what meets the condition, and sees the item', async () => {
  const workspace = onePipeline([
    activity('Keep', 'Filter', { items: expression('@range(1, 5)'), condition: expression('@greater(item(), 3)') }),
  ]);
  const run = await workspace.run('main');
  expect(workspace.output(run, 'Keep')).toEqual({ ItemsCount: 5, FilteredItemsCount: 2, Value: [4, 5] });
});

test('Filter refuses items that are no array', async () => {
  const workspace = onePipeline([activity('Keep', 'Filter', { items: 'x', condition: expression('@true') })]);
  expect(workspace.error(await workspace.run('main'), 'Keep')?.message).toBe(
    "The items of 'Keep' are of type 'String'. They must be a valid array.",
  );
});

test('Fail gives its own code and message', async () => {
  const workspace = onePipeline([
    activity('Stop', 'Fail', { message: expression("@concat('no ', 1)"), errorCode: 'MINE' }),
    activity(
      'Report',
      'Filter',
      {
        items: expression("@createArray(activity('Stop').error.message, activity('Stop').Status)"),
        condition: expression('@true'),
      },
      after('Stop Failed'),
    ),
  ]);
  const run = await workspace.run('main');
  expect(workspace.error(run, 'Stop')).toEqual({ code: 'MINE', message: 'no 1' });
  expect(workspace.output(run, 'Report')).toMatchObject({ Value: ['no 1', 'Failed'] });
});

test('Wait takes its time by the clock, and refuses what is no number', async () => {
  const workspace = onePipeline([activity('Nap', 'Wait', { waitTimeInSeconds: expression("@int('86400')") })]);
  const run = await workspace.run('main');
  expect([run.runStart, run.runEnd]).toEqual([start, '2026-01-16T10:30:00.000Z']);
  const wrong = onePipeline([activity('Nap', 'Wait', { waitTimeInSeconds: 'long' })]);
  expect(wrong.error(await wrong.run('main'), 'Nap')?.message).toBe(
    "The waitTimeInSeconds of 'Nap' must be a whole number.",
  );
});

test('an expression about what is not there fails the activity in the words of the service', async () => {
  const workspace = onePipeline(
    [
      setVariable('Set', 'text', "@activity('Later').output"),
      setVariable('Item', 'text', '@item()'),
      setVariable('Data', 'text', '@dataset().x'),
      setVariable('Parse', 'text', '@concat('),
    ],
    { variables },
  );
  const run = await workspace.run('main');
  expect(['Set', 'Item', 'Data', 'Parse'].map((name) => workspace.error(run, name))).toEqual([
    {
      code: 'InvalidTemplate',
      message:
        "Template language expression cannot be evaluated: the activity 'Later' cannot be found, or has not run.",
    },
    { code: 'InvalidTemplate', message: "The template function 'item' is not expected at this location." },
    { code: 'InvalidTemplate', message: "The template function 'dataset' is not expected at this location." },
    {
      code: 'InvalidTemplate',
      message: "Unable to parse expression '@concat(': expected an expression and actual 'EndOfData' at position 8.",
    },
  ]);
});
