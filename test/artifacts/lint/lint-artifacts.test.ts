import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { artifactRules, lintArtifacts, refuseFaultyArtifacts } from '../../../src/artifacts/lint/lint-artifacts';
import type { Artifact, ArtifactKind, JsonObject } from '../../../src/artifacts/model';
import { readArtifacts } from '../../../src/artifacts/read-artifacts';
import { InsightsError } from '../../../src/contract/errors';

function artifact(kind: ArtifactKind, name: string, properties: JsonObject): Artifact {
  return { kind, name, properties, file: `assets/${kind}/${name}.json` };
}

const wait = { name: 'Rest', type: 'Wait', typeProperties: { waitTimeInSeconds: 1 } };
const fail = (message: string): JsonObject => ({
  name: 'Stop',
  type: 'Fail',
  typeProperties: { message: { value: message, type: 'Expression' }, errorCode: '1' },
});

test('the rules, by id', () => {
  expect(artifactRules.map(({ id }) => id)).toEqual([
    'schema',
    'name',
    'reference',
    'cycle',
    'parameter',
    'depends-on',
    'nesting',
    'activity-count',
    'expression',
    'root',
    'variable',
    'shared-variable',
    'unused',
    'handed-on',
    'one-version',
    'retry',
    'shared-watermark',
    'concurrency',
    'size',
    'secret',
    'branch-url',
  ]);
});

