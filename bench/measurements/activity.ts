import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { figure, ratioOf } from '../report';
import { budgetOf, inRounds, named, type BenchMeasurement } from './context';

/** One large activity file through all stages, beside DuckDB reading, typing, hashing and writing it once. */
export const activity: BenchMeasurement = {
  name: 'activity',
  async measure(context) {
    const { runner, workspace, sizes } = context;
    const drop = await workspace.cached('activity', sizes.activity, (folder) => {
      context.progress('Making the activity file');
      return runner.task('make activity file', { options: sizes.activity, folder });
    });
    const file = path.join(drop, 'M365', 'activity', '2024-03-22', 'ApplicationUsage.csv');
    // Otherwise only the first to read the file would wait for the disk.
    for await (const _chunk of createReadStream(file));
    const once = (treatment: 'catalogue' | 'plain') =>
      runner.task('read once', { file, folder: workspace.scratch, treatment });
    const series = await inRounds(context, [
      {
        name: 'all stages',
        run: async () => {
          const lake = workspace.newFolder('activity');
          const result = await runner.task('process lake', { drop, lake, expect: 'succeeded' });
          await rm(lake, { recursive: true });
          return result;
        },
      },
      { name: 'read once, catalogue', run: () => once('catalogue') },
      { name: 'read once, plain', run: () => once('plain') },
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
      ],
    };
  },
};
