import type { Construct } from 'constructs';
import { LakePaths } from '../../src/contract/lake-paths';
import { Alerts } from '../monitoring/alerts';
import { Budget } from '../monitoring/budget';
import type { ILogWorkspace } from '../monitoring/log-workspace';
import type { IDataLake } from '../storage/data-lake';
import type { ISynapseWorkspace } from '../synapse/synapse-workspace';
import type { Surroundings } from './surroundings';

/** What is watched, and where its logs are; no logs where the workspace is not ours (OWN3). */
export interface Watched {
  readonly workspace: ISynapseWorkspace;
  readonly dataLake: IDataLake;
  readonly logWorkspace: ILogWorkspace | undefined;
}

/**
 * Who is told of what: a failed run, no fresh data (OWN2), costs. Freshness is asked only where data is expected: where
 * something is shared or the pipeline starts by itself.
 */
export function watch(
  scope: Construct,
  { workspace, dataLake, logWorkspace }: Watched,
  surroundings: Surroundings,
): void {
  const { environment } = surroundings;
  const { alerts, budget, dataShare, schedule, dataVersion, suffix } = environment;
  const expected = dataShare.mode !== 'off' || schedule.enabled;
  const paths = new LakePaths('prod', dataVersion);
  new Alerts(scope, 'Alerts', {
    ...surroundings,
    workspace,
    contacts: alerts.contacts,
    ...(logWorkspace === undefined || !expected
      ? {}
      : { freshness: { logWorkspace, dataLake, paths, hours: alerts.freshnessHours } }),
  });
  if (budget === undefined) return;
  new Budget(scope, 'Budget', { ...surroundings, ...budget, budgetName: `budget-oea-${suffix.toLowerCase()}` });
}
