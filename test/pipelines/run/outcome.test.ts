import fc from 'fast-check';
import type { ActivityDefinition, DependencyCondition } from '../../../src/pipelines/definition';
import { decidingFailure, isMet, type ActivityOutcome } from '../../../src/pipelines/run/outcome';
import { after, failWith, onePipeline, waitSeconds, type Json } from '../workspace';

const outcomes: readonly ActivityOutcome[] = ['Succeeded', 'Failed', 'Skipped', 'Cancelled'];

test.each<[DependencyCondition, ActivityOutcome[]]>([
  ['Succeeded', ['Succeeded']],
  ['Failed', ['Failed']],
  ['Skipped', ['Skipped']],
  ['Completed', ['Succeeded', 'Failed']],
])('%s is met by %j', (condition, met) => {
  const dependency = { activity: 'A', conditions: [condition] };
  expect(outcomes.filter((outcome) => isMet(dependency, outcome))).toEqual(met);
});

test('of several conditions one is enough', () => {
  const dependency = { activity: 'A', conditions: ['Failed', 'Skipped'] as const };
  expect(outcomes.filter((outcome) => isMet(dependency, outcome))).toEqual(['Failed', 'Skipped']);
});

/** What the service's own documentation shows of error handling: try-catch, do-if-else, do-if-skip-else and so on. */
test.each<[string, Json[], string[], string]>([
  ['an empty pipeline succeeds', [], [], 'Succeeded'],
  ['a failure fails', [failWith('A', 'no')], ['A: Failed'], 'Failed'],
  [
    'try-catch: the failure is handled by the only activity after it',
    [failWith('A', 'no'), waitSeconds('OnFailure', 0, after('A Failed'))],
    ['A: Failed', 'OnFailure: Succeeded'],
    'Succeeded',
  ],
  [
    'do-if-else: the skipped success path makes the failed parent count',
    [failWith('A', 'no'), waitSeconds('OnSuccess', 0, after('A')), waitSeconds('OnFailure', 0, after('A Failed'))],
    ['A: Failed', 'OnSuccess: Skipped', 'OnFailure: Succeeded'],
    'Failed',
  ],
  [
    'do-if-skip-else: the last activity runs after success or a skipped failure path',
    [
      failWith('A', 'no'),
      waitSeconds('OnSuccess', 0, after('A')),
      waitSeconds('OnFailure', 0, after('A Failed')),
      waitSeconds('Next', 0, after('OnSuccess Succeeded Skipped', 'OnFailure Succeeded Skipped')),
    ],
    ['A: Failed', 'OnSuccess: Skipped', 'OnFailure: Succeeded', 'Next: Succeeded'],
    'Succeeded',
  ],
  [
    'success of everything, with a failure path that is skipped',
    [waitSeconds('A', 0), waitSeconds('B', 0, after('A')), waitSeconds('OnFailure', 0, after('A Failed'))],
    ['A: Succeeded', 'B: Succeeded', 'OnFailure: Skipped'],
    'Succeeded',
  ],
  [
    'all dependencies must be met',
    [waitSeconds('A', 0), failWith('B', 'no'), waitSeconds('C', 0, after('A', 'B'))],
    ['A: Succeeded', 'B: Failed', 'C: Skipped'],
    'Failed',
  ],
  [
    'what depends on a skipped activity is skipped in turn, unless it waits for that',
    [
      failWith('A', 'no'),
      waitSeconds('B', 0, after('A')),
      waitSeconds('C', 0, after('B')),
      waitSeconds('D', 0, after('B Skipped')),
      waitSeconds('E', 0, after('B Completed')),
    ],
    ['A: Failed', 'B: Skipped', 'C: Skipped', 'D: Succeeded', 'E: Skipped'],
    'Failed',
  ],
])('%s', async (_title, activities, statuses, status) => {
  const workspace = onePipeline(activities);
  const run = await workspace.run('main');
  expect(workspace.statuses(run)).toEqual(statuses);
  expect(run.status).toBe(status);
});

