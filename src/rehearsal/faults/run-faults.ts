import { rmSync } from 'node:fs';
import { InsightsError } from '../../contract/errors';
import { FaultBench, type BenchRequest } from './bench';
import { faultScenarios } from './index';
import { judgeFault, type FaultResult } from './judge';
import type { FaultScenario } from './scenario';

export interface FaultsRequest extends BenchRequest {
  /** Names of scenarios, or `all`. */
  readonly wanted: readonly string[];
  /** Called with each result as it comes. */
  readonly onResult?: (result: FaultResult) => void;
}

/** The scenarios of these names, in the library's order. @throws InsightsError USAGE for a name that is not there */
export function chooseFaults(wanted: readonly string[]): readonly FaultScenario[] {
  if (wanted.includes('all')) return faultScenarios;
  const unknown = wanted.filter((name) => !faultScenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    throw new InsightsError('USAGE', `There is no fault ${unknown.join(', ')}.`, {
      nextStep: 'See the names with `insights rehearse --faults list`.',
    });
  }
  return faultScenarios.filter(({ name }) => wanted.includes(name));
}

/**
 * Lets faults happen one after the other in one provisioned environment, each in a workspace of its own.
 * @throws InsightsError USAGE, and what provisioning throws; what a fault does is in its result
 */
export async function runFaults(request: FaultsRequest): Promise<readonly FaultResult[]> {
  const scenarios = chooseFaults(request.wanted);
  const bench = await FaultBench.open(request);
  try {
    const results: FaultResult[] = [];
    for (const scenario of scenarios) {
      request.progress(`${scenario.name}: ${scenario.fault}`);
      const result = await judgeFault(scenario, bench);
      results.push(result);
      request.onResult?.(result);
    }
    return results;
  } finally {
    await bench.close();
    rmSync(bench.folder, { recursive: true, force: true });
  }
}
