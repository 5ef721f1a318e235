import { textOf, type StackResource } from '../stacks';
import type { Comparison, Drift, DriftPlace } from './drift';
import { actualAssignments, describeAssignment, roleIds, targetOf, type Assignment } from './role-assignments';
import type { ServiceIdentities } from './service-identities';

/** Compares the role assignments in the resource group; those above it are somebody else's. */
export async function roleDrift(
  resources: readonly StackResource[],
  place: DriftPlace,
  identities: ServiceIdentities,
): Promise<Comparison> {
  const expected = resources
    .filter(({ type }) => type === 'azurerm_role_assignment')
    .map((resource) => expectedAssignment(resource, identities));
  const actual = await actualAssignments(place);
  const drifts = [
    ...expected.flatMap((wanted): Drift[] => {
      const found = actual.find((one) => isSame(one, wanted));
      if (found === undefined) return [toDrift('missing', wanted, 'is not assigned')];
      return found.condition === wanted.condition ? [] : [toDrift('changed', wanted, 'has another condition')];
    }),
    ...actual
      .filter((one) => !expected.some((wanted) => isSame(one, wanted)))
      .map((one) => toDrift('added', one, 'was assigned by somebody else')),
  ];
  return { compared: expected.length, drifts };
}

function isSame(one: Assignment, other: Assignment): boolean {
  return one.principal === other.principal && one.role === other.role && one.on === other.on;
}

function toDrift(change: Drift['change'], assignment: Assignment, detail: string): Drift {
  return { kind: 'role', at: describeAssignment(assignment), change, detail };
}

function expectedAssignment({ body }: StackResource, identities: ServiceIdentities): Assignment {
  const principal = textOf(body['principal_id']);
  const identity = principal.includes('azurerm_data_share_account') ? 'share' : 'workspace';
  const role = textOf(body['role_definition_name']);
  return {
    principal: principal.startsWith('${') ? (identities[identity] ?? identity) : principal,
    role: roleIds[role] ?? role,
    on: targetOf(textOf(body['scope'])),
    condition: textOf(body['condition']),
  };
}
