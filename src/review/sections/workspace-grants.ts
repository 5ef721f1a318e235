import { isObject, visitObjects } from '../../artifacts/walk-json';
import type { Environment } from '../../contract/environment';
import type { StackResource } from '../stacks';
import { studioRoleName } from '../studio-roles';
import { groupName, type Grant } from './grant';

/** Roles in the workspace, which decide who publishes (ACCESS2). */
export function studioGrants({ body }: StackResource, environment: Environment | undefined): readonly Grant[] {
  const sent = isObject(body['body']) ? body['body'] : {};
  const { roleId, principalId } = sent;
  if (typeof roleId !== 'string' || typeof principalId !== 'string') return [];
  return [{ who: groupName(principalId, environment), where: 'Studio', right: studioRoleName(roleId) }];
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
