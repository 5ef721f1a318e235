import { InsightsError } from '../../contract/errors';
import { readDropMap, writeDropMap } from '../drop-map';
import { claimDropFolder } from '../drop-writer';
import { columnDefects } from './column-defects';
import { deliveries } from './deliveries';
import { fileDefects } from './file-defects';
import { rosterChanges } from './roster-changes';
import { rowDefects } from './row-defects';
import type { Scenario } from './scenario';

export type { Expectation, Scenario } from './scenario';

/** All scenarios, by family: deliveries and changes first, then what is wrong with columns, rows and files. */
export const scenarios: readonly Scenario[] = [
  ...deliveries,
  ...rosterChanges,
  ...columnDefects,
  ...rowDefects,
  ...fileDefects,
];

/** @throws InsightsError TEST_DATA_SCENARIO_UNKNOWN */
export function scenarioNamed(name: string): Scenario {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario !== undefined) return scenario;
  const names = scenarios.map((candidate) => candidate.name).join(', ');
  throw new InsightsError('TEST_DATA_SCENARIO_UNKNOWN', `The scenarios are ${names}.`);
}

/**
 * Reads the drop, changes it, and writes the whole changed drop to another folder, which must not hold one yet.
 * @throws InsightsError TEST_DATA_SCENARIO_UNKNOWN, DROP_NOT_FOUND, TEST_DATA_SCENARIO_UNFIT, TEST_DATA_FOLDER_IN_USE
 */
export async function applyScenario(name: string, dropFolder: string, outFolder: string): Promise<Scenario> {
  const scenario = scenarioNamed(name);
  const changed = scenario.apply(await readDropMap(dropFolder));
  await claimDropFolder(outFolder);
  await writeDropMap(changed, outFolder);
  return scenario;
}
