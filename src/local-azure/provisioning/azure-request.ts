/** One write to Azure, and how what it made is read and deleted again. */
export interface AzureRequest {
  /** Path below the host, from `/subscriptions` on, or of a data plane. */
  readonly path: string;
  readonly apiVersion: string;
  readonly body: unknown;
  /** @default PUT */
  readonly method?: 'PUT' | 'POST';
}

/** What a resource of a stack is to Azure. */
export interface AzureResource {
  /** Host, without scheme. */
  readonly host: string;
  /** Sent in order; the first one makes the resource, and its path is what is read and deleted. */
  readonly requests: readonly AzureRequest[];
  /** Whether destroying the resource deletes something; settings of another resource are left. @default true */
  readonly deletable?: boolean;
  /** Attributes that other resources refer to, from the resource as Azure returns it. */
  readonly exports: (answer: Answer) => Readonly<Record<string, unknown>>;
}

/** A JSON object that Azure answered. */
export type Answer = Readonly<Record<string, unknown>>;

export const resourceManagerHost = 'management.azure.com';

/** A block that Terraform writes as an object or as a list of one. */
export function block(value: unknown): Answer {
  return ((Array.isArray(value) ? value[0] : value) ?? {}) as Answer;
}

export function blocks(value: unknown): readonly Answer[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]) as readonly Answer[];
}

/** Leaves out what is undefined: Azure does not take null for absent everywhere. */
export function defined<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Partial<Value>;
}
