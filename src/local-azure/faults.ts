import { errorAnswer, ServiceError, type ErrorShape, type LocalAnswer, type LocalRequest } from './http';

/** What goes wrong with a request. */
export type Fault =
  /** Refused instead of answered. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      readonly shape?: ErrorShape;
      /** Seconds, as the service would say. */
      readonly retryAfter?: number;
    }
  /** The connection is cut; `afterwards`: what was asked for has been done. */
  | { readonly kind: 'reset'; readonly afterwards?: boolean }
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Accepted, and the long-running operation fails: as `status: Failed` with 200, or as a refusal with 400. */
  | {
      readonly kind: 'operation';
      readonly code: string;
      readonly message: string;
      readonly failsAs: 'status' | 'refusal';
    };

export type FaultSource = 'client' | 'identity';

export interface FaultRule {
  /** Of the host, such as `/\.blob\.core\.windows\.net$/`. */
  readonly host: RegExp;
  /** Who asks: a client of Azure, or the identity of a resource from inside. @default client */
  readonly source?: FaultSource;
  /** @default any */
  readonly method?: string;
  /** Of path and query. @default any */
  readonly path?: RegExp;
  readonly fault: Fault;
  /** Requests that go well before it. @default 0 */
  readonly after?: number;
  /** Requests that it hits. @default 1 */
  readonly times?: number;
}

/** Faults that are switched on, per host and operation; each hits as often as it says and is then used up. */
export class Faults {
  private rules: { readonly rule: FaultRule; passed: number; hit: number }[] = [];

  add(rule: FaultRule): void {
    this.rules.push({ rule, passed: 0, hit: 0 });
  }

  clear(): void {
    this.rules = [];
  }

  /** How often each rule has hit, in the order of their adding. */
  get hits(): readonly number[] {
    return this.rules.map(({ hit }) => hit);
  }

  /** The fault that this request meets, counted; undefined when it goes well. */
  next({ method, url }: Pick<LocalRequest, 'method' | 'url'>, source: FaultSource = 'client'): Fault | undefined {
    for (const each of this.rules) {
      const { rule } = each;
      const isMeant =
        (rule.source ?? 'client') === source &&
        rule.host.test(url.host) &&
        (rule.method === undefined || rule.method === method) &&
        (rule.path === undefined || rule.path.test(`${url.pathname}${url.search}`));
      if (!isMeant || each.hit >= (rule.times ?? 1)) continue;
      each.passed += 1;
      if (each.passed <= (rule.after ?? 0)) continue;
      each.hit += 1;
      return rule.fault;
    }
    return undefined;
  }
}

/** The answer of a fault of kind `status`. */
export function faultAnswer(fault: Extract<Fault, { kind: 'status' }>): LocalAnswer {
  const { status, code = 'InjectedFault', message = 'A fault was injected.', shape, retryAfter } = fault;
  const headers = retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` };
  return errorAnswer(new ServiceError(status, code, message, shape, headers));
}
