import { join } from 'node:path';
import { InsightsError } from '../../contract/errors';
import { ownFolder } from '../../contract/project-folders';
import { sideBySide } from '../../engine/side-by-side';
import { ownFolderMark, removeAbandoned, removeAtEnd, removeTemporary } from '../../lake/temporary-folder';
import { FaultBench, type BenchRequest } from './bench';
import { faultScenarios } from './index';
import { judgeFault, type FaultResult } from './judge';
import type { FaultScenario } from './scenario';
import { FaultStage } from './stage';

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

/** Environments in which faults happen side by side: a run waits for its services about half of the time. */
const environments = 2;

/**
 * Lets faults happen, each in a workspace of its own, in as many provisioned environments as are worth their start. What goes
 * wrong in one environment is not seen in another.
 * @throws InsightsError USAGE, and what provisioning throws; what a fault does is in its result
 */
export async function runFaults(request: FaultsRequest): Promise<readonly FaultResult[]> {
  const scenarios = chooseFaults(request.wanted);
  const benches = await openBenches(request, Math.min(environments, scenarios.length));
  const results = new Map<FaultScenario, FaultResult>();
  try {
    await sideBySide(benches, scenarios, async (scenario, bench) => {
      request.progress(`${scenario.name}: ${scenario.fault}`);
      const result = await judgeFault(scenario, new FaultStage(bench, scenario.name));
      results.set(scenario, result);
      request.onResult?.(result);
    });
  } finally {
    await closeBenches(benches);
  }
  return scenarios.flatMap((scenario) => results.get(scenario) ?? []);
}

/** Opens all or none. */
async function openBenches(request: BenchRequest, count: number): Promise<readonly FaultBench[]> {
  const parent = ownFolder(request.projectRoot, 'faults');
  removeAbandoned(parent);
  const folders = Array.from({ length: count }, (_, number) => join(parent, `${ownFolderMark()}-${number}`));
  folders.forEach(removeAtEnd);
  const opened = await Promise.allSettled(folders.map((folder) => FaultBench.open(request, folder)));
  const benches = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = opened.find((result) => result.status === 'rejected');
  if (failed === undefined) return benches;
  await closeBenches(benches);
  throw failed.reason;
}

async function closeBenches(benches: readonly FaultBench[]): Promise<void> {
  for (const bench of benches) {
    await bench.close();
    removeTemporary(bench.folder);
  }
}
