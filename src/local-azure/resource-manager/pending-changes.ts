import { ServiceError } from '../http';
import { isBelow } from '../access/access';
import type { World } from '../world';
import type { Operations } from './long-running';
import { groupType } from './resource-id';
import type { ResourceContent } from './resource-store';

/** A change of a resource that was accepted and still goes on. */
interface PendingChange {
  readonly id: string;
  readonly type: string;
  readonly operationId: string;
  /** What the resource says meanwhile: `Creating`, `Provisioning`, `Updating`, `Deleting`. */
  readonly state: string;
  /** Query of the deletion, which is done when the operation ends. */
  readonly query?: string;
}

/** Resources whose last change goes on: their state shows, they take no other change, and a deleted one is there to the end. */
export class PendingChanges {
  constructor(
    private readonly world: World,
    private readonly operations: Operations,
  ) {}

  private get changes(): Map<string, PendingChange> {
    return this.world.collection<PendingChange>('pendingChanges');
  }

  start({ id, type }: ResourceContent, state: string, operationId: string, query?: string): void {
    const change = { id, type, state, operationId, ...(query === undefined ? {} : { query }) };
    this.changes.set(id.toLowerCase(), change);
  }

  /** The state of a resource whose change goes on, asked once more; undefined for any other. */
  ask(id: string): string | undefined {
    const found = this.changes.get(id.toLowerCase());
    if (found === undefined) return undefined;
    this.operations.ask(found.operationId);
    return found.state;
  }

  /** Deletions that have come to their end; changes that have are forgotten. */
  takeEnded(): readonly PendingChange[] {
    const ended = [...this.changes.values()].filter(({ operationId }) => !this.operations.isGoingOn(operationId));
    for (const { id } of ended) this.changes.delete(id.toLowerCase());
    return ended.filter(({ state }) => state === 'Deleting');
  }

  /** @throws ServiceError 409 where the resource, or something that it is in, is in the middle of a change */
  refuse(id: string): void {
    for (const change of this.changes.values()) {
      const isItself = change.id.toLowerCase() === id.toLowerCase();
      if (!isItself && !(isBelow(id, change.id) && change.state !== 'Updating')) continue;
      const name = change.id.slice(change.id.lastIndexOf('/') + 1);
      if (change.type === groupType) {
        throw new ServiceError(
          409,
          'ResourceGroupBeingDeleted',
          `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
        );
      }
      throw new ServiceError(
        409,
        'AnotherOperationInProgress',
        `Another operation on '${name}' is in progress (${change.state}). Wait until it is done.`,
      );
    }
  }
}
