import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { rounded, type Sample } from './report';
import { runTask, type TaskInputs, type TaskName, type Usage } from './tasks';

export interface TaskResult {
  readonly sample: Sample;
  readonly counts: Readonly<Record<string, number>>;
}

/** How measured things are run. */
export interface Runner {
  /** Runs a task of `tasks.ts` and measures the part that the task itself marks. */
  task<Name extends TaskName>(name: Name, input: TaskInputs[Name]): Promise<TaskResult>;
  /** Runs `node` with arguments in the project's root and measures the whole process. @throws Error when it fails */
  command(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Sample>;
}

export const projectRoot = path.resolve(__dirname, '..');
const childFile = path.join(__dirname, 'child.ts');
export const usageHook = path.join(__dirname, 'usage-at-exit.cjs');

/**
 * Every task in a Node process of its own. On Linux a process begins with the peak memory of the one that started it, so
 * the starting process stays small: it also has test data made by tasks.
 * @param folder for the notes that measured processes leave; it must be there
 */
export function childRunner(folder: string): Runner {
  let notes = 0;
  return {
    async task(name, input) {
      const { output, processMs } = await runNode(['--import', 'tsx', childFile, name, JSON.stringify(input)], {});
      const { usage, counts } = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as Awaited<
        ReturnType<typeof runTask>
      >;
      return { sample: rounded({ ...usage, processMs }), counts };
    },
    async command(args, environment = {}) {
      notes += 1;
      const note = path.join(folder, `usage-${process.pid}-${notes}.json`);
      const { processMs } = await runNode(['--require', usageHook, ...args], {
        ...environment,
        BENCH_USAGE_FILE: note,
      });
      const { cpuMs, peakMegabytes } = JSON.parse(await readFile(note, 'utf8')) as Usage;
      await rm(note);
      return rounded({ wallMs: processMs, cpuMs, peakMegabytes, processMs });
    },
  };
}

/** Tasks in this process, for tests of the benchmark: the memory is that of everything before it, too. */
export function inProcessRunner(command: Runner['command']): Runner {
  return {
    async task(name, input) {
      const started = performance.now();
      const { usage, counts } = await runTask(name, input);
      return { sample: rounded({ ...usage, processMs: performance.now() - started }), counts };
    },
    command,
  };
}

async function runNode(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly output: string; readonly processMs: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const processMs = performance.now() - started;
  if (code === 0) return { output, processMs };
  throw new Error(
    `A measured process ended with exit code ${code}.\n${errors.trimEnd().split('\n').slice(-8).join('\n')}`,
  );
}
