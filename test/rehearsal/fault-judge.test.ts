import { InsightsError } from '../../src/contract/errors';
import { judgeFault, type JudgedStage } from '../../src/rehearsal/faults/judge';
import { recovered, stopped, type FaultScenario } from '../../src/rehearsal/faults/scenario';
import type { LakeSummary } from '../../src/rehearsal/lake-summary';

const whole: LakeSummary = {
  'Person/general': { rows: 60, digest: 'people' },
  'activity/general': { rows: 40, digest: 'signals' },
};

/** A stage on which nothing happens but what a test says, and which remembers what was done on it. */
class ToldStage implements JudgedStage {
  readonly bench = { drop: new Map<string, Buffer>() };
  readonly done: string[] = [];
  haveHit = true;
  lake = whole;
  failedChecks: readonly string[] = [];
  /** What the runs come to, one after the other; later ones go well. */
  errors: (Error | undefined)[] = [];

  async deliver(): Promise<void> {
    this.done.push('deliver');
  }

  expect(): void {
    this.done.push('expect');
  }

  async run(): Promise<void> {
    this.done.push('run');
    const error = this.errors.shift();
    if (error !== undefined) throw error;
  }

  heal(): void {
    this.done.push('heal');
  }

  async settled(): Promise<void> {
    this.done.push('settled');
  }

  async wanted(): Promise<LakeSummary> {
    return whole;
  }

  async found(): Promise<{ readonly summary: LakeSummary; readonly failedChecks: readonly string[] }> {
    return { summary: this.lake, failedChecks: this.failedChecks };
  }
}

const refused = new InsightsError('RUN_FAILED', 'The account is full.');
const mustRecover: FaultScenario<ToldStage> = {
  name: 'told',
  area: 'run',
  fault: 'What a test says.',
  outcome: recovered,
  arrange: () => undefined,
};
const mustStop = { ...mustRecover, outcome: stopped('RUN_FAILED', /account is full/) };

async function problemsOf(scenario: FaultScenario<ToldStage>, change: Partial<ToldStage>): Promise<readonly string[]> {
  return (await judgeFault(scenario, Object.assign(new ToldStage(), change))).problems;
}

test('nothing is held against a fault that comes to what it must', async () => {
  const stage = new ToldStage();
  const { seconds, ...result } = await judgeFault(mustRecover, stage);
  expect(seconds).toBeGreaterThanOrEqual(0);
  expect(result).toEqual({ name: 'told', outcome: 'recovered', problems: [], rows: 100 });
  expect(stage.done).toEqual(['deliver', 'run', 'heal', 'settled', 'heal', 'settled']);
});

test('what was stopped is mended and done again, and the whole pipeline runs after what is no run', async () => {
  const stage = Object.assign(new ToldStage(), { errors: [refused] });
  const mend = (): void => void stage.done.push('mend');
  expect((await judgeFault({ ...mustStop, delivery: 'uploaded', mend }, stage)).problems).toEqual([]);
  expect(stage.done).toEqual(['expect', 'run', 'heal', 'settled', 'mend', 'run', 'heal', 'settled']);

  const other = new ToldStage();
  const act = async (): Promise<void> => void other.done.push('act');
  expect((await judgeFault({ ...mustRecover, delivery: 'own', act }, other)).problems).toEqual([]);
  expect(other.done).toEqual(['act', 'heal', 'settled', 'run', 'heal', 'settled']);
});

test.each<[string, Partial<ToldStage>, readonly string[]]>([
  [
    'a lost row',
    { lake: { ...whole, 'Person/general': { rows: 59, digest: 'fewer' } } },
    ['Person/general had 60 rows and has 59'],
  ],
  [
    'another value',
    { lake: { ...whole, 'Person/general': { rows: 60, digest: 'others' } } },
    ['Person/general has other values'],
  ],
  ['a lost table', { lake: { 'Person/general': { rows: 60, digest: 'people' } } }, ['activity/general is gone']],
  [
    'rows that nobody delivered',
    { lake: { ...whole, 'Person/Rejected': { rows: 1, digest: 'refused' } } },
    ['Person/Rejected was not there before'],
  ],
  ['a check of the lake', { failedChecks: ['ledger'] }, ['the check "ledger" fails']],
  ['a fault that never happened', { haveHit: false }, ['the fault did not happen']],
  ['an end where it must recover', { errors: [refused] }, ['it was stopped: RUN_FAILED: The account is full.']],
  [
    'a lake that stays broken',
    { errors: [refused, refused] },
    ['it was stopped: RUN_FAILED: The account is full.', 'afterwards: RUN_FAILED: The account is full.'],
  ],
  ['a defect', { errors: [new TypeError('x is undefined')] }, ['afterwards: TypeError: x is undefined']],
])('%s is a problem', async (_, change, problems) => {
  expect(await problemsOf(mustRecover, change)).toEqual(problems);
});

test.each<[string, Partial<ToldStage>, string]>([
  ['success', {}, 'it was not stopped by RUN_FAILED'],
  [
    'another error',
    { errors: [new InsightsError('USAGE', 'The account is full.')] },
    'it was stopped by another error: USAGE: The account is full.',
  ],
  [
    'an error that is not clear',
    { errors: [new InsightsError('RUN_FAILED', 'Something went wrong.')] },
    'the error does not say what is wrong: RUN_FAILED: Something went wrong.',
  ],
])('%s is a problem where it must be stopped', async (_, change, problem) => {
  expect(await problemsOf(mustStop, change)).toEqual([problem]);
});

test('what a scenario says of its fault counts, not its rules', async () => {
  const scenario = { ...mustRecover, happened: () => false };
  expect(await problemsOf(scenario, {})).toEqual(['the fault did not happen']);
  expect(await problemsOf({ ...scenario, happened: () => true }, { haveHit: false })).toEqual([]);
});
