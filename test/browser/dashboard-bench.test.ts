import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runBench } from '../../bench/bench';
import { installedChromium } from '../../bench/chromium';
import { dashboard } from '../../bench/measurements/dashboard';
import { inProcessRunner } from '../../bench/runner';
import { quickSizes } from '../../bench/sizes';
import { openWorkspace } from '../../bench/workspace';

test('the benchmark looks at a lake: first paint, and every slicer', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'insights-bench-'));
  try {
    const context = {
      runner: inProcessRunner(() => Promise.reject(new Error('No command is run.'))),
      workspace: await openWorkspace(folder),
      sizes: { ...quickSizes, dashboard: quickSizes.dashboard.slice(-1) },
      runs: 1,
      isFresh: false,
      chromium: installedChromium(),
      progress: () => undefined,
    };
    const [measurement] = (await runBench(context, [dashboard])).measurements;
    if (measurement?.status !== 'measured') throw new Error(JSON.stringify(measurement));
    expect(measurement.figures.map(({ name, unit, value }) => [name, unit, value > 0])).toEqual([
      ['Dashboard, more days, opened', 'ms', true],
      ['Dashboard, more days, peak memory', 'MB', true],
      ['Dashboard, more days, data of the first page', 'kB', true],
      ['Dashboard, more days, first paint', 'ms', true],
      ['Dashboard, more days, filter, median', 'ms', true],
      ['Dashboard, more days, filter, most', 'ms', true],
      ['Dashboard, more days, filter, whole page, median', 'ms', true],
    ]);
    const looked = measurement.series.at(-1)?.counts ?? {};
    expect(Object.entries(looked).filter(([, number]) => !(number > 0))).toEqual([]);
    expect(Object.keys(looked)).toEqual(
      expect.arrayContaining(['filters', 'schoolMostMs', 'roleMostMs', 'appMostMs', 'periodMostMs']),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
