import { randomUUID } from 'node:crypto';
import { json, ServiceError, type Json, type LocalAnswer, type LocalRequest } from '../http';
import type { World } from '../world';

/** An operation that a client polls. Its effect has already happened: what is waited for is only the answer. */
export interface Operation {
  readonly id: string;
  /** Answers `in progress` that are still to be given. */
  readonly polls: number;
  readonly status: 'Succeeded' | 'Failed';
  readonly error?: { readonly code: string; readonly message: string };
  /** What a poll of `Location` gives in the end; undefined for nothing. */
  readonly result?: Json;
  /** Whether a failure comes as 200 with `status: Failed`, or as a refusal. */
  readonly failsAs?: 'status' | 'refusal';
}

/** Long-running operations in the shapes that clients look for. */
export class Operations {
  constructor(private readonly world: World) {}

  private get operations(): Map<string, Operation> {
    return this.world.collection<Operation>('operations');
  }

  start(result?: Json, failure?: Pick<Operation, 'error' | 'failsAs'>): Operation {
    const operation: Operation = {
      id: randomUUID(),
      polls: this.world.settings.operationPolls,
      status: failure?.error === undefined ? 'Succeeded' : 'Failed',
      ...(result === undefined ? {} : { result }),
      ...failure,
    };
    this.operations.set(operation.id, operation);
    return operation;
  }

  /** Whether it still has answers `in progress` to give. */
  isGoingOn(id: string): boolean {
    return (this.operations.get(id)?.polls ?? 0) > 0;
  }

  /** Counts a question after the operation that was asked in another way: by reading its resource. */
  ask(id: string): void {
    this.next(id);
  }

  /**
   * `Azure-AsyncOperation`: 200 with the status in the body, to the end.
   * @throws ServiceError 404 for an unknown one
   */
  status(id: string): LocalAnswer {
    const operation = this.next(id);
    if (operation.polls > 0) return json(200, { id, name: id, status: 'InProgress' }, pollAgain);
    const { status, error } = operation;
    return json(200, { id, name: id, status, ...(error === undefined ? {} : { error }) });
  }

  /** `Location`: 202 while it goes on, then the result, or nothing. */
  result(id: string, location: string): LocalAnswer {
    const operation = this.next(id);
    if (operation.polls > 0) return json(202, { status: 'InProgress' }, { location, ...pollAgain });
    const { error, failsAs, result } = operation;
    if (error !== undefined && failsAs === 'status') return json(200, { status: 'Failed', error });
    if (error !== undefined) throw new ServiceError(400, error.code, error.message, 'flat');
    return json(200, result);
  }

  private next(id: string): Operation {
    const operation = this.operations.get(id);
    if (operation === undefined) throw new ServiceError(404, 'OperationNotFound', `The operation ${id} was not found.`);
    if (operation.polls > 0) this.operations.set(id, { ...operation, polls: operation.polls - 1 });
    return operation;
  }
}

/** An answer that is well, to an operation that fails: of what was sent nothing is kept (providers-live §3). */
export function failingOperation(
  operations: Operations,
  { url }: Pick<LocalRequest, 'url'>,
  {
    code,
    message,
    failsAs,
  }: { readonly code: string; readonly message: string } & Required<Pick<Operation, 'failsAs'>>,
): LocalAnswer {
  const { id } = operations.start(undefined, { error: { code, message }, failsAs });
  const subscription = /^\/subscriptions\/[^/]+/i.exec(url.pathname)?.[0];
  const query = `?api-version=${url.searchParams.get('api-version')}`;
  if (subscription === undefined)
    return json(202, {}, { location: `https://${url.host}/operationResults/${id}${query}` });
  const base = `https://${url.host}${subscription}/providers/Microsoft.Resources`;
  return json(202, undefined, {
    'azure-asyncoperation': `${base}/operationStatuses/${id}${query}`,
    location: `${base}/operationResults/${id}${query}`,
    'retry-after': '0',
  });
}

/** azurerm reads the first, azapi the second and takes a first of 0 for ten seconds. */
const pollAgain = { 'retry-after': '0', 'retry-after-ms': '1' } as const;
