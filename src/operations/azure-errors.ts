import { InsightsError } from '../contract/errors';

/** The longest part of a service's own words that is passed on. */
const longestMessage = 400;

export interface Refusal {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly body: unknown;
}

/** AZURE_REFUSED with the code and the words of the service, of whichever of its error shapes it sent. */
export function serviceRefusal({ method, url, status, body }: Refusal): InsightsError {
  const { host, pathname } = new URL(url);
  const { code, message } = serviceError(body);
  const what = [status, code].filter((part) => part !== undefined && part !== '').join(' ');
  const words = message === undefined ? '' : ` ${message}`;
  return new InsightsError('AZURE_REFUSED', `${host} refused ${method} (${what}).${words}`, {
    place: { path: pathname },
    details: { status, ...(code === undefined ? {} : { code }) },
  });
}

/** Code and message of `{error: {code, message}}`, or of `{code, message}` at the top, code as number included. */
function serviceError(body: unknown): {
  readonly code: string | undefined;
  readonly message: string | undefined;
} {
  const outer = record(body);
  const inner = record(outer['error']);
  const code = inner['code'] ?? outer['code'];
  const message = inner['message'] ?? outer['message'];
  return {
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : undefined,
    message: typeof message === 'string' && message !== '' ? oneLine(message) : undefined,
  };
}

/** Words of somebody else as one line of bounded length, ending in a full stop. */
export function oneLine(text: string): string {
  const line = printableName(text.split(/\r?\n/, 1)[0] ?? '').trim();
  const short = line.length <= longestMessage ? line : `${line.slice(0, longestMessage - 3)}...`;
  return /[.!?]$/.test(short) ? short : `${short}.`;
}

/** A name of somebody else's without control characters, which could forge other lines. */
export function printableName(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}

/** What stopped a request without an answer: no sign-in, or no connection. */
export function unreachable(error: unknown, host: string): InsightsError {
  const { name, code } = record(error) as { name?: string; code?: string };
  if (/Authentication|Credential/.test(String(name))) {
    return new InsightsError('AZURE_SIGN_IN', `No credential could sign in for ${host}.`, { cause: error });
  }
  const why = typeof code === 'string' && /^[A-Z_]{2,40}$/.test(code) ? ` (${code})` : '';
  return new InsightsError('AZURE_UNREACHABLE', `${host} did not answer${why}.`, { cause: error });
}

export function interrupted(nextStep?: string): InsightsError {
  return new InsightsError('OPERATION_INTERRUPTED', 'The operation was interrupted.', {
    ...(nextStep === undefined ? {} : { nextStep }),
  });
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
