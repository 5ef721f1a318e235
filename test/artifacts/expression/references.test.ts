import {
  checkTemplate,
  expressionFunctions,
  expressionRoots,
  parseTemplate,
  referencesOf,
  type ExpressionProblem,
  type ExpressionReference,
} from '../../../src/artifacts/expression';

describe('referencesOf', () => {
  test.each<[string, ExpressionReference[]]>([
    ['plain text', []],
    ['@pipeline().parameters.version', [{ root: 'parameters', name: 'version', position: 1 }]],
    ["@pipeline()?.parameters?['version']", [{ root: 'parameters', name: 'version', position: 1 }]],
    ['@pipeline().Parameters.version.x', [{ root: 'parameters', name: 'version', position: 1 }]],
    ['@pipeline().globalParameters.owner', [{ root: 'globalParameters', name: 'owner', position: 1 }]],
    ['@pipeline().parameters', [{ root: 'pipeline', name: 'parameters', position: 1 }]],
    ['@pipeline().RunId', [{ root: 'pipeline', name: 'RunId', position: 1 }]],
    ['@pipeline()', [{ root: 'pipeline', position: 1 }]],
    ["@Variables('newest')", [{ root: 'variables', name: 'newest', position: 1 }]],
    ["@activity('Get').output.childItems", [{ root: 'activities', name: 'Get', position: 1 }]],
    ['@dataset().directory', [{ root: 'dataset', name: 'directory', position: 1 }]],
    ['@{linkedService().url}', [{ root: 'linkedService', name: 'url', position: 2 }]],
    ['@trigger().startTime', [{ root: 'trigger', name: 'startTime', position: 1 }]],
    ['@triggerBody()', [{ root: 'trigger', position: 1 }]],
    ['@item().name', [{ root: 'item', position: 1 }]],
    [
      '@variables(item())',
      [
        { root: 'variables', position: 1 },
        { root: 'item', position: 11 },
      ],
    ],
    [
      "a @{pipeline().parameters[item()]} b @{activity('A').output[variables('i')]}",
      [
        { root: 'parameters', position: 4 },
        { root: 'item', position: 26 },
        { root: 'activities', name: 'A', position: 39 },
        { root: 'variables', name: 'i', position: 60 },
      ],
    ],
  ])('of %s', (text, expected) => {
    expect(referencesOf(parseTemplate(text))).toEqual(expected);
  });
});

describe('checkTemplate', () => {
  test.each<[string, ExpressionProblem[]]>([
    ['text', []],
    ["@CONCAT('a')", []],
    [
      '@concat()',
      [{ position: 1, message: "The template function 'concat' expects at least 1 parameter and was given 0." }],
    ],
    ['@item(1)', [{ position: 1, message: "The template function 'item' expects 0 parameters and was given 1." }]],
    [
      '@utcNow(1, 2)',
      [{ position: 1, message: "The template function 'utcNow' expects 0 to 1 parameter and was given 2." }],
    ],
    [
      '@replace(1)',
      [{ position: 1, message: "The template function 'replace' expects 3 parameters and was given 1." }],
    ],
    [
      "a @{fooBar(item()[bar('x')])}",
      [
        { position: 4, message: "The template function 'fooBar' is not defined or not valid." },
        { position: 18, message: "The template function 'bar' is not defined or not valid." },
      ],
    ],
  ])('of %s', (text, expected) => {
    expect(checkTemplate(parseTemplate(text), text)).toEqual(expected);
  });

  test('finds an expression that is longer than the service takes', () => {
    const text = `@concat('${'x'.repeat(8182)}')`;
    const message = 'The expression has 8193 characters; the service takes 8192.';
    expect(checkTemplate(parseTemplate(text), text)).toEqual([{ position: 0, message }]);
    const shorter = text.replace('x', '');
    expect(checkTemplate(parseTemplate(shorter), shorter)).toEqual([]);
  });
});

test('every function of the language is known, by lower-case name (azure-facts §6.4)', () => {
  expect([...expressionFunctions.values()].map(({ name }) => name)).toEqual([
    ...[
      'concat',
      'endsWith',
      'guid',
      'indexOf',
      'lastIndexOf',
      'replace',
      'split',
      'startsWith',
      'substring',
      'toLower',
    ],
    ...['toUpper', 'trim'],
    ...['contains', 'empty', 'first', 'intersection', 'join', 'last', 'length', 'skip', 'take', 'union'],
    ...['and', 'equals', 'greater', 'greaterOrEquals', 'if', 'less', 'lessOrEquals', 'not', 'or'],
    ...['array', 'base64', 'base64ToBinary', 'base64ToString', 'binary', 'bool', 'coalesce', 'createArray', 'dataUri'],
    ...['dataUriToBinary', 'dataUriToString', 'decodeBase64', 'decodeDataUri', 'decodeUriComponent'],
    ...['encodeUriComponent', 'float', 'int', 'json', 'string', 'uriComponent', 'uriComponentToBinary'],
    ...['uriComponentToString', 'xml', 'xpath'],
    ...['add', 'div', 'max', 'min', 'mod', 'mul', 'rand', 'range', 'sub'],
    ...['addDays', 'addHours', 'addMinutes', 'addSeconds', 'addToTime', 'convertFromUtc', 'convertTimeZone'],
    ...['convertToUtc', 'dayOfMonth', 'dayOfWeek', 'dayOfYear', 'formatDateTime', 'getFutureTime', 'getPastTime'],
    ...['startOfDay', 'startOfHour', 'startOfMonth', 'subtractFromTime', 'ticks', 'utcNow'],
  ]);
  expect([...expressionRoots.keys()]).toEqual([
    ...['pipeline', 'variables', 'activity', 'item', 'dataset', 'linkedservice', 'trigger', 'triggerbody'],
    'triggeroutputs',
  ]);
});
