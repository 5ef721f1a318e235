import type { InsightsError } from '../../src/contract/errors';
import type { DropMap } from '../../src/test-data/drop-map';
import { scenarioNamed } from '../../src/test-data/scenarios';
import { SharedEnvironment } from '../rehearsal/shared-environment';
import { GeneratedDrop } from '../test-data/generated';
import { reduced } from '../test-data/scenario-drops';

/**
 * Scenarios through `0_main_insights` of one deployed environment, a workspace each. One of each family and outcome; scenarios.test.ts
 * has all of them, without a deployment.
 */

let environment: SharedEnvironment;
let base: DropMap;

beforeAll(async () => {
  base = (await GeneratedDrop.of({ set: 'k12', people: 300, days: 2 })).files;
  environment = await SharedEnvironment.open('test-scenarios');
});
afterAll(async () => {
  await environment?.close();
});

/** How the pipeline ended. */
function outcome(workspace: string): Promise<string> {
  return environment.run(workspace, workspace).then(
    () => 'Succeeded',
    (error: unknown) => (error as InsightsError).code,
  );
}

test.each([
  ['roster-delta', 'Succeeded', 'processed'],
  ['older-roster', 'Succeeded', 'superseded'],
  ['column-absent', 'RUN_FAILED', 'failed'],
  ['dates-reversed', 'Succeeded', 'processed'],
  ['truncated', 'Succeeded', 'processed'],
  ['empty-file', 'RUN_FAILED', 'held'],
])('%s: %s, and its delivery is %s', async (name, ended, status) => {
  const scenario = scenarioNamed(name);
  const { before, after, changedUnits } = reduced(base, scenario.apply(base), scenario.name);
  if (scenario.expects.after === 'base') {
    await environment.place(before, name);
    expect(await outcome(name)).toBe('Succeeded');
  }
  await environment.place(after, name);
  expect(await outcome(name)).toBe(ended);
  const units = await environment.units(name);
  expect(changedUnits.map((unit) => [unit, units[unit]])).toEqual(changedUnits.map((unit) => [unit, status]));
  // Whatever became of it: what is in the lake adds up and tells nobody's name, and nothing is wrong but what was stopped.
  const { checks } = await environment.verify(name);
  const accounted = checks.filter((check) => check.rules.includes('ROW14') && check.status !== 'skipped');
  expect(accounted.length).toBeGreaterThan(0);
  const errors = checks.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'));
  const stopped =
    ended === 'Succeeded' ? [] : changedUnits.map((unit): unknown => expect.stringContaining(`${unit} of rundate `));
  expect(errors.map(({ message }) => message)).toEqual(stopped);
});
