import type { Environment } from '../../src/contract/environment';
import { oeaVersion } from '../../src/contract/versions';

/**
 * The tags of every resource of an environment: its own, and `oea_version`, `environment` and `managed_by`, which an
 * environment file cannot set.
 */
export function standardTags(environment: Pick<Environment, 'name' | 'tags'>): Readonly<Record<string, string>> {
  return {
    ...environment.tags,
    oea_version: oeaVersion,
    environment: environment.name,
    managed_by: 'education-insights-cdk',
  };
}
