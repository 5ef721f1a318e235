import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { figure, type Sample } from '../report';
import { projectRoot } from '../runner';
import { budgetOf, inRounds, named, type BenchMeasurement } from './context';

/** Edits of a fresh clone of what is committed, by how much of both revisions has to be run for their review. */
const edits = {
  // A column that becomes readable: synthesis and the test data differ.
  'review, catalogue': ['assets/catalogue/metadata.csv', ',RefSexId,string,mask', ',RefSexId,string,no-op'],
  'review, notebook': ['assets/notebooks/Insights_driver.py', "run_id = ''", "run_id = ''\nextra = 1"],
  'review, nothing': undefined,
} as const;

/** `insights review` of the working tree, with all processes that it starts; their memory is not known and stands as 0. */
export const review: BenchMeasurement = {
  name: 'review',
  async measure(context) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'insights-review-bench-'));
    const clone = path.join(folder, 'clone');
    try {
      run('git', ['clone', '--quiet', '--no-hardlinks', projectRoot, clone], projectRoot);
      await symlink(path.join(projectRoot, 'node_modules'), path.join(clone, 'node_modules'), 'junction');
      const contenders = Object.entries(edits).map(([name, edit]) => ({
        name,
        run: async (): Promise<Sample> => {
          run('git', ['checkout', '--quiet', '--', '.'], clone);
          if (edit !== undefined) await change(path.join(clone, edit[0]), edit[1], edit[2]);
          return reviewed(clone);
        },
      }));
      const series = await inRounds(context, contenders);
      const of = (name: keyof typeof edits): Sample => named(series, name).median;
      return {
        name: 'review',
        status: 'measured',
        series,
        figures: [
          figure('Review, catalogue changed', of('review, catalogue').wallMs, 'ms', budgetOf(context, 20_000)),
          figure('Review, catalogue changed, CPU time', of('review, catalogue').cpuMs, 'ms'),
          figure('Review, notebook changed', of('review, notebook').wallMs, 'ms', budgetOf(context, 20_000)),
          figure('Review, notebook changed, CPU time', of('review, notebook').cpuMs, 'ms'),
          figure('Review, nothing changed', of('review, nothing').wallMs, 'ms', budgetOf(context, 20_000)),
          figure('Review, nothing changed, CPU time', of('review, nothing').cpuMs, 'ms'),
        ],
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function change(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} no longer holds "${from}".`);
  await writeFile(file, text.replace(from, to));
}

function reviewed(clone: string): Sample {
  const started = performance.now();
  // `times` of the shell has the processor time of everything that was started, children of children included.
  const command = 'node bin/insights.cjs review --base HEAD --out review.md >&2 && times';
  const output = run('sh', ['-c', command], clone);
  const wallMs = performance.now() - started;
  return { wallMs, cpuMs: childTime(output), peakMegabytes: 0, processMs: wallMs };
}

/** @param output of `times`: the shell's own user and system time, then those of its children, as `0m1.250s`. */
function childTime(output: string): number {
  const [user, system] = (output.trim().split('\n').at(-1) ?? '').split(/\s+/).map((text) => {
    const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text) ?? [];
    return (Number(minutes) * 60 + Number(seconds)) * 1000;
  });
  return (user ?? Number.NaN) + (system ?? Number.NaN);
}

/** @throws Error with the end of what it printed when the command fails */
function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args[0]} failed.\n${(stderr ?? '').trimEnd().split('\n').slice(-8).join('\n')}`);
}
