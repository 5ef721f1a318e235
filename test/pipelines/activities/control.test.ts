import {
  activity,
  after,
  expression,
  failWith,
  onePipeline,
  readVariable,
  setVariable,
  start,
  waitSeconds,
  type Json,
} from '../workspace';

const variables = { text: { type: 'String' }, list: { type: 'Array' }, flag: { type: 'Boolean', defaultValue: true } };

test('SetVariable and AppendVariable', async () => {
  const workspace = onePipeline(
    [
      setVariable('Set', 'text', "@concat('a', pipeline().parameters.suffix)"),
      activity('Append', 'AppendVariable', { variableName: 'list', value: "@variables('text')" }, after('Set')),
      activity('Append again', 'AppendVariable', { variableName: 'list', value: 2 }, after('Append')),
      readVariable('list', 'Append again'),
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
    ],
    { variables },
  );
  const run = await workspace.run('main');
  expect(['Set', 'Item', 'Data'].map((name) => workspace.error(run, name))).toEqual([
    {
      code: 'InvalidTemplate',
      message:
        "Template language expression cannot be evaluated: the activity 'Later' cannot be found, or has not run.",
    },
    { code: 'InvalidTemplate', message: "The template function 'item' is not expected at this location." },
    { code: 'InvalidTemplate', message: "The template function 'dataset' is not expected at this location." },
  ]);
});
