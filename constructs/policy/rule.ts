import type { Environment } from '../../src/contract/environment';

/** One resource as Terraform will read it: the synthesised block, tokens resolved. */
export interface PolicyResource {
  /** Construct path, such as `dev-platform/DataLake/Resource`. */
  readonly path: string;
  /** `azurerm_storage_account`. */
  readonly type: string;
  /** `azurerm_storage_account.DataLake_E54831B2`: what references to it begin with. */
  readonly address: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What the rules judge: one stack of one environment, on one day. */
export interface PolicyInput {
  readonly environment: Pick<Environment, 'name' | 'production' | 'network' | 'people' | 'workspace' | 'exceptions'>;
  /** Name of the stack, which is also its construct path. */
  readonly stack: string;
  readonly resources: readonly PolicyResource[];
  /** `yyyy-MM-dd`. */
  readonly today: string;
}

/** What breaks a rule. The reason why it matters is the rule's, not the finding's. */
export interface Finding {
  /** Construct path: what an exception names. */
  readonly at: string;
  /** What was found there, as a clause: `shared_access_key_enabled is true`. */
  readonly found: string;
}

/** A rule is a pure function of one stack, and two sentences. */
export interface Rule {
  /** Lower-case words with hyphens; what an exception names. */
  readonly id: string;
  /** What must be, and why, in a sentence. */
  readonly demand: string;
  check(this: void, input: PolicyInput): readonly Finding[];
  /** What will break it before long: said with synthesis, which it does not stop. @default nothing */
  advise?(this: void, input: PolicyInput): readonly Finding[];
}

/** A finding for each resource of a type for which `judge` gives a clause. */
export function findIn(
  input: PolicyInput,
  type: string,
  judge: (resource: PolicyResource) => string | readonly string[] | undefined,
): readonly Finding[] {
  return input.resources
    .filter((resource) => resource.type === type)
    .flatMap((resource) => [judge(resource) ?? []].flat().map((found) => ({ at: resource.path, found })));
}

/** A clause for a setting that must have one value; undefined where it has it. An absent setting is `not set`. */
export function unlessEqual(name: string, actual: unknown, wanted: boolean | string): string | undefined {
  if (actual === wanted) return undefined;
  return `${name} is ${actual === undefined ? 'not set' : JSON.stringify(actual)}`;
}

/** A member of a nested block, or undefined where the block is not there. */
export function member(block: unknown, name: string): unknown {
  return typeof block === 'object' && block !== null ? (block as Record<string, unknown>)[name] : undefined;
}

/** The body that azapi sends for a resource, or undefined for another resource than `type` (without its version). */
export function azapiBody({ type, body }: PolicyResource, wanted: string): unknown {
  const managed = type === 'azapi_resource' || type === 'azapi_data_plane_resource';
  return managed && String(body['type']).startsWith(`${wanted}@`) ? body['body'] : undefined;
}
