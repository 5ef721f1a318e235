/** Roles of Synapse, by their ids: the same in every workspace. */
const studioRoles: Readonly<Record<string, string>> = {
  '6e4bf58a-b8e1-4cc3-bbf9-d73143322b78': 'Synapse Administrator',
  '7572bffe-f453-4b66-912a-46cc5ef38fda': 'Synapse Contributor',
  '05930f57-09a3-4c0d-9fa9-6d1eb91c178b': 'Synapse Artifact Publisher',
  '53faaa0e-40b6-40c8-a2ff-e38f2d388875': 'Synapse Artifact User',
  'e3844cc7-4670-42cb-9349-9bdac1ee7881': 'Synapse Compute Operator',
  '5eb298b4-692c-4241-9cf0-f58a3b42bb25': 'Synapse Credential User',
};

/** A role's name; for one that this project does not give, by its id. */
export function studioRoleName(id: string): string {
  return studioRoles[id] ?? `role ${id}`;
}
