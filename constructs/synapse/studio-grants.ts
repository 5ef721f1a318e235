import type { Environment } from '../../src/contract/environment';
import type { ITerraformDependable } from '../core/cdktf';
import { People } from '../core/grantee';
import type { ISynapseWorkspace } from './synapse-workspace';

/**
 * Who may do what in Synapse Studio (ACCESS2): deployers write artifacts and roles, everywhere. In production everybody else
 * who works in Studio only looks; elsewhere, where there is no real data, engineers publish and run, administrators do all.
 * Analysts, privacy officers and external scientists use SQL and the lake, and get nothing here.
 * @param after what the development endpoint needs to answer (ORDER1).
 * @returns the assignments, which artifacts wait for, so that a destroy takes the artifacts first (ORDER3).
 */
export function grantStudio(
  workspace: ISynapseWorkspace,
  environment: Pick<Environment, 'people' | 'production'>,
  after: readonly ITerraformDependable[],
): readonly ITerraformDependable[] {
  const { people, production } = environment;
  const administrators = new People(people.administrators);
  const engineers = new People(people.dataEngineers);
  const scientists = new People(people.dataScientists);
  const everywhere = workspace.grantAdminister(new People(people.deployers), after);
  if (production) {
    const lookers = [administrators, engineers, scientists];
    return [...everywhere, ...lookers.flatMap((grantee) => workspace.grantRead(grantee, after))];
  }
  return [
    ...everywhere,
    ...workspace.grantAdminister(administrators, after),
    ...workspace.grantPublish(engineers, after),
    ...workspace.grantRun(engineers, after),
    ...workspace.grantRead(scientists, after),
    ...workspace.grantRun(scientists, after),
  ];
}
