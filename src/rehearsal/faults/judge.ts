import { InsightsError } from '../../contract/errors';
import type { DropMap } from '../../test-data/drop-map';
import { compareLakes, type LakeSummary } from '../lake-summary';
import { PhaseClock } from '../phase-clock';
import type { FaultScenario } from './scenario';

export interface FaultResult {
  readonly name: string;
  readonly outcome: 'recovered' | 'stopped';
  /** What was not as it must be, a sentence each; none where everything was. */
  readonly problems: readonly string[];
  /** Rows in the lake in the end; the same as without the fault where there are no problems. */
  readonly rows: number;
  readonly seconds: number;
}

/** What the judge needs of a scenario's surroundings. */
export interface JudgedStage {
  /** What is delivered when nothing is wrong. */
  readonly bench: { readonly drop: DropMap };
  /** Whether rules of faults were set, and every one has hit. */
  readonly haveHit: boolean;
  deliver(drop: DropMap): Promise<void>;
  /** Notes a delivery that the scenario makes. */
  expect(drop: DropMap): void;
  run(): Promise<void>;
  /** Ends all faults. */
  heal(): void;
  /** Waits for what still goes on when what was done has ended: until then the lock of the lake may be its own. */
  settled(): Promise<void>;
  /** The lake as it must be in the end. */
  wanted(): Promise<LakeSummary>;
  /** The lake as it is. */
  found(): Promise<{ readonly summary: LakeSummary; readonly failedChecks: readonly string[] }>;
}

/** Lets a fault happen, and looks whether what comes of it is what must come of it: the outcome, and a whole lake afterwards. */
export async function judgeFault<Stage extends JudgedStage>(
  scenario: FaultScenario<Stage>,
  stage: Stage,
): Promise<FaultResult> {
  const clock = new PhaseClock();
  const problems: string[] = [];
  let rows = 0;
  try {
    if (scenario.delivery === undefined) await stage.deliver(stage.bench.drop);
    if (scenario.delivery === 'uploaded') stage.expect(stage.bench.drop);
    await scenario.arrange(stage);
    const error = await refusalOf(() => act(scenario, stage));
    problems.push(...judgeOutcome(scenario, error));
    if (!(await (scenario.happened?.(stage) ?? stage.haveHit))) problems.push('the fault did not happen');
    stage.heal();
    await stage.settled();
    await scenario.mend?.(stage);
    if (error !== undefined) await act(scenario, stage);
    // Whatever it was about: the environment still makes a whole lake.
    if (scenario.act !== undefined) await stage.run();
    const [wanted, found] = [await stage.wanted(), await stage.found()];
    problems.push(...compareLakes(wanted, found.summary));
    problems.push(...found.failedChecks.map((check) => `the check "${check}" fails`));
    rows = Object.values(found.summary).reduce((sum, table) => sum + table.rows, 0);
  } catch (error) {
    problems.push(`afterwards: ${wordsOf(error)}`);
  } finally {
    stage.heal();
    await stage.settled();
  }
  return { name: scenario.name, outcome: scenario.outcome.kind, problems, rows, seconds: clock.lap() };
}

async function act<Stage extends JudgedStage>(scenario: FaultScenario<Stage>, stage: Stage): Promise<void> {
  await (scenario.act === undefined ? stage.run() : scenario.act(stage));
}

function judgeOutcome(
  { outcome }: Pick<FaultScenario, 'outcome'>,
  error: InsightsError | undefined,
): readonly string[] {
  if (outcome.kind === 'recovered') return error === undefined ? [] : [`it was stopped: ${wordsOf(error)}`];
  if (error === undefined) return [`it was not stopped by ${outcome.code}`];
  if (error.code !== outcome.code) return [`it was stopped by another error: ${wordsOf(error)}`];
  return outcome.words.test(error.message) ? [] : [`the error does not say what is wrong: ${wordsOf(error)}`];
}

/** What a user sees; anything but an InsightsError is a defect and goes on. */
async function refusalOf(action: () => Promise<void>): Promise<InsightsError | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    if (error instanceof InsightsError) return error;
    throw error;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof InsightsError ? `${error.code}: ${error.message}` : String(error);
}
