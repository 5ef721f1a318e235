import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { figure, median, ratioOf, seriesOf, type BenchReport, type Sample } from '../../bench/report';
import { formatTable } from '../../bench/table';
import { childTime } from '../../bench/fresh-clone';
import { benchHelp, BenchUsageError, parseBenchOptions } from '../../bench/options';
import { projectRoot } from '../../bench/runner';

const sample = (wallMs: number, more: Partial<Sample> = {}): Sample => ({
  wallMs,
  cpuMs: wallMs * 2,
  peakMegabytes: 100,
  processMs: wallMs + 50,
  ...more,
});

test('the median is the middle of the sorted numbers, of an even count the mean of the middle two', () => {
  expect([median([3, 1, 2]), median([100, 9, 20, 10]), median([7]), median([])]).toEqual([2, 15, 7, Number.NaN]);
});

test('a series has the median of each number by itself, in tenths', () => {
  const samples = [sample(10, { peakMegabytes: 300 }), sample(30, { peakMegabytes: 100 }), sample(20.06, { cpuMs: 1 })];
  expect(seriesOf('name', samples, { rows: 5 })).toEqual({
    name: 'name',
    samples,
    median: { wallMs: 20.1, cpuMs: 20, peakMegabytes: 100, processMs: 70.1 },
    counts: { rows: 5 },
  });
});

test('a ratio is the median of the ratios of each round: a round on a slow machine counts no more than another', () => {
  const series = seriesOf('series', [sample(20), sample(300), sample(24)]);
  const base = seriesOf('base', [sample(10), sample(100), sample(10)]);
  expect(ratioOf(series, base)).toBe(2.4);
});

test('a figure is rounded before it is compared with its budget', () => {
  expect([
    figure('ratio', 2.504, 'ratio', 2.5),
    figure('more', 2.505001, 'ratio', 2.5),
    figure('without budget', 12.5, 'MB'),
  ]).toEqual([
    { name: 'ratio', value: 2.5, unit: 'ratio', budget: 2.5, isWithin: true },
    { name: 'more', value: 2.51, unit: 'ratio', budget: 2.5, isWithin: false },
    { name: 'without budget', value: 13, unit: 'MB', budget: null, isWithin: null },
  ]);
});

test('the table has series with medians and range, figures with budgets, and what was not measured', () => {
  const report: BenchReport = {
    format: 1,
    report: 'benchmark',
    startedAt: '2026-03-04T05:06:07.000Z',
    finishedAt: '2026-03-04T05:07:07.000Z',
    runs: 2,
    isQuick: false,
    machine: {
      platform: 'linux',
      architecture: 'x64',
      processor: 'A processor',
      cores: 2,
      memoryMegabytes: 8000,
      node: 'v20.20.0',
      duckdb: 'v1.5.5',
    },
    loadBefore: [0.5, 1, 1],
    loadAfter: [1.25, 1, 1],
    measurements: [
      {
        name: 'one',
        status: 'measured',
        series: [seriesOf('work', [sample(10), sample(20)])],
        figures: [
          figure('Work', 15, 'ms', 20),
          figure('Work by rest', 3, 'ratio', 2.5),
          figure('Speed', 1000, 'rows/s'),
        ],
      },
      { name: 'two', status: 'skipped', reason: 'Not asked for.' },
      { name: 'three', status: 'failed', reason: 'It broke.' },
    ],
  };
  expect(formatTable(report)).toBe(
    [
      '2 cores, 8000 MB, Node v20.20.0, DuckDB v1.5.5; 2 runs; load 0.5 before, 1.25 after',
      '',
      'median of  ms  least  most  CPU ms  peak MB',
      'one: work  15     10    20      30      100',
      '',
      'figure              value  budget',
      'Work                15 ms   20 ms  within',
      'Work by rest          3 ×   2.5 ×  OVER',
      'Speed         1000 rows/s',
      '',
      'two skipped: Not asked for.',
      '',
      'three failed: It broke.',
      '',
    ].join('\n'),
  );
});

test('the CPU time of a command is user and system time of what the shell started', () => {
  expect(childTime('Done\n0m0.001s 0m0.002s\n1m2.500s 0m0.750s\n')).toBe(63_250);
  expect(childTime('Done\n')).toBeNaN();
});

describe('options', () => {
  const names = ['k12', 'activity', 'history'];

  test('defaults: all measurements, three runs, JSON to standard output', () => {
    expect(parseBenchOptions([], names)).toEqual({
      runs: 3,
      only: names,
      isQuick: false,
      isFresh: false,
      out: undefined,
    });
  });

  test('everything given; measurements stay in their order', () => {
    const args = ['--only', 'history,k12', '--runs', '5', '--quick', '--fresh', '--out', 'bench.json'];
    expect(parseBenchOptions(args, names)).toEqual({
      runs: 5,
      only: ['k12', 'history'],
      isQuick: true,
      isFresh: true,
      out: 'bench.json',
    });
  });

  test('help names every option and every measurement, and nothing is measured', () => {
    expect([parseBenchOptions(['--help'], names), parseBenchOptions(['-h', '--quick'], names)]).toEqual([
      undefined,
      undefined,
    ]);
    const main = path.join(projectRoot, 'bench', 'main.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, '--help'], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    const all = ['k12', 'activity', 'history', 'dashboard', 'generator', 'synth', 'review', 'start'];
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: benchHelp(all), stderr: '' });
    expect(stdout.match(/^ {2}--\w+/gm)?.map((option) => option.trim())).toEqual([
      '--only',
      '--runs',
      '--quick',
      '--fresh',
      '--out',
      '--help',
    ]);
    expect(stdout).toContain(`Measurements: ${all.join(', ')}\n`);
  });

  test.each([
    [['--runs', '0'], '--runs is a whole number from 1 to 99.'],
    [['--runs', 'many'], '--runs is a whole number from 1 to 99.'],
    [['--only', 'k12,k13'], '--only takes names of: k12, activity, history.'],
    [['--slow'], "Unknown option '--slow'"],
  ])('%j is refused', (args, message) => {
    expect(() => parseBenchOptions(args, names)).toThrow(BenchUsageError);
    expect(() => parseBenchOptions(args, names)).toThrow(message);
  });
});