test('assets/README.md has a row or a place in one for every rule', () => {
  const text = readFileSync(join(__dirname, '../../../assets/README.md'), 'utf8');
  const rows = text.split('\n').flatMap((line) => /^\| (`[^|]*) \|/.exec(line)?.[1] ?? []);
  const named = new Set(rows.flatMap((cell) => cell.split(', ').map((id) => id.replaceAll('`', ''))));
  expect(artifactRules.map(({ id }) => id).filter((id) => !named.has(id))).toEqual([]);
});

test('a pipeline that does nothing wrong has no finding', () => {
  expect(lintArtifacts([artifact('pipelines', 'rests', { activities: [wait], concurrency: 1 })])).toEqual([]);
});

test('types of activities and data sets that ours do not need are known, too', () => {
  const policy = { timeout: '0.01:00:00', retry: 1, secureOutput: true };
  const dataset = { referenceName: 'DS_text', type: 'DatasetReference' };
  const linkedServiceName = { referenceName: 'LS_sql', type: 'LinkedServiceReference' };
  const url = 'https://example.vault.azure.net/secrets/x?api-version=7.4';
  const steps: readonly JsonObject[] = [
    {
      type: 'Lookup',
      policy,
      typeProperties: { source: { type: 'DelimitedTextSource' }, dataset, firstRowOnly: false },
    },
    { type: 'Script', policy, linkedServiceName, typeProperties: { scripts: [{ type: 'Query', text: 'SELECT 1' }] } },
    { type: 'WebActivity', policy, typeProperties: { url, method: 'GET', authentication: { type: 'MSI' } } },
    {
      type: 'Copy',
      policy,
      inputs: [dataset],
      outputs: [dataset],
      typeProperties: { source: { type: 'DelimitedTextSource' }, sink: { type: 'ParquetSink' } },
    },
    {
      type: 'Switch',
      typeProperties: {
        on: { value: "@string(activity('Step 0').output.count)", type: 'Expression' },
        cases: [{ value: '0', activities: [wait] }],
        defaultActivities: [{ ...wait, name: 'Rest a while' }],
      },
    },
  ];
  const activities = steps.map((step, index) => ({
    name: `Step ${index}`,
    dependsOn: index === 0 ? [] : [{ activity: `Step ${index - 1}`, dependencyConditions: ['Succeeded'] }],
    ...step,
  }));
  const location = { type: 'AzureBlobFSLocation', fileSystem: 'oea' };
  const server = { connectionString: 'Data Source=tcp:example.database.windows.net,1433;Initial Catalog=x' };
  const artifacts = [
    artifact('linkedservices', 'LS_sql', { type: 'AzureSqlDatabase', typeProperties: server }),
    artifact('linkedservices', 'LS_lake', {
      type: 'AzureBlobFS',
      typeProperties: { url: 'https://x.dfs.core.windows.net' },
    }),
    artifact('datasets', 'DS_text', {
      type: 'DelimitedText',
      linkedServiceName: { referenceName: 'LS_lake', type: 'LinkedServiceReference' },
      typeProperties: { location, columnDelimiter: ',', firstRowAsHeader: true },
      schema: [],
    }),
    artifact('pipelines', 'steps', { activities, concurrency: 1 }),
  ];
  expect(lintArtifacts(artifacts)).toEqual([]);
});

describe('what is too large for a fixture', () => {
  test('an artifact of more kilobytes than the service takes', () => {
    const properties = { activities: [wait], concurrency: 1, description: 'x'.repeat(200 * 1024) };
    expect(lintArtifacts([artifact('pipelines', 'large', properties)])).toEqual([
      {
        rule: 'size',
        file: 'assets/pipelines/large.json',
        pointer: '',
        problem: 'The artifact has 201 KB; the service takes 200.',
        mend: 'Divide it.',
      },
    ]);
  });

  test('an expression of more characters than the service takes', () => {
    const properties = { activities: [fail(`@concat('${'x'.repeat(8192)}')`)], concurrency: 1 };
    expect(lintArtifacts([artifact('pipelines', 'long', properties)])).toEqual([
      {
        rule: 'expression',
        file: 'assets/pipelines/long.json',
        pointer: '/properties/activities/0/typeProperties/message/value',
        problem: 'The expression has 8203 characters; the service takes 8192.',
        mend: 'Mend it at position 0.',
      },
    ]);
  });
});

test('names that no file can have, and names that differ in case only', () => {
  const properties = { activities: [wait], concurrency: 1 };
  const artifacts = ['a/b', 'Land', 'land'].map((name) => artifact('pipelines', name, properties));
  expect(lintArtifacts(artifacts)).toEqual([
    {
      rule: 'name',
      file: 'assets/pipelines/a/b.json',
      pointer: '/name',
      problem: 'The service does not take the name "a/b".',
      mend: 'Begin with a letter, digit or _, without < > * # . % & : \\ + ? /, up to 260 characters.',
    },
    {
      rule: 'name',
      file: 'assets/pipelines/Land.json',
      pointer: '/name',
      problem: 'assets/pipelines/land.json has the same name; the service ignores case.',
      mend: 'Rename one of them.',
    },
    {
      rule: 'name',
      file: 'assets/pipelines/land.json',
      pointer: '/name',
      problem: 'assets/pipelines/Land.json has the same name; the service ignores case.',
      mend: 'Rename one of them.',
    },
  ]);
});

test('what the workspace has already may be referred to', () => {
  const run = {
    name: 'Run',
    type: 'ExecutePipeline',
    typeProperties: { pipeline: { referenceName: 'oea', type: 'PipelineReference' }, waitOnCompletion: true },
  };
  const calling = artifact('pipelines', 'calls', { activities: [run], concurrency: 1 });
  expect(lintArtifacts([calling], ['pipelines/oea'])).toEqual([]);
});

test('refusing lists every finding with file, place, what and how to mend it', () => {
  const artifacts = [artifact('pipelines', 'two', { activities: [fail('@item()')] })];
  const refused = (): void => refuseFaultyArtifacts(artifacts);
  expect(refused).toThrow(InsightsError);
  expect(refused).toThrow(
    expect.objectContaining({
      code: 'ARTIFACTS_INVALID',
      message: [
        'The artifacts have 2 errors:',
        '  assets/pipelines/two.json#/properties/activities/0/typeProperties/message/value: item() has no meaning here. Use it in a ForEach, or in the condition of a Filter. (root)',
        '  assets/pipelines/two.json#/properties: Two runs of the pipeline may overlap. Set concurrency to 1. (concurrency)',
      ].join('\n'),
      nextStep: 'Mend every finding listed above: each names its file, the place in it, and what to write.',
      details: { findings: lintArtifacts(artifacts) },
    }),
  );
});

test('refusing one finding says so, and none passes', () => {
  const overlapping = artifact('pipelines', 'one', { activities: [wait] });
  expect(() => refuseFaultyArtifacts([overlapping])).toThrow(
    'The artifacts have 1 error:\n  assets/pipelines/one.json#/properties: Two runs of the pipeline may overlap. Set concurrency to 1. (concurrency)',
  );
  expect(() =>
    refuseFaultyArtifacts([artifact('pipelines', 'one', { activities: [wait], concurrency: 1 })]),
  ).not.toThrow();
});

test('no finding quotes the secret that it found', () => {
  const findings = JSON.stringify(lintArtifacts(readArtifacts(join(__dirname, '../fixtures/secret'))));
  expect(findings).not.toMatch(/not a real|sig=abc/);
});

test('whatever an artifact contains is a finding at most, never an exception', () => {
  const words = ['name', 'type', 'typeProperties', 'activities', 'dependsOn', 'parameters', 'value', 'policy', 'cells'];
  const types = ['IfCondition', 'ForEach', 'SetVariable', 'ExecutePipeline', 'SynapseNotebook', 'Expression', 'Binary'];
  const leaf = fc.oneof(
    fc.constantFrom<JsonObject[string]>(...types, '@pipeline().parameters.x', '@{variables(', null, 1, true),
    fc.string({ maxLength: 5 }),
  );
  const { json } = fc.letrec<{ json: JsonObject[string] }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...words), tie('json'), { maxKeys: 5 }),
    ),
  }));
  const kinds: readonly ArtifactKind[] = [
    'pipelines',
    'datasets',
    'linkedservices',
    'triggers',
    'notebooks',
    'sqlScripts',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.dictionary(fc.constantFrom(...words), json), (kind, properties) => {
      expect(Array.isArray(lintArtifacts([artifact(kind, 'any', properties)]))).toBe(true);
    }),
    { numRuns: 200 },
  );
});
