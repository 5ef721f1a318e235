import { child, ServiceError, text } from '../http';
import { isBelow } from '../access/access';
import { lastName } from './resource-id';
import type { ResourceStore } from './resource-store';
import type { ResourceType } from './resource-type';

const lockType = 'Microsoft.Authorization/locks';

/** Locks extend any scope; one on a group also holds role assignments and diagnostic settings beneath it (ORDER4). */
export const locks: ResourceType = {
  type: lockType,
  versions: ['2016-09-01', '2017-04-01', '2020-05-01'],
  accept: ({ body }) => {
    const { level } = child(body, 'properties');
    if (level !== 'CanNotDelete' && level !== 'ReadOnly') {
      throw new ServiceError(400, 'InvalidLockLevel', `The lock level '${text(level)}' is not valid.`);
    }
    return {};
  },
};

/**
 * Refuses a deletion beneath a lock, and of anything that has a lock beneath it; with a ReadOnly lock every writing, and
 * whatever else is done by POST.
 * A lock itself is never held by one.
 * @throws ServiceError 409 ScopeLocked
 */
export function refuseLocked(store: ResourceStore, id: string, method: string): void {
  if (id.toLowerCase().includes(`/providers/${lockType.toLowerCase()}/`)) return;
  const holding = store.ofType(lockType).filter(({ content }) => {
    const scope = content.id.slice(0, content.id.toLowerCase().lastIndexOf('/providers/'));
    if (method === 'DELETE') return isBelow(id, scope) || isBelow(scope, id);
    return content.properties['level'] === 'ReadOnly' && isBelow(id, scope);
  });
  const [first] = holding;
  if (first === undefined) return;
  const doing = method === 'DELETE' ? 'delete' : 'write';
  throw new ServiceError(
    409,
    'ScopeLocked',
    `The scope '${id}' cannot perform ${doing} operation because following scope(s) are locked: '${first.content.id}' (${lastName(first.content.id)}). Please remove the lock and try again.`,
  );
}
