import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { figure, seriesOf, type Sample } from '../report';
import { projectRoot } from '../runner';
import { budgetOf, type BenchMeasurement } from './context';

/**
 * `npm start` in a fresh clone of what is committed: with the installation, which needs the network; from nothing, with the
 * packages there; and again, going on with that. Of a tree of processes only the time is known: CPU time and memory are 0.
 */
export const start: BenchMeasurement = {
  name: 'start',
  async measure(context) {
    if (!context.isFresh)
      return { name: 'start', status: 'skipped', reason: 'Only with --fresh: it needs the network.' };
    const folder = await mkdtemp(path.join(os.tmpdir(), 'insights-start-'));
    const clone = path.join(folder, 'clone');
    try {
      run('git', ['clone', '--quiet', '--no-hardlinks', projectRoot, clone], projectRoot);
      context.progress('npm start in a fresh clone');
      const first = npmStart(clone);
      const installation = Number(/Installed in ([\d.]+) s/.exec(first.output)?.[1] ?? Number.NaN) * 1000;
      await rm(path.join(clone, '.insights'), { recursive: true });
      context.progress('npm start from nothing, installed');
      const cold = npmStart(clone);
      context.progress('npm start again');
      const again = npmStart(clone);
      return {
        name: 'start',
        status: 'measured',
        series: [
          seriesOf('npm start, fresh clone', [first.sample], { installationMs: Math.round(installation) }),
          seriesOf('npm start, installed', [cold.sample]),
          seriesOf('npm start, again', [again.sample]),
        ],
        figures: [
          figure('npm start, fresh clone', first.sample.wallMs, 'ms'),
          figure('npm start, of which installation', installation, 'ms'),
          figure('npm start, installed', cold.sample.wallMs, 'ms', budgetOf(context, 30_000)),
          figure('npm start, again', again.sample.wallMs, 'ms', budgetOf(context, 10_000)),
        ],
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function npmStart(clone: string): { readonly sample: Sample; readonly output: string } {
  const started = performance.now();
  const output = run('npm', ['start'], clone);
  const wallMs = performance.now() - started;
  return { sample: { wallMs, cpuMs: 0, peakMegabytes: 0, processMs: wallMs }, output };
}

/** @returns what the command printed, errors included @throws Error with the end of it when the command fails */
function run(command: string, args: readonly string[], cwd: string): string {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`;
  if (result.status === 0) return output;
  throw new Error(`${command} ${args[0]} failed.\n${output.trimEnd().split('\n').slice(-8).join('\n')}`);
}