test('inactive activities count as they are marked, and do not run', async () => {
  const inactive = (name: string, mark?: string): Json =>
    failWith(name, 'never', { state: 'Inactive', ...(mark === undefined ? {} : { onInactiveMarkAs: mark }) });
  const workspace = onePipeline([
    inactive('A'),
    waitSeconds('AfterA', 0, after('A')),
    inactive('B', 'Failed'),
    waitSeconds('AfterB', 0, after('B Failed')),
    inactive('C', 'Skipped'),
    waitSeconds('AfterC', 0, after('C Skipped')),
  ]);
  const run = await workspace.run('main');
  expect(workspace.statuses(run).sort()).toEqual([
    'A: Inactive',
    'AfterA: Succeeded',
    'AfterB: Succeeded',
    'AfterC: Succeeded',
    'B: Inactive',
    'C: Inactive',
  ]);
  expect(run.status).toBe('Succeeded');
  const failed = onePipeline([inactive('B', 'Failed')]);
  expect((await failed.run('main')).message).toBe(
    "Operation on target B failed: The activity 'B' is inactive and marked as failed.",
  );
});

test('the run fails exactly when a deciding activity did not succeed, whatever the graph', () => {
  const graph = fc.array(
    fc.record({ parents: fc.array(fc.nat(8), { maxLength: 3 }), outcome: fc.constantFrom(...outcomes) }),
    { minLength: 1, maxLength: 8 },
  );
  const definition = (index: number, parents: readonly number[]): ActivityDefinition => ({
    name: `A${index}`,
    type: 'Wait',
    // Only activities before it, so that there is no circle.
    dependsOn: [...new Set(parents)]
      .filter((parent) => parent < index)
      .map((parent) => ({ activity: `A${parent}`, conditions: ['Succeeded'] })),
    typeProperties: {},
    policy: {},
    userProperties: [],
    linkedServiceName: undefined,
    inputs: [],
    outputs: [],
    inactiveAs: undefined,
  });
  /** The rule, told from the other end: an activity decides when it is a leaf, or when one that decides was skipped after it. */
  const decides = (
    all: readonly ActivityDefinition[],
    ended: ReadonlyMap<string, ActivityOutcome>,
    name: string,
  ): boolean => {
    const after = all.filter(({ dependsOn }) => dependsOn.some((dependency) => dependency.activity === name));
    return (
      after.length === 0 || after.some((one) => ended.get(one.name) === 'Skipped' && decides(all, ended, one.name))
    );
  };
  fc.assert(
    fc.property(graph, (nodes) => {
      const all = nodes.map(({ parents }, index) => definition(index, parents));
      const ended = new Map(nodes.map(({ outcome }, index) => [`A${index}`, outcome]));
      const failed = all.filter(
        ({ name }) => decides(all, ended, name) && ['Failed', 'Cancelled'].includes(ended.get(name) ?? ''),
      );
      expect(decidingFailure(all, ended)?.name).toBe(failed[0]?.name);
    }),
  );
});

test.each<[string, Json[], string]>([
  ['two of a name', [waitSeconds('A', 0), waitSeconds('A', 1)], 'Two activities have the same name.'],
  [
    'a dependency on nothing',
    [waitSeconds('A', 0, after('B'))],
    'The activity A depends on B, which is not beside it.',
  ],
  [
    'a circle',
    [waitSeconds('A', 0), waitSeconds('B', 0, after('C')), waitSeconds('C', 0, after('B'))],
    'The activity B depends on itself through others.',
  ],
  ['no type', [{ name: 'A' }], 'An activity has no name or type.'],
])('%s is refused before the run', (_title, activities, message) => {
  const workspace = onePipeline(activities);
  expect(() => workspace.runner.createRun('main')).toThrow(
    expect.objectContaining({ code: 'PIPELINE_INVALID', message, place: { path: 'pipelines/main' } }),
  );
});
