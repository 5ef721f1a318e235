import { synapseRoles } from '../../synapse/synapse-roles';
import { azapiBody, member, type Finding, type PolicyInput, type Rule } from '../rule';

export const publishing: Rule = {
  id: 'publishing',
  demand:
    'In production only deployers hold more than Synapse Artifact User: who publishes or runs a pipeline acts as the ' +
    'workspace identity, which reads raw data and the salt (ACCESS2).',
  check: (input) => (input.environment.production ? input.resources.flatMap((resource) => judge(input, resource)) : []),
};

function judge({ environment }: PolicyInput, resource: PolicyInput['resources'][number]): readonly Finding[] {
  const assignment = azapiBody(resource, 'Microsoft.Synapse/workspaces/roleAssignments');
  if (assignment === undefined) return [];
  const principal = String(member(assignment, 'principalId'));
  const roleId = String(member(assignment, 'roleId'));
  const deploys = environment.people.deployers.some(
    ({ objectId }) => objectId.toLowerCase() === principal.toLowerCase(),
  );
  if (deploys || roleId === synapseRoles.read.id) return [];
  const role = Object.values(synapseRoles).find(({ id }) => id === roleId)?.name ?? roleId;
  return [{ at: resource.path, found: `${principal}, no deployer, gets "${role}"` }];
}
