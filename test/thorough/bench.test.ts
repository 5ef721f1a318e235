import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { measurements, runBench } from '../../bench/bench';
import { withFreshClone } from '../../bench/fresh-clone';
import type { BenchContext } from '../../bench/measurements/context';
import { childRunner, inProcessRunner, type Runner } from '../../bench/runner';
import { rounded, type Figure, type Measurement, type Sample, type Series } from '../../bench/report';
import { quickSizes } from '../../bench/sizes';
import { openWorkspace } from '../../bench/workspace';
import { loadCatalogue } from '../../src/catalogue/load';
import { loadEnvironments } from '../../src/contract/environment';

let folder: string;
let commands: { readonly args: readonly string[]; readonly environment: readonly string[] }[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'insights-bench-'));
  commands = [];
});

afterEach(() => rmSync(folder, { recursive: true }));

const commandSample: Sample = { wallMs: 40, cpuMs: 60, peakMegabytes: 120, processMs: 40 };

/** Commands are noted, not run: the commands have tests of their own. */
const noteCommand: Runner['command'] = async (args, environment = {}) => {
  commands.push({ args, environment: Object.keys(environment) });
  return commandSample;
};

async function benchContext(change: Partial<BenchContext> = {}): Promise<BenchContext> {
  return {
    runner: inProcessRunner(noteCommand),
    workspace: await openWorkspace(folder),
    sizes: quickSizes,
    runs: 1,
    isFresh: false,
    chromium: undefined,
    progress: () => {},
    ...change,
  };
}

/** Runs one measurement. @returns it, when nothing went wrong */
async function measure(name: string, context: BenchContext): Promise<Extract<Measurement, { status: 'measured' }>> {
  const report = await runBench(
    context,
    measurements.filter((one) => one.name === name),
  );
  const [measurement] = report.measurements;
  if (measurement?.status !== 'measured') throw new Error(JSON.stringify(measurement));
  return measurement;
}

const anyNumber = expect.any(Number) as number;
const anySample: Sample = { wallMs: anyNumber, cpuMs: anyNumber, peakMegabytes: anyNumber, processMs: anyNumber };

function series(name: string, counts: Series['counts'], runs = 1): Series {
  return { name, samples: Array.from({ length: runs }, () => anySample), median: anySample, counts };
}

function figures(list: readonly (readonly [name: string, unit: Figure['unit']])[]): Figure[] {
  return list.map(([name, unit]) => ({ name, value: anyNumber, unit, budget: null, isWithin: null }));
}

