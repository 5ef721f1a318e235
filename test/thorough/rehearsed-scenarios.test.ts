import type { InsightsError } from '../../src/contract/errors';
import { scenarios } from '../../src/test-data/scenarios';
import type { DropMap } from '../../src/test-data/drop-map';
import { actual, batchTables, delivery, expected, placed, type PlacedScenario } from '../rehearsal/scenario-batches';
import { SharedEnvironment } from '../rehearsal/shared-environment';
import { GeneratedDrop } from '../test-data/generated';

/**
 * Every scenario of the generator through `0_main_insights` of one deployed environment, in three lakes: in each they follow one another as a
 * share would deliver them, so that a run meets many at once. scenarios.test.ts has each by itself, without a deployment.
 */

/** Longer than any machine takes, in milliseconds. */
const longest = 1_200_000;
let environment: SharedEnvironment;
let base: DropMap;

beforeAll(async () => {
  base = (await GeneratedDrop.of({ set: 'k12', people: 300, days: 2 })).files;
  environment = await SharedEnvironment.open('test-scenarios', batchTables);
});
afterAll(async () => {
  await environment?.close();
});

/** What needs a lake that has been processed already, or a later run; the last takes away too much, and stops what follows. */
const later = ['older-roster', 'activity-again', 'table-missing', 'year-rollover'];
/** A first roster, and what gives every row of a table another key, before what is held. */
const beginning = ['first-roster-cut', 'other-spelling', 'empty-file'];
/** A good roster before those that stop by themselves: one after them would supersede them. */
const stopped = [
  'stale-manifest',
  ...scenarios.filter(({ expects }) => expects.status === 'failed').map(({ name }) => name),
];
const elsewhere = new Set([...later, ...beginning, ...stopped]);
/** Everything else, after a first roster. */
const first = 'first-roster-empty';
const mended = [first, ...scenarios.map(({ name }) => name).filter((name) => name !== first && !elsewhere.has(name))];

/** Delivers, and runs the pipeline. @returns how it ended */
async function run(workspace: string, drops: readonly DropMap[]): Promise<string> {
  await environment.place(delivery(drops), workspace);
  return environment.run(workspace, workspace).then(
    () => 'Succeeded',
    (error: unknown) => (error as InsightsError).code,
  );
}

/** What became of scenarios, by name; what verification finds wrong with their lake, and how it judges the spelling of identifiers. */
async function judged(workspace: string, scenariosThere: readonly PlacedScenario[]) {
  const units = await environment.ledger(workspace);
  const reports = await environment.reports(workspace);
  const messages = reports.flatMap((report) => report.messages);
  const { checks } = await environment.verify(workspace);
  const findings = checks.flatMap((check) => check.findings);
  return {
    attempts: reports.map(({ attempts = 1 }) => attempts),
    scenarios: Object.fromEntries(scenariosThere.map((one) => [one.scenario.name, actual(one, units, messages)])),
    errors: findings.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    spelling: findings.filter(({ code, severity }) => code === 'ROW9' && severity === 'warning').length,
    unaccounted: checks.filter(({ rules, status }) => rules.includes('ROW14') && status === 'failed').length,
  };
}

/** What must come of them; a spelling is a matter of the whole lake. */
function wanted(placedScenarios: readonly PlacedScenario[]) {
  return Object.fromEntries(
    placedScenarios.map((one) => {
      const result = expected(one);
      return [one.scenario.name, { ...result, warnings: result.warnings.filter((code) => code !== 'ROW9') }];
    }),
  );
}

/** Verification names each unit that stopped, and nothing else. */
function stoppedUnits(placedScenarios: readonly PlacedScenario[]): unknown[] {
  return placedScenarios
    .filter(({ scenario }) => ['failed', 'held'].includes(scenario.expects.status))
    .flatMap(({ units }) => units.map((unit): unknown => expect.stringContaining(`${unit} of rundate `)));
}

test('every scenario is in one of the lakes', () => {
  expect([...mended, ...later, ...beginning, ...stopped].sort()).toEqual(scenarios.map(({ name }) => name).sort());
});

test(
  'deliveries and defects that are taken in, then what comes after them',
  async () => {
    const taken = placed(base, mended);
    const after = placed(base, later, mended.length);
    const before = [...taken.map((one) => one.after), ...after.map((one) => one.before)];
    expect(await run('mended', before)).toBe('Succeeded');
    expect(
      await run(
        'mended',
        after.map((one) => one.after),
      ),
    ).toBe('RUN_FAILED');
    const both = [...taken, ...after];
    expect(await judged('mended', both)).toEqual({
      attempts: [2, 1],
      scenarios: wanted(both),
      errors: stoppedUnits(both),
      spelling: 0,
      unaccounted: 1,
    });
  },
  longest,
);

test.each([
  ['beginning', beginning, 1],
  ['stopped', stopped, 0],
] as const)('a lake of its own: %s', async (workspace, names, spelling) => {
  const there = placed(base, names);
  expect(
    await run(
      workspace,
      there.map((one) => one.after),
    ),
  ).toBe('RUN_FAILED');
  expect(await judged(workspace, there)).toEqual({
    attempts: [2],
    scenarios: wanted(there),
    errors: stoppedUnits(there),
    spelling,
    unaccounted: 1,
  });
});
