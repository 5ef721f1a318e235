import { parameterFile } from '../../../src/powerbi/project/parameter-file';

test('each parameter becomes that of the environment that is deployed to', () => {
  const data = (name: string) => ({
    server: `${name}-server`,
    database: `${name}_database`,
    runsFolder: `https://${name}`,
  });
  const text = parameterFile(
    new Map([
      ['dev', data('dev')],
      ['prod', data("o'prod")],
    ]),
    ['k12-directquery'],
  );
  expect(text.split('\n').slice(1, 10)).toEqual([
    'find_replace:',
    `  - find_value: 'expression Server = "([^"]+)"'`,
    '    is_regex: "true"',
    '    item_type: "SemanticModel"',
    '    file_path:',
    "      - '**/k12-directquery/**/expressions.tmdl'",
    '    replace_value:',
    "      'dev': 'dev-server'",
    "      'prod': 'o''prod-server'",
  ]);
  expect([...text.matchAll(/expression (\w+)/g)].map(([, name]) => name)).toEqual(['Server', 'Database', 'RunsFolder']);
});
