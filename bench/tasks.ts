import { performance } from 'node:perf_hooks';
import type { Sample } from './report';

/** What a task itself can measure. */
export type Usage = Omit<Sample, 'processMs'>;
export type Counts = Readonly<Record<string, number>>;
/** Runs the part of a task that is measured. */
export type Timed = <T>(work: () => Promise<T>) => Promise<T>;

/** The tasks and what each is given. All of it passes through JSON. */
export interface TaskInputs {
  readonly 'process lake': import('./tasks/process-lake').ProcessLakeInput;
  readonly 'verify lake': import('./tasks/verify-lake').VerifyLakeInput;
  readonly 'read once': import('./tasks/read-once').ReadOnceInput;
  readonly generate: import('./tasks/generate').GenerateInput;
  readonly 'make activity file': import('./tasks/make-drops').ActivityFileInput;
  readonly 'make daily drops': import('./tasks/make-drops').DailyDropsInput;
  readonly 'make lake': import('./tasks/make-lake').MakeLakeInput;
  readonly 'open dashboard': import('./tasks/open-dashboard').OpenDashboardInput;
  readonly 'look at dashboard': import('./tasks/look-at-dashboard').LookAtDashboardInput;
  readonly synthesise: import('./tasks/synthesise').SynthesiseInput;
}
export type TaskName = keyof TaskInputs;

type Task<Input> = (input: Input, timed: Timed) => Promise<Counts>;

/** Each loads its modules when it is run: what a task does not need would count towards its memory. */
const tasks: { readonly [Name in TaskName]: () => Task<TaskInputs[Name]> } = {
  'process lake': () => (require('./tasks/process-lake') as typeof import('./tasks/process-lake')).processLake,
  'verify lake': () => (require('./tasks/verify-lake') as typeof import('./tasks/verify-lake')).verifyLakeTask,
  'read once': () => (require('./tasks/read-once') as typeof import('./tasks/read-once')).readOnce,
  generate: () => (require('./tasks/generate') as typeof import('./tasks/generate')).generateRows,
  'make activity file': () => (require('./tasks/make-drops') as typeof import('./tasks/make-drops')).makeActivityFile,
  'make daily drops': () => (require('./tasks/make-drops') as typeof import('./tasks/make-drops')).makeDailyDrops,
  'make lake': () => (require('./tasks/make-lake') as typeof import('./tasks/make-lake')).makeLake,
  'open dashboard': () =>
    (require('./tasks/open-dashboard') as typeof import('./tasks/open-dashboard')).openDashboardTask,
  'look at dashboard': () =>
    (require('./tasks/look-at-dashboard') as typeof import('./tasks/look-at-dashboard')).lookAtDashboard,
  synthesise: () => (require('./tasks/synthesise') as typeof import('./tasks/synthesise')).synthesise,
};

/** Runs a task and measures the part that it marks. @throws Error when it marks none */
export async function runTask<Name extends TaskName>(
  name: Name,
  input: TaskInputs[Name],
): Promise<{ readonly usage: Usage; readonly counts: Counts }> {
  let usage: Usage | undefined;
  const timed: Timed = async (work) => {
    const before = process.cpuUsage();
    const started = performance.now();
    const result = await work();
    const wallMs = performance.now() - started;
    const { user, system } = process.cpuUsage(before);
    // maxRSS is in units of 1,024 bytes.
    usage = { wallMs, cpuMs: (user + system) / 1000, peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6 };
    return result;
  };
  const counts = await tasks[name]()(input, timed);
  if (usage === undefined) throw new Error(`The task "${name}" measured nothing.`);
  return { usage, counts };
}
