import { deliveredFolder, inContainer } from '../../../src/contract/lake-paths';
import { azureRoles, folderCondition } from '../../core/roles';
import { findIn, type PolicyResource, type Rule } from '../rule';

const known: readonly string[] = Object.values(azureRoles);
/** The one way in which people may write in production. */
const delivering = folderCondition([], 'write', [inContainer(deliveredFolder).path]);
const onBlobs: readonly string[] = [azureRoles.readBlobs, azureRoles.writeBlobs];

export const roleScope: Rule = {
  id: 'role-scope',
  demand:
    'A role reaches no further than its zone: blobs by container, for people by folder too (ACCESS5); in production ' +
    'people neither write data, but for exports that they deliver and cannot read, nor read secrets (ACCESS2).',
  check: (input) =>
    findIn(input, 'azurerm_role_assignment', (assignment) => judge(assignment, input.environment.production)),
};

function judge({ body }: PolicyResource, production: boolean): readonly string[] {
  const role = body['role_definition_name'];
  if (typeof role !== 'string') return ['the role is not given by its name, so it cannot be judged'];
  if (!known.includes(role)) return [`"${role}" is no role that grants use`];
  const people = body['principal_type'] !== 'ServicePrincipal';
  return [
    ...(onBlobs.includes(role) ? blobFindings(body, people) : []),
    ...(production && people && role !== azureRoles.readBlobs && !isDelivering(body)
      ? [`people get "${role}" in production`]
      : []),
  ];
}

function isDelivering(body: PolicyResource['body']): boolean {
  return body['role_definition_name'] === azureRoles.writeBlobs && body['condition'] === delivering;
}

function blobFindings(body: PolicyResource['body'], people: boolean): readonly string[] {
  const scope = String(body['scope']);
  const condition = String(body['condition']);
  const ofContainer =
    /^\$\{azurerm_storage_container\.[\w-]+\.id\}$/.test(scope) || /\/containers\/[a-z0-9-]+$/.test(scope);
  const ofFolder = condition.includes('blobs:path]') && condition.includes('blobs:prefix]');
  return [
    ...(ofContainer ? [] : [`scope ${scope} is not a container`]),
    ...(people && !ofFolder ? ['people get a container without a condition on its folders'] : []),
  ];
}
