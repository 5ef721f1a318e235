import { rm } from 'node:fs/promises';
import path from 'node:path';
import { linkTree } from '../link-tree';
import { figure, ratioOf } from '../report';
import { budgetOf, inRounds, named, type BenchMeasurement } from './context';

/** The next day's delivery on an empty lake and on lakes with some, more and many days of history. */
export const history: BenchMeasurement = {
  name: 'history',
  async measure(context) {
    const { runner, workspace, sizes } = context;
    const { roster, activity, days } = sizes.history;
    const steps = [...days.map((count, index) => count - (days[index - 1] ?? 0)), 1];
    const drops = await workspace.cached('history', { roster, activity, steps }, (folder) => {
      context.progress('Making daily drops');
      return runner.task('make daily drops', { roster, activity, days: steps, folder });
    });
    const next = path.join(drops, String(days.length));

    // Each lake is the one before it with more days.
    const lakes: string[] = [];
    for (const [index, count] of days.entries()) {
      context.progress(`Making a lake of ${count} days`);
      const lake = workspace.newFolder(`history-${count}`);
      const former = lakes.at(-1);
      if (former !== undefined) await linkTree(former, lake);
      await runner.task('process lake', { drop: path.join(drops, String(index)), lake, expect: 'succeeded' });
      lakes.push(lake);
    }
    const onCopyOf = async (former: string | undefined) => {
      const lake = workspace.newFolder('next-day');
      if (former !== undefined) await linkTree(former, lake);
      const result = await runner.task('process lake', { drop: next, lake, expect: 'succeeded' });
      await rm(lake, { recursive: true });
      return result;
    };
    const name = (count: number): string => `next day on ${count} days`;
    const series = await inRounds(context, [
      { name: 'next day on an empty lake', run: () => onCopyOf(undefined) },
      ...days.map((count, index) => ({ name: name(count), run: () => onCopyOf(lakes[index]) })),
    ]);
    const empty = named(series, 'next day on an empty lake');
    const least = named(series, name(days[0] ?? 0));
    const most = named(series, name(days.at(-1) ?? 0));
    return {
      name: 'history',
      status: 'measured',
      series,
      figures: [
        figure('Next day on an empty lake', empty.median.wallMs, 'ms'),
        ...days.map((count) =>
          figure(
            `Next day on ${count} days by an empty lake`,
            ratioOf(named(series, name(count)), empty),
            'ratio',
            budgetOf(context, 1.5),
          ),
        ),
        figure(`Next day on ${days.at(-1)} days by ${days[0]}`, ratioOf(most, least), 'ratio'),
        figure(`CPU time on ${days.at(-1)} days by ${days[0]}`, most.median.cpuMs / least.median.cpuMs, 'ratio'),
        figure(
          `Store operations on ${days.at(-1)} days by ${days[0]}`,
          (most.counts['storeOperations'] ?? Number.NaN) / (least.counts['storeOperations'] ?? Number.NaN),
          'ratio',
        ),
      ],
    };
  },
};
