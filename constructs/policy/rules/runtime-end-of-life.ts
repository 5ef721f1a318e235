import { runtimeState, type RuntimeState } from '../../../src/contract/spark-runtimes';
import { azapiBody, member, type Finding, type PolicyInput, type Rule } from '../rule';

export const runtimeEndOfLife: Rule = {
  id: 'runtime-end-of-life',
  demand: 'Pools run a Spark that Microsoft still mends; after its end jobs are being disabled.',
  check: (input) => [
    ...poolsWith(input, 'ended', 'has reached its end of life'),
    ...poolsWith(input, 'unknown', 'is no runtime of Synapse that we know'),
  ],
  advise: (input) => poolsWith(input, 'ending', 'reaches its end of life within half a year'),
};

function poolsWith(input: PolicyInput, state: RuntimeState, clause: string): readonly Finding[] {
  return input.resources.flatMap((resource) => {
    const pool = azapiBody(resource, 'Microsoft.Synapse/workspaces/bigDataPools');
    if (pool === undefined) return [];
    const version = String(member(member(pool, 'properties'), 'sparkVersion'));
    return runtimeState(version, input.today) === state
      ? [{ at: resource.path, found: `Spark ${version} ${clause}` }]
      : [];
  });
}
