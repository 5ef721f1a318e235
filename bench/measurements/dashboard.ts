import path from 'node:path';
import { figure, type Figure } from '../report';
import { budgetOf, inRounds, named, type BenchMeasurement, type Contender } from './context';

/** Lakes of some sizes opened in the dashboard, and looked at in Chromium where it is there. */
export const dashboard: BenchMeasurement = {
  name: 'dashboard',
  async measure(context) {
    const { runner, workspace, sizes, chromium } = context;
    const contenders: Contender[] = [];
    for (const { name, options } of sizes.dashboard) {
      const folder = await workspace.cached(`dashboard-${name.replaceAll(' ', '-')}`, options, (made) => {
        context.progress(`Making a lake of ${name}`);
        return runner.task('make lake', { options, folder: made });
      });
      const lake = path.join(folder, 'lake');
      contenders.push({ name: `open, ${name}`, run: () => runner.task('open dashboard', { lake }) });
      if (chromium !== undefined) {
        contenders.push({ name: `look, ${name}`, run: () => runner.task('look at dashboard', { lake, chromium }) });
      }
    }
    const series = await inRounds(context, contenders);
    const figures = sizes.dashboard.flatMap(({ name }): Figure[] => {
      const title = `Dashboard, ${name}`;
      const opened = named(series, `open, ${name}`);
      const looked = chromium === undefined ? {} : named(series, `look, ${name}`).counts;
      const seen = (what: string, count: string, budget?: number): Figure[] => {
        const value = looked[count];
        return value === undefined
          ? []
          : [figure(`${title}, ${what}`, value, 'ms', budget === undefined ? undefined : budgetOf(context, budget))];
      };
      return [
        figure(`${title}, opened`, opened.median.wallMs, 'ms'),
        figure(`${title}, peak memory`, opened.median.peakMegabytes, 'MB'),
        figure(`${title}, data of the first page`, (opened.counts['firstBytes'] ?? Number.NaN) / 1000, 'kB'),
        ...seen('first paint', 'firstPaintMs', 1000),
        ...seen('filter, median', 'filterMedianMs', 100),
        ...seen('filter, most', 'filterMostMs', 100),
        ...seen('filter, whole page, median', 'wholePageMedianMs'),
      ];
    });
    return { name: 'dashboard', status: 'measured', series, figures };
  },
};
