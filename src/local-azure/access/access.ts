import { ServiceError, text, type ErrorShape, type Json } from '../http';
import type { Principal } from '../settings';
import type { World } from '../world';
import { parseCondition, type ConditionFacts } from './condition';
import { covers, roleDefinitions } from './role-definitions';

export interface AccessQuestion {
  readonly principal: Principal;
  /** `Microsoft.Storage/storageAccounts/write`. */
  readonly action: string;
  /** ARM id of what is touched. */
  readonly scope: string;
  /** Given for data actions; conditions of assignments look at them. */
  readonly facts?: Omit<ConditionFacts, 'action'>;
}

/** What is kept of a role assignment. */
export interface StoredAssignment {
  readonly id: string;
  readonly scope: string;
  readonly properties: Json;
  /** When it was made, in milliseconds since 1970. */
  readonly madeAt: number;
}

/** Role-based access: who may do what, on both planes. */
export class Access {
  private readonly conditions = new Map<string, ReturnType<typeof parseCondition>>();

  constructor(private readonly world: World) {}

  get assignments(): Map<string, StoredAssignment> {
    return this.world.collection<StoredAssignment>('roleAssignments');
  }

  /** Whether an assignment at the scope or above allows the action; a new one does so only some time after (ORDER1). */
  allows({ principal, action, scope, facts }: AccessQuestion): boolean {
    const [owner] = this.world.settings.principals;
    const isData = facts !== undefined;
    if (!isData && owner?.objectId === principal.objectId) return true;
    return [...this.assignments.values()].some((assignment) => {
      const { properties } = assignment;
      if (!this.isEffectiveFor(assignment, principal)) return false;
      if (!isBelow(scope, assignment.scope)) return false;
      const role = roleDefinitions.find(({ id }) => text(properties['roleDefinitionId']).toLowerCase().endsWith(id));
      if (role === undefined || !covers(isData ? role.dataActions : role.actions, action)) return false;
      if (covers(role.notActions ?? [], action)) return false;
      const condition = text(properties['condition']);
      return condition === '' || facts === undefined || this.conditionOf(condition)({ action, ...facts });
    });
  }

  /** Whether somebody has any role that works by now, wherever. */
  hasAny(principal: Principal): boolean {
    const [owner] = this.world.settings.principals;
    if (owner?.objectId === principal.objectId) return true;
    return [...this.assignments.values()].some((assignment) => this.isEffectiveFor(assignment, principal));
  }

  private isEffectiveFor({ properties, madeAt }: StoredAssignment, { objectId, groups = [] }: Principal): boolean {
    const effectiveBefore = this.world.clock.now() - this.world.settings.propagationSeconds * 1000;
    const holder = text(properties['principalId']).toLowerCase();
    return madeAt <= effectiveBefore && [objectId, ...groups].some((id) => id.toLowerCase() === holder);
  }

  /** Read once: the same few conditions are asked at every request. */
  private conditionOf(condition: string): ReturnType<typeof parseCondition> {
    const known = this.conditions.get(condition);
    if (known !== undefined) return known;
    const parsed = parseCondition(condition);
    this.conditions.set(condition, parsed);
    return parsed;
  }

  /** @throws ServiceError 403 in the words of the resource manager */
  demand(question: AccessQuestion, shape: ErrorShape = 'arm'): void {
    if (this.allows(question)) return;
    const { principal, action, scope } = question;
    throw new ServiceError(
      403,
      'AuthorizationFailed',
      `The client '${principal.clientId ?? principal.email ?? principal.objectId}' with object id '${principal.objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
      shape,
    );
  }

  /** Forgets what was given at a resource that is gone, and beneath it. */
  removeBelow(scope: string): void {
    for (const [key, assignment] of this.assignments)
      if (isBelow(assignment.scope, scope)) this.assignments.delete(key);
  }
}

/** Whether `id` is `above` or lies beneath it; ids do not tell upper from lower case. */
export function isBelow(id: string, above: string): boolean {
  const [inner, outer] = [id.toLowerCase(), above.toLowerCase().replace(/\/$/, '')];
  return inner === outer || inner.startsWith(`${outer}/`);
}

/** Blob paths of conditions, by attribute. */
export function blobFacts(path: string | undefined, prefix: string | undefined): Omit<ConditionFacts, 'action'> {
  const attribute = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
  const isList = path === undefined;
  return {
    ...(isList ? { subOperation: 'Blob.List' } : {}),
    resource: path === undefined ? {} : { [`${attribute}:path`]: path },
    request: prefix === undefined ? {} : { [`${attribute}:prefix`]: prefix },
  };
}
