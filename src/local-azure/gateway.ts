import { setTimeout as timer } from 'node:timers/promises';
import { faultAnswer, type Faults } from './faults';
import {
  errorAnswer,
  ServiceError,
  UnknownOperation,
  type LocalAnswer,
  type LocalRequest,
  type LocalService,
} from './http';
import { failingOperation, type Operations } from './resource-manager/long-running';

export interface GatewayOptions {
  /** Who answers for a host; undefined for one that is nobody's. */
  readonly serviceOf: (host: string) => LocalService | undefined;
  readonly faults: Faults;
  /** Of the operations that faults let fail. */
  readonly operations?: Operations;
  /** Called before each request that may change something. @throws ServiceError where no change can be kept */
  readonly mayChange?: () => void;
  /** Called after each request that may have changed something. */
  readonly changed: () => void;
}

/** A request as it went, for reports and tests: never its body or its headers. */
export interface LoggedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly status: number;
}

/** Where every request of a client arrives, whatever carried it: meets its fault, is answered, and is written down. */
export class Gateway {
  readonly requests: LoggedRequest[] = [];
  /** Operations that no service knows: a run that asked for one has proved nothing. */
  readonly unknownOperations = new Set<string>();

  constructor(private readonly options: GatewayOptions) {}

  /** `reset`: the connection is cut instead of answered. */
  async answer(request: LocalRequest): Promise<LocalAnswer | 'reset'> {
    const { method, url } = request;
    const fault = this.options.faults.next(request);
    if (fault?.kind === 'slow') await timer(fault.milliseconds);
    const isCut = fault?.kind === 'reset';
    const answer =
      isCut && fault.afterwards !== true
        ? undefined
        : fault?.kind === 'status'
          ? faultAnswer(fault)
          : fault?.kind === 'operation' && this.options.operations !== undefined
            ? failingOperation(this.options.operations, request, fault)
            : await this.ask(request);
    this.requests.push({ method, host: url.host, path: url.pathname, status: isCut ? 0 : (answer?.status ?? 0) });
    if (isChange(method)) this.options.changed();
    return isCut || answer === undefined ? 'reset' : answer;
  }

  private async ask(request: LocalRequest): Promise<LocalAnswer> {
    const { method, url } = request;
    try {
      const service = this.options.serviceOf(url.host);
      if (service === undefined) throw new UnknownOperation(`${method} https://${url.host}${url.pathname}`);
      if (isChange(method)) this.options.mayChange?.();
      return await service(request);
    } catch (error) {
      if (error instanceof UnknownOperation) this.unknownOperations.add(error.operation);
      if (error instanceof ServiceError) return errorAnswer(error);
      // A defect of the stand-in, which must not look like a refusal of Azure.
      this.unknownOperations.add(
        `${method} https://${url.host}${url.pathname} (${(error as Error).name}: ${(error as Error).message})`,
      );
      return errorAnswer(new ServiceError(500, 'LocalAzureDefect', 'The local Azure failed.'));
    }
  }
}

function isChange(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
