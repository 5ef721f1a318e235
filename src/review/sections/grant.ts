import type { Environment } from '../../contract/environment';
import { peopleRoles } from '../../contract/environment-settings';

/** One right: who may do what where. */
export interface Grant {
  /** A group by its name, or an identity. */
  readonly who: string;
  /** Zone of the lake, `salt`, `Studio`, a database. */
  readonly where: string;
  /** `read`, `write`, `deliver` (writes, and reads nothing of it), or a role's name. */
  readonly right: string;
}

/** Name of a group; its id where the environment does not know it. */
export function groupName(objectId: string, environment: Environment | undefined): string {
  const groups = environment === undefined ? [] : peopleRoles.flatMap((role) => environment.people[role]);
  return groups.find((group) => group.objectId === objectId)?.displayName ?? objectId;
}
