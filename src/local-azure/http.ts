/** A request as the services see it, whatever carried it. */
export interface LocalRequest {
  readonly method: string;
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface LocalAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** What answers for a host. Throws ServiceError for a refusal. */
export type LocalService = (request: LocalRequest) => Promise<LocalAnswer> | LocalAnswer;

/** A JSON object; what services keep and send. */
export interface Json {
  [key: string]: unknown;
}

/**
 * `arm`: `{error: {code, message}}`, as most services say it; `flat`: `{code, message}`, as artifacts do; `number`: the same
 * with the status as code, as notebooks do; `xml`: as storage does.
 */
export type ErrorShape = 'arm' | 'flat' | 'number' | 'xml';

/** A refusal of a service, in the service's own words. */
export class ServiceError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly shape: ErrorShape = 'arm',
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'ServiceError';
  }
}

/** An operation that this stand-in does not know: 501 naming it, and the run that asked for it fails. */
export class UnknownOperation extends ServiceError {
  constructor(readonly operation: string) {
    super(501, 'LocalAzureUnknownOperation', `The local Azure does not know the operation ${operation}.`);
    this.name = 'UnknownOperation';
  }
}

export function json(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): LocalAnswer {
  if (body === undefined) return { status, headers };
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** Part of a path as it is meant. @throws ServiceError 400 where it is no escaped UTF-8, or has a NUL, which no listing can show */
export function decoded(written: string): string {
  let meant = '\0';
  try {
    meant = decodeURIComponent(written);
  } catch {
    // Refused below.
  }
  if (meant.includes('\0')) throw new ServiceError(400, 'BadRequest', 'Bad Request - Invalid URL.');
  return meant;
}

export function errorAnswer({ status, code, message, shape, headers }: ServiceError): LocalAnswer {
  if (shape === 'xml') {
    const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    return { status, headers: { 'content-type': 'application/xml', 'x-ms-error-code': code, ...headers }, body };
  }
  if (shape === 'flat') return json(status, { code, message }, headers);
  if (shape === 'number') return json(status, { code: status, message, error: message }, headers);
  return json(status, { error: { code, message } }, headers);
}

/**
 * The body as a JSON object.
 * @throws ServiceError 400 for anything else; an empty body is an empty object
 */
export function jsonBody(request: LocalRequest, shape: ErrorShape = 'arm'): Json {
  if (request.body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(request.body.toString('utf8'));
    if (isJson(parsed)) return parsed;
  } catch {
    // Said below, without the body.
  }
  throw new ServiceError(400, 'InvalidRequestContent', 'The request content was invalid and could not be read.', shape);
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member that is an object; an empty one where it is not. */
export function child(value: unknown, name: string): Json {
  const member = isJson(value) ? value[name] : undefined;
  return isJson(member) ? member : {};
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Entries of a list that one answer holds. */
const pageSize = 100;

/** A page of a list, as the services give it: `value`, and where there is more `nextLink`. */
export function pageOf(all: readonly unknown[], url: URL): Json {
  const from = Number(url.searchParams.get('$skipToken') ?? 0);
  const next = new URL(url);
  next.searchParams.set('$skipToken', `${from + pageSize}`);
  const value = all.slice(from, from + pageSize);
  return { value, ...(all.length > from + pageSize ? { nextLink: next.href } : {}) };
}

/** A list that is there, or an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
