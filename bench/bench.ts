import { formatError, InsightsError } from '../src/contract/errors';
import { currentLoad, machineFacts } from './machine';
import { activity } from './measurements/activity';
import type { BenchContext, BenchMeasurement } from './measurements/context';
import { dashboard } from './measurements/dashboard';
import { generator } from './measurements/generator';
import { history } from './measurements/history';
import { k12 } from './measurements/k12';
import { review } from './measurements/review';
import { start } from './measurements/start';
import { synth } from './measurements/synth';
import type { BenchReport, Measurement } from './report';

/** In the order in which they run. */
export const measurements: readonly BenchMeasurement[] = [
  k12,
  activity,
  history,
  dashboard,
  generator,
  synth,
  review,
  start,
];

/** Runs measurements one after the other. One that fails is said in the report, and the others still run. */
export async function runBench(context: BenchContext, wanted: readonly BenchMeasurement[]): Promise<BenchReport> {
  const startedAt = new Date().toISOString();
  const loadBefore = currentLoad();
  const results: Measurement[] = [];
  for (const measurement of wanted) {
    context.progress(measurement.name);
    results.push(await measured(measurement, context));
  }
  return {
    format: 1,
    report: 'benchmark',
    startedAt,
    finishedAt: new Date().toISOString(),
    runs: context.runs,
    isQuick: !context.sizes.hasBudgets,
    machine: machineFacts(),
    loadBefore,
    loadAfter: currentLoad(),
    measurements: results,
  };
}

async function measured(measurement: BenchMeasurement, context: BenchContext): Promise<Measurement> {
  try {
    return await measurement.measure(context);
  } catch (error) {
    const reason = error instanceof InsightsError ? formatError(error) : (error as Error).message;
    return { name: measurement.name, status: 'failed', reason };
  }
}