/** Every number in a report is one: neither NaN nor infinite, which JSON would write as null. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

test('k12: in process and as a command, into a new lake, again, and verified', async () => {
  const measurement = await measure('k12', await benchContext());
  const tables = loadCatalogue('strict').tables.length;
  const rows = named(measurement, 'process').counts['landedRows'] ?? 0;
  expect(rows).toBeGreaterThan(500);
  expect(measurement).toEqual({
    name: 'k12',
    status: 'measured',
    series: [
      series('process', { tables, landedRows: rows, correctedRows: rows, storeOperations: anyNumber }),
      { name: 'process, command', samples: [commandSample], median: commandSample, counts: {} },
      series('process again', { tables: 0, landedRows: 0, correctedRows: 0, storeOperations: anyNumber }),
      { name: 'process again, command', samples: [commandSample], median: commandSample, counts: {} },
      series('verify', { checks: anyNumber, failedChecks: 0 }),
      { name: 'verify, command', samples: [commandSample], median: commandSample, counts: {} },
    ],
    figures: figures([
      ['K-12, all stages', 'ms'],
      ['K-12, all stages, command', 'ms'],
      ['K-12 again', 'ms'],
      ['K-12, verify', 'ms'],
      ['K-12, peak memory', 'MB'],
    ]),
  });
  expect(numbersIn(measurement).every(Number.isFinite)).toBe(true);
  expect(commands.map(({ args }) => args.slice(0, 2))).toEqual([
    ['bin/insights.cjs', 'process'],
    ['bin/insights.cjs', 'process'],
    ['bin/insights.cjs', 'verify'],
  ]);
});

test('activity: one file of all days through all stages, beside reading it once in two ways, in each round', async () => {
  const measurement = await measure('activity', await benchContext({ runs: 2 }));
  const rows = named(measurement, 'all stages').counts['landedRows'] ?? 0;
  const fewer = named(measurement, 'all stages, a quarter').counts['landedRows'] ?? 0;
  expect([fewer > 10, rows > fewer]).toEqual([true, true]);
  expect(measurement).toEqual({
    name: 'activity',
    status: 'measured',
    series: [
      series('all stages', { tables: 1, landedRows: rows, correctedRows: rows, storeOperations: anyNumber }, 2),
      series('read once, catalogue', { rows }, 2),
      series('read once, plain', { rows }, 2),
      series(
        'all stages, a quarter',
        { tables: 1, landedRows: fewer, correctedRows: fewer, storeOperations: anyNumber },
        2,
      ),
    ],
    figures: figures([
      ['Activity, all stages', 'ms'],
      ['Activity, all stages by reading once (catalogue)', 'ratio'],
      ['Activity, all stages by reading once (plain)', 'ratio'],
      ['Activity, CPU time by reading once (catalogue)', 'ratio'],
      ['Activity, peak memory', 'MB'],
      ['Activity, a quarter, all stages', 'ms'],
      ['Activity, a quarter, peak memory', 'MB'],
    ]),
  });
  expect(numbersIn(measurement).every(Number.isFinite)).toBe(true);
});

test('history: the same next day on an empty lake and on ever longer histories', async () => {
  const measurement = await measure('history', await benchContext());
  const empty = named(measurement, 'next day on an empty lake').counts['correctedRows'] ?? 0;
  const tables = loadCatalogue('strict').tables.length;
  const nextDay = (days: number): Series => {
    const name = `next day on ${days} days`;
    const counts = named(measurement, name).counts;
    // The roster is the same as the day before: only activity goes through the stages.
    expect(counts['correctedRows']).toBeLessThan(empty);
    expect(counts['correctedRows']).toBe(named(measurement, 'next day on 1 days').counts['correctedRows']);
    return series(name, { tables, landedRows: anyNumber, correctedRows: anyNumber, storeOperations: anyNumber });
  };
  expect(measurement).toEqual({
    name: 'history',
    status: 'measured',
    series: [
      series('next day on an empty lake', {
        tables,
        landedRows: empty,
        correctedRows: empty,
        storeOperations: anyNumber,
      }),
      nextDay(1),
      nextDay(2),
    ],
    figures: figures([
      ['Next day on an empty lake', 'ms'],
      ['Next day on 1 days by an empty lake', 'ratio'],
      ['Next day on 2 days by an empty lake', 'ratio'],
      ['Next day on 2 days by 1', 'ratio'],
      ['CPU time on 2 days by 1', 'ratio'],
      ['Store operations on 2 days by 1', 'ratio'],
    ]),
  });
  expect(numbersIn(measurement).every(Number.isFinite)).toBe(true);
});

test('dashboard: lakes of each size opened; without Chromium nobody looks at them', async () => {
  const measurement = await measure('dashboard', await benchContext());
  const counts = {
    signals: anyNumber,
    schools: anyNumber,
    firstBytes: anyNumber,
    schoolBytes: anyNumber,
    allBytes: anyNumber,
  };
  expect(measurement).toEqual({
    name: 'dashboard',
    status: 'measured',
    series: [series('open, few days', counts), series('open, more days', counts)],
    figures: figures([
      ['Dashboard, few days, opened', 'ms'],
      ['Dashboard, few days, peak memory', 'MB'],
      ['Dashboard, few days, data of the first page', 'kB'],
      ['Dashboard, more days, opened', 'ms'],
      ['Dashboard, more days, peak memory', 'MB'],
      ['Dashboard, more days, data of the first page', 'kB'],
    ]),
  });
  expect(numbersIn(measurement).every(Number.isFinite)).toBe(true);
  const signals = measurement.series.map((one) => one.counts['signals'] ?? 0);
  expect(signals[1]).toBeGreaterThan(signals[0]!);
});

test('generator: rows per second and memory, the large sizes once only', async () => {
  const measurement = await measure('generator', await benchContext({ runs: 2 }));
  const counts = {
    activityRows: anyNumber,
    rosterRows: anyNumber,
    bytes: anyNumber,
    activityRowsPerSecond: anyNumber,
  };
  expect(measurement).toEqual({
    name: 'generator',
    status: 'measured',
    series: [series('few days', counts, 2), series('more days', counts, 1)],
    figures: figures([
      ['Generator, activity, few days', 'rows/s'],
      ['Generator, peak memory, few days', 'MB'],
      ['Generator, activity, more days', 'rows/s'],
      ['Generator, peak memory, more days', 'MB'],
    ]),
  });
  const rows = (name: string): number => named(measurement, name).counts['activityRows'] ?? 0;
  expect(rows('more days')).toBeGreaterThan(rows('few days'));
  expect(numbersIn(measurement).every(Number.isFinite)).toBe(true);
});

test('synth: all environments in process and main.ts, each into a folder of its own', async () => {
  // In a process of its own: cdktf looks at call stacks in a way that jest does not bear.
  const runner = { ...childRunner(folder), command: noteCommand };
  const measurement = await measure('synth', await benchContext({ runner }));
  const environments = loadEnvironments(path.resolve(__dirname, '../../environments')).length;
  expect(measurement).toEqual({
    name: 'synth',
    status: 'measured',
    series: [
      series('synth', { stacks: environments }),
      { name: 'synth, command', samples: [commandSample], median: commandSample, counts: {} },
    ],
    figures: figures([
      ['Synth of all environments', 'ms'],
      ['Synth, main.ts', 'ms'],
    ]),
  });
  expect(commands).toEqual([{ args: ['--import', 'tsx', 'main.ts'], environment: ['CDKTF_OUTDIR'] }]);
});

test('the report says when, on what and how often, names no machine, and goes on after a failure', async () => {
  const context = await benchContext();
  const skipped = {
    name: 'skipped',
    measure: async () => ({ name: 'skipped', status: 'skipped', reason: 'Nobody asked.' }) as const,
  };
  const broken = {
    name: 'broken',
    measure: async () => {
      throw new Error('It broke.');
    },
  };
  const report = await runBench(context, [broken, skipped]);
  const load = [anyNumber, anyNumber, anyNumber];
  expect(report).toEqual({
    format: 1,
    report: 'benchmark',
    startedAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/) as string,
    finishedAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/) as string,
    runs: 1,
    isQuick: true,
    machine: {
      platform: process.platform,
      architecture: process.arch,
      processor: expect.any(String) as string,
      cores: anyNumber,
      memoryMegabytes: anyNumber,
      node: process.version,
      duckdb: expect.stringMatching(/^v\d+\.\d+\.\d+$/) as string,
    },
    loadBefore: load,
    loadAfter: load,
    measurements: [
      { name: 'broken', status: 'failed', reason: 'It broke.' },
      { name: 'skipped', status: 'skipped', reason: 'Nobody asked.' },
    ],
  });
});

test('test data is made once per options, and scratch is removed', async () => {
  const workspace = await openWorkspace(folder);
  const made: string[] = [];
  const make = (text: string) => async (target: string) => {
    made.push(text);
    mkdirSync(target);
  };
  const first = await workspace.cached('drop', { size: 1 }, make('first'));
  const again = await workspace.cached('drop', { size: 1 }, make('again'));
  const other = await workspace.cached('drop', { size: 2 }, make('other'));
  await workspace.remove();
  expect([again === first, other === first, made]).toEqual([true, false, ['first', 'other']]);
  expect(readdirSync(folder)).toEqual([path.basename(other)]);
});

describe('measured processes', () => {
  test('a task runs in a process of its own and gives what it took', async () => {
    const drop = path.join(folder, 'drop');
    const input = { options: { set: 'k12', people: 60, days: 1 }, folder: drop } as const;
    const { sample, counts } = await childRunner(folder).task('make activity file', input);
    expect(sample).toEqual(anySample);
    expect(sample.processMs).toBeGreaterThan(sample.wallMs);
    expect(Object.keys(counts)).toEqual(['rows', 'bytes']);
    expect(existsSync(path.join(drop, 'M365/activity/2024-03-22/ApplicationUsage.csv'))).toBe(true);
  });

  test('a task that fails says why, without a stack', async () => {
    const input = { drop: path.join(folder, 'none'), lake: path.join(folder, 'lake'), expect: 'succeeded' } as const;
    await expect(childRunner(folder).task('process lake', input)).rejects.toThrow(
      /^A measured process ended with exit code 1\.\nDROP_NOT_FOUND: There is no M365 folder with files in the drop\./,
    );
  });

  test('a command gives its own CPU time and peak memory, as it itself sees them just before and just after', async () => {
    const seenFile = path.join(folder, 'seen.json');
    const look = `
      const seen = [];
      const see = () => seen.push(process.resourceUsage());
      if (Buffer.alloc(50e6, 1)[0] === 1) see();
      process.on('exit', () => {
        see();
        require('node:fs').writeFileSync(${JSON.stringify(seenFile)}, JSON.stringify(seen));
      });`;
    const sample = await childRunner(folder).command(['-e', look]);
    const [before, after] = (JSON.parse(readFileSync(seenFile, 'utf8')) as NodeJS.ResourceUsage[]).map(
      ({ userCPUTime, systemCPUTime, maxRSS }) =>
        rounded({ ...sample, cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMegabytes: (maxRSS * 1024) / 1e6 }),
    );
    expect(sample).toEqual({ ...anySample, wallMs: sample.processMs });
    // Neither number ever falls, however busy the machine is; this process has used many times the CPU time.
    for (const name of ['cpuMs', 'peakMegabytes'] as const) {
      const inTheirOrder = [before, sample, after].map((one) => one?.[name] ?? Number.NaN);
      expect(inTheirOrder).toEqual(inTheirOrder.toSorted((one, other) => one - other));
    }
    expect(readdirSync(folder)).toEqual(['seen.json']);
  });

  test('a command in a fresh clone gives the CPU time of all it starts, and the memory of the largest', async () => {
    const work = 'require("node:child_process").spawnSync(process.execPath, ["-e", "Buffer.alloc(150e6, 1)"])';
    const measured = await withFreshClone('linked', async (clone) => {
      expect(existsSync(path.join(clone.folder, 'node_modules', 'cdktf'))).toBe(true);
      const alone = clone.measure('node -e ""').sample;
      const { sample, output } = clone.measure(`echo said; node -e '${work}'`);
      expect(() => clone.measure('echo It broke.; exit 3')).toThrow('sh -c failed.\nIt broke.');
      return { alone, sample, said: output.split('\n')[0], folder: clone.folder };
    });
    const { alone, sample, said, folder: gone } = measured;
    expect({ alone, sample, said }).toEqual({ alone: anySample, sample: anySample, said: 'said' });
    expect(sample.cpuMs).toBeGreaterThan(alone.cpuMs);
    expect(sample.peakMegabytes).toBeGreaterThan(alone.peakMegabytes + 100);
    expect(existsSync(gone)).toBe(false);
  });

  test('a command that fails says so', async () => {
    await expect(childRunner(folder).command(['-e', 'process.exit(3)'])).rejects.toThrow(
      'A measured process ended with exit code 3.',
    );
  });
});

function named(measurement: Extract<Measurement, { status: 'measured' }>, name: string): Series {
  const found = measurement.series.find((one) => one.name === name);
  if (found === undefined) throw new Error(`No series "${name}".`);
  return found;
}
