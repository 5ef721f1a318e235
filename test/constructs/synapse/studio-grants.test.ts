import { grantStudio } from '../../../constructs/synapse/studio-grants';
import { synapseRoles } from '../../../constructs/synapse/synapse-roles';
import { peopleRoles, type PeopleSettings } from '../../../src/contract/environment-settings';
import { existingWorkspace, synapseBlocks } from './synapse-fixture';

const people = Object.fromEntries(
  peopleRoles.map((role) => [role, [{ objectId: role, displayName: role }]]),
) as unknown as PeopleSettings;

/** `people: role` of every assignment, and how many were handed back. */
function granted(production: boolean): string[] {
  let returned = 0;
  const blocks = synapseBlocks((stack) => {
    returned = grantStudio(existingWorkspace(stack), { people, production }, []).length;
  });
  const rows = Object.values(blocks).map(({ body }) => {
    const { principalId, roleId } = body['body'] as Record<string, string>;
    const role = Object.values(synapseRoles).find(({ id }) => id === roleId);
    return `${principalId}: ${role?.name}`;
  });
  expect(returned).toBe(rows.length);
  return rows.sort();
}

describe('grantStudio', () => {
  test('lets nobody but deployers publish in production (ACCESS2)', () => {
    expect(granted(true)).toEqual([
      'administrators: Synapse Artifact User',
      'dataEngineers: Synapse Artifact User',
      'dataScientists: Synapse Artifact User',
      'deployers: Synapse Administrator',
    ]);
  });

  test('lets engineers publish and run elsewhere', () => {
    expect(granted(false)).toEqual([
      'administrators: Synapse Administrator',
      'dataEngineers: Synapse Artifact Publisher',
      'dataEngineers: Synapse Compute Operator',
      'dataEngineers: Synapse Credential User',
      'dataScientists: Synapse Artifact User',
      'dataScientists: Synapse Compute Operator',
      'dataScientists: Synapse Credential User',
      'deployers: Synapse Administrator',
    ]);
  });
});
