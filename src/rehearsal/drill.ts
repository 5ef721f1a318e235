import { InsightsError } from '../contract/errors';
import { compareInventories, type Inventory } from './azure-inventory';
import { compareLakes, type LakeSummary } from './lake-summary';

/** What is torn down: the disposable stack, or with the platform everything that holds data. */
export type DrillScope = 'insights' | 'platform';

export type DrillPart = 'platform' | 'insights';

/** What a drill does to an environment; given, so that tests need no Azure. */
export interface DrillPorts {
  /** Applies a stack; that of the insights loads the test data, runs the pipeline and verifies the stages. */
  readonly apply: (part: DrillPart) => Promise<void>;
  readonly destroy: (part: DrillPart) => Promise<void>;
  readonly inventory: () => Promise<Inventory>;
  /** What is there where nothing of the environment is: what a full teardown comes back to. */
  readonly nothing: () => Promise<Inventory>;
  readonly summarise: () => Promise<LakeSummary>;
  /** Takes the lake of the test data away, so that what is there afterwards was computed afterwards; while its pipelines are still there. */
  readonly emptyLake: () => Promise<unknown>;
  /** Makes an end of what only holds its name, as time would: deleted vaults. */
  readonly forget: () => Promise<void>;
  /** Undefined where there is no backup to restore from. */
  readonly salt?: { readonly backUp: () => Promise<unknown>; readonly restore: () => Promise<unknown> };
  /** Milliseconds. */
  readonly now: () => number;
  readonly progress: (text: string) => void;
  /** Said at once, before anything is done. */
  readonly warn: (text: string) => void;
}

export interface DrillPhase {
  readonly name: string;
  readonly seconds: number;
}

export interface DrillReport {
  readonly scope: DrillScope;
  /** In their order; those of `recovery` are what it takes to have the environment back. */
  readonly phases: readonly DrillPhase[];
  readonly recoverySeconds: number;
  /** What is there after the teardown and was not before it: only what must stay. */
  readonly kept: readonly string[];
  readonly tables: number;
  readonly rows: number;
  /** False where the salt was lost: everything is there again under other pseudonyms. */
  readonly samePseudonyms: boolean;
}

/** Salt and erasure key are made once and never by a teardown undone; a deleted vault holds its name for its retention. */
const keptOnPurpose = /^(secret |deleted vault |resource .*\/vaults\/[^/]+\/secrets\/)/i;

/**
 * Tears an environment down, looks at what is left, makes it again from the same data, and compares both lakes.
 * @throws InsightsError DRILL_LEFTOVERS, DRILL_DIFFERENT, and what a step throws
 */
export async function drill(scope: DrillScope, ports: DrillPorts): Promise<DrillReport> {
  if (scope === 'platform' && ports.salt === undefined) {
    ports.warn(
      'There is no backup of the salt: after this every pseudonym is another one, and nothing that was published joins with what comes.',
    );
  }
  const timed = new Phases(ports);
  const nothing = await ports.nothing();
  await timed.run('provision the platform', () => ports.apply('platform'));
  const platform = await ports.inventory();
  await timed.run('provision the insights: load, run, verify', () => ports.apply('insights'));
  const before = await ports.summarise();
  if (scope === 'platform') await timed.run('back up the salt', async () => ports.salt?.backUp());
  else await timed.run('empty the lake', () => ports.emptyLake());

  await timed.run('destroy the insights', () => ports.destroy('insights'));
  if (scope === 'platform') await timed.run('destroy the platform', () => ports.destroy('platform'));
  const kept = refuseLeftovers(scope === 'platform' ? nothing : platform, await ports.inventory());
  if (scope === 'platform') await ports.forget();

  const recovery = timed.count;
  if (scope === 'platform') {
    await timed.run('provision the platform again', () => ports.apply('platform'));
    await timed.run('restore the salt', async () => ports.salt?.restore());
  }
  await timed.run('provision the insights again: load, run, verify', () => ports.apply('insights'));
  const after = await ports.summarise();
  const isSaltLost = scope === 'platform' && ports.salt === undefined;
  refuseDifferences(before, after, isSaltLost);
  return {
    scope,
    phases: timed.phases,
    recoverySeconds: timed.phases.slice(recovery).reduce((sum, { seconds }) => sum + seconds, 0),
    kept,
    tables: Object.keys(after).length,
    rows: Object.values(after).reduce((sum, { rows }) => sum + rows, 0),
    samePseudonyms: !isSaltLost,
  };
}

/** @returns what stays on purpose */
function refuseLeftovers(before: Inventory, after: Inventory): readonly string[] {
  const { added, removed, changed } = compareInventories(before, after);
  const wrong = [
    ...added.filter((name) => !keptOnPurpose.test(name)).map((name) => `${name} is left`),
    ...removed.map((name) => `${name} is gone`),
    ...changed.map((name) => `${name} was changed`),
  ];
  const [first] = wrong;
  if (first === undefined) return added;
  throw new InsightsError('DRILL_LEFTOVERS', `The teardown did not leave what it found: ${wrong.join('; ')}.`, {
    place: { path: first },
    details: { differences: wrong },
  });
}

/** Without the salt of before only counts can be the same. */
function refuseDifferences(before: LakeSummary, after: LakeSummary, isSaltLost: boolean): void {
  const differences = compareLakes(before, after).filter(
    (difference) => !isSaltLost || !difference.endsWith('has other values'),
  );
  if (differences.length === 0) return;
  throw new InsightsError('DRILL_DIFFERENT', `The lake is not the one of before: ${differences.join('; ')}.`, {
    details: { differences },
  });
}

/** Runs the steps of a drill one after the other, and keeps how long each took. */
class Phases {
  readonly phases: DrillPhase[] = [];

  constructor(private readonly ports: Pick<DrillPorts, 'now' | 'progress'>) {}

  get count(): number {
    return this.phases.length;
  }

  async run(name: string, work: () => Promise<unknown>): Promise<void> {
    this.ports.progress(name);
    const from = this.ports.now();
    await work();
    this.phases.push({ name, seconds: Math.round((this.ports.now() - from) / 100) / 10 });
  }
}
