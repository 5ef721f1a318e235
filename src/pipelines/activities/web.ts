import { toText } from '../expression/content';
import { isArray, isObject, jsonText, parseJson, type Value } from '../expression/value';
import type { ActivityContext, ActivityType } from '../run/activity-type';
import type { WebRequest, WebResponse } from '../ports';
import { parseTimeSpan } from '../run/policy';
import { ActivityFailure } from '../run/records';

/** Seconds between two looks at an operation that goes on, where the answer does not say. */
const defaultPause = 60;

/** How long an address may be given to answer, in milliseconds; the least is what it gets where the activity says nothing. */
const answerTime = { least: 60_000, most: 600_000 } as const;

/** Most bytes that the service takes as an answer. */
const mostBytes = 4 * 1024 * 1024;

interface Call extends Omit<WebRequest, 'signal'> {
  /** For each answer: an operation that goes on is asked for anew. */
  readonly timeoutMilliseconds: number;
}

/**
 * Calls an address, and waits for the end of an operation that the address answers with 202 and a place. Which addresses
 * may be called is up to the port: locally only this machine's.
 */
export const web: ActivityType = {
  type: 'WebActivity',
  kind: 'execution',
  run: async (context) => {
    const call = readCall(context);
    context.setInput({ url: call.url, method: call.method });
    const response = await followOperation(context, call, await send(context, call));
    if (response.status >= 400) {
      const message = `Error calling the endpoint '${call.url}'. Response status code: '${response.status}'.`;
      throw new ActivityFailure('2108', message);
    }
    if (response.body.length > mostBytes) {
      const message = `The answer of the endpoint '${call.url}' is larger than the 4 MB that the service takes.`;
      throw new ActivityFailure('2108', message);
    }
    return { ...readBody(response), ADFWebActivityResponseHeaders: response.headers };
  },
};

function readCall(context: ActivityContext): Call {
  const given = context.property('headers');
  const headers = Object.entries(isObject(given) ? given : {}).map(([name, value]) => [name, toText(value)] as const);
  const body = context.property('body');
  for (const name of ['datasets', 'linkedServices']) {
    const references = context.property(name);
    if (isArray(references) && references.length > 0) throw notHere(context, `${name} passed to the endpoint`);
  }
  return {
    url: toText(context.property('url')),
    method: toText(context.property('method')),
    headers: { ...Object.fromEntries(headers), ...authorization(context) },
    body: body === null ? undefined : isObject(body) ? jsonText(body) : toText(body),
    timeoutMilliseconds: readTimeout(context),
  };
}

function readTimeout(context: ActivityContext): number {
  const { least, most } = answerTime;
  const written = context.property('httpRequestTimeout');
  const milliseconds = written === null ? least : parseTimeSpan(toText(written));
  if (milliseconds !== undefined && milliseconds >= least && milliseconds <= most) return milliseconds;
  const message = `The httpRequestTimeout of '${context.activity.name}' is not a time from 00:01:00 to 00:10:00.`;
  throw new ActivityFailure('BadRequest', message);
}

/** The header of basic authentication; others need tokens or certificates of the workspace, which no local run has. */
function authorization(context: ActivityContext): Readonly<Record<string, string>> {
  const written = context.property('authentication');
  if (!isObject(written)) return {};
  const type = toText(written['type'] ?? null);
  if (type !== 'Basic') throw notHere(context, `authentication of type ${type}`);
  const [name, password] = [written['username'] ?? null, written['password'] ?? null].map((value) =>
    // A secret is written `{type: "SecureString", value}`.
    toText(isObject(value) ? (value['value'] ?? null) : value),
  );
  return { Authorization: `Basic ${Buffer.from(`${name}:${password}`, 'utf8').toString('base64')}` };
}

function notHere({ activity }: ActivityContext, what: string): ActivityFailure {
  return new ActivityFailure('NotImplemented', `The call of '${activity.name}' cannot be made here: ${what}.`);
}

async function send(context: ActivityContext, { timeoutMilliseconds, ...call }: Call): Promise<WebResponse> {
  const { clock, ports } = context.run;
  const late = new AbortController();
  const takeBack = clock.at(clock.now() + timeoutMilliseconds, () => late.abort());
  const signal = AbortSignal.any([context.signal, late.signal]);
  try {
    return await clock.busy(() => ports.web.send({ ...call, signal }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    const why = late.signal.aborted ? `It took longer than ${timeoutMilliseconds / 1000} seconds.` : reason;
    throw new ActivityFailure('2108', `Error calling the endpoint '${call.url}'. ${why}`);
  } finally {
    takeBack();
  }
}

/** Asks the place of an operation until it has ended, unless `turnOffAsync` says that its first answer is enough. */
async function followOperation(context: ActivityContext, call: Call, first: WebResponse): Promise<WebResponse> {
  let response = first;
  if (context.property('turnOffAsync') === true) return response;
  while (response.status === 202 && response.headers['location'] !== undefined && !context.signal.aborted) {
    const seconds = Number(response.headers['retry-after'] ?? defaultPause);
    const pause = Number.isFinite(seconds) ? seconds : defaultPause;
    await context.run.clock.wait(pause * 1000, context.signal);
    const url = new URL(response.headers['location'], call.url);
    // Whoever is asked next is told no secret that was meant for another.
    const headers = url.origin === new URL(call.url).origin ? call.headers : {};
    response = await send(context, { ...call, url: url.href, method: 'GET', headers, body: undefined });
  }
  return response;
}

/** The properties of an answer that is a JSON object; any other answer as text in `Response`. */
function readBody({ body }: WebResponse): Readonly<Record<string, Value>> {
  const text = body.toString('utf8');
  try {
    const parsed = parseJson(text);
    if (isObject(parsed)) return parsed;
  } catch {
    // Not JSON: the text itself is the answer.
  }
  return { Response: text };
}
