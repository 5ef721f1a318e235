import { rm } from 'node:fs/promises';
import path from 'node:path';
import { withFreshClone, type FreshClone } from '../fresh-clone';
import { figure, seriesOf, type Figure, type Series } from '../report';
import { budgetOf, inRounds, named, type BenchMeasurement } from './context';

/**
 * `npm start` in a fresh clone of what is committed: from nothing, with the packages there, and again, going on with that;
 * with `--fresh` once with the installation before it, which needs the network.
 */
export const start: BenchMeasurement = {
  name: 'start',
  async measure(context) {
    const installed = context.isFresh ? await withFreshClone('none', installedStart) : { series: [], figures: [] };
    return withFreshClone('linked', async (clone) => {
      const series = await inRounds(context, [
        {
          name: 'npm start, installed',
          run: async () => {
            await rm(path.join(clone.folder, '.insights'), { recursive: true, force: true });
            return clone.measure('npm start').sample;
          },
        },
        { name: 'npm start, again', run: async () => clone.measure('npm start').sample },
      ]);
      const [cold, again] = ['npm start, installed', 'npm start, again'].map((name) => named(series, name).median);
      return {
        name: 'start',
        status: 'measured',
        series: [...installed.series, ...series],
        figures: [
          ...installed.figures,
          figure('npm start, installed', cold!.wallMs, 'ms', budgetOf(context, 30_000)),
          figure('npm start, installed, CPU time', cold!.cpuMs, 'ms'),
          figure('npm start, installed, largest process', cold!.peakMegabytes, 'MB'),
          figure('npm start, again', again!.wallMs, 'ms', budgetOf(context, 10_000)),
          figure('npm start, again, CPU time', again!.cpuMs, 'ms'),
        ],
      };
    });
  },
};

async function installedStart(clone: FreshClone): Promise<{ readonly series: Series[]; readonly figures: Figure[] }> {
  const { sample, output } = clone.measure('npm start');
  const installation = Number(/Installed in ([\d.]+) s/.exec(output)?.[1] ?? Number.NaN) * 1000;
  return {
    series: [seriesOf('npm start, fresh clone', [sample], { installationMs: Math.round(installation) })],
    figures: [
      figure('npm start, fresh clone', sample.wallMs, 'ms'),
      figure('npm start, of which installation', installation, 'ms'),
    ],
  };
}
