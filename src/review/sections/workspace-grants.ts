import { isObject, visitObjects } from '../../artifacts/walk-json';
import type { Environment } from '../../contract/environment';
import type { StackResource } from '../stacks';
import { groupName, type Grant } from './grant';

/** Roles of Synapse, by their ids: the same in every workspace. */
const studioRoles: Readonly<Record<string, string>> = {
  '6e4bf58a-b8e1-4cc3-bbf9-d73143322b78': 'Synapse Administrator',
  '05930f57-09a3-4c0d-9fa9-6d1eb91c178b': 'Synapse Artifact Publisher',
  '53faaa0e-40b6-40c8-a2ff-e38f2d388875': 'Synapse Artifact User',
  'e3844cc7-4670-42cb-9349-9bdac1ee7881': 'Synapse Compute Operator',
  '5eb298b4-692c-4241-9cf0-f58a3b42bb25': 'Synapse Credential User',
};

/** Roles in the workspace, which decide who publishes (ACCESS2). */
export function studioGrants({ body }: StackResource, environment: Environment | undefined): readonly Grant[] {
  const sent = isObject(body['body']) ? body['body'] : {};
  const { roleId, principalId } = sent;
  if (typeof roleId !== 'string' || typeof principalId !== 'string') return [];
  return [
    { who: groupName(principalId, environment), where: 'Studio', right: studioRoles[roleId] ?? `role ${roleId}` },
  ];
}

/** Readers of databases, by the users that the deployed statements make, and who administers SQL. */
export function databaseGrants(resource: StackResource): readonly Grant[] {
  const grants: Grant[] = [];
  const sent = resource.body['body'];
  if (!isObject(sent)) return grants;
  visitObjects(sent, (object) => {
    const { database, text, login } = object;
    if (typeof login === 'string') grants.push({ who: login, where: 'SQL', right: 'administrator' });
    if (typeof database !== 'string' || typeof text !== 'string') return;
    for (const [, user = ''] of text.matchAll(/CREATE USER \[((?:[^\]]|\]\])+)\]/g)) {
      grants.push({ who: user.replaceAll(']]', ']'), where: databaseName(database), right: 'read' });
    }
  });
  return grants;
}

/** `SQL general`, `SQL sensitive`: databases differ by workspace and version, what they show does not. */
function databaseName(database: string): string {
  if (database === 'master') return 'SQL lake databases';
  return database.endsWith('_sensitive') ? 'SQL sensitive' : 'SQL general';
}
