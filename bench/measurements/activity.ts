import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { figure, ratioOf } from '../report';
import type { TaskResult } from '../runner';
import { budgetOf, inRounds, named, type BenchContext, type BenchMeasurement } from './context';

/** One large activity file through all stages, beside DuckDB reading, typing, hashing and writing it once; and a quarter of it. */
export const activity: BenchMeasurement = {
  name: 'activity',
  async measure(context) {
    const { runner, workspace } = context;
    const drop = await activityDrop(context, 'activity');
    const quarter = await activityDrop(context, 'activityQuarter');
    const file = path.join(drop, 'M365', 'activity', '2024-03-22', 'ApplicationUsage.csv');
    // Otherwise only the first to read the file would wait for the disk.
    for await (const _chunk of createReadStream(file));
    const once = (treatment: 'catalogue' | 'plain') =>
      runner.task('read once', { file, folder: workspace.scratch, treatment });
    const processed = async (from: string): Promise<TaskResult> => {
      const lake = workspace.newFolder('activity');
      const result = await runner.task('process lake', { drop: from, lake, expect: 'succeeded' });
      await rm(lake, { recursive: true });
      return result;
    };
    const series = await inRounds(context, [
      { name: 'all stages', run: () => processed(drop) },
      { name: 'read once, catalogue', run: () => once('catalogue') },
      { name: 'read once, plain', run: () => once('plain') },
      { name: 'all stages, a quarter', run: () => processed(quarter) },
    ]);
    const all = named(series, 'all stages');
    return {
      name: 'activity',
      status: 'measured',
      series,
      figures: [
        figure('Activity, all stages', all.median.wallMs, 'ms'),
        figure(
          'Activity, all stages by reading once (catalogue)',
          ratioOf(all, named(series, 'read once, catalogue')),
          'ratio',
          budgetOf(context, 2.5),
        ),
        figure(
          'Activity, all stages by reading once (plain)',
          ratioOf(all, named(series, 'read once, plain')),
          'ratio',
        ),
        figure(
          'Activity, CPU time by reading once (catalogue)',
          all.median.cpuMs / named(series, 'read once, catalogue').median.cpuMs,
          'ratio',
        ),
        figure('Activity, peak memory', all.median.peakMegabytes, 'MB', budgetOf(context, 1500)),
        figure('Activity, a quarter, all stages', named(series, 'all stages, a quarter').median.wallMs, 'ms'),
        figure('Activity, a quarter, peak memory', named(series, 'all stages, a quarter').median.peakMegabytes, 'MB'),
      ],
    };
  },
};

function activityDrop(context: BenchContext, size: 'activity' | 'activityQuarter'): Promise<string> {
  const options = context.sizes[size];
  return context.workspace.cached(size === 'activity' ? 'activity' : 'quarter', options, (folder) => {
    context.progress('Making an activity file');
    return context.runner.task('make activity file', { options, folder });
  });
}
