import { figure, type Series } from '../report';
import { inRounds, type BenchMeasurement } from './context';

/** Rows per second of the generator, and its memory for few and for many rows. Nothing is written. */
export const generator: BenchMeasurement = {
  name: 'generator',
  async measure(context) {
    const { runner, sizes } = context;
    const series: Series[] = [];
    for (const isOnce of [false, true]) {
      const contenders = sizes.generator
        .filter((size) => size.isOnce === isOnce)
        .map(({ name, options }) => ({ name, run: () => runner.task('generate', { options }) }));
      series.push(...(await inRounds(isOnce ? { ...context, runs: 1 } : context, contenders)));
    }
    return {
      name: 'generator',
      status: 'measured',
      series,
      figures: series.flatMap(({ name, median, counts }) => [
        figure(`Generator, activity, ${name}`, counts['activityRowsPerSecond'] ?? Number.NaN, 'rows/s'),
        figure(`Generator, peak memory, ${name}`, median.peakMegabytes, 'MB'),
      ]),
    };
  },
};
