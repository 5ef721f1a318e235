import { toText } from '../expression/content';
import { isObject, jsonText, parseJson, type Value } from '../expression/value';
import type { ActivityContext, ActivityType } from '../run/activity-type';
import type { WebResponse } from '../ports';
import { ActivityFailure } from '../run/records';

/** Calls an address. Which ones may be called is up to the port: locally only this machine's. */
export const web: ActivityType = {
  type: 'WebActivity',
  kind: 'execution',
  run: async (context) => {
    const [url, method] = [toText(context.property('url')), toText(context.property('method'))];
    context.setInput({ url, method });
    const response = await send(context, url, method);
    if (response.status >= 400) {
      const message = `Error calling the endpoint '${url}'. Response status code: '${response.status}'.`;
      throw new ActivityFailure('2108', message);
    }
    return { ...readBody(response), ADFWebActivityResponseHeaders: response.headers };
  },
};

async function send(context: ActivityContext, url: string, method: string): Promise<WebResponse> {
  const given = context.property('headers');
  const headers = Object.entries(isObject(given) ? given : {}).map(([name, value]) => [name, toText(value)] as const);
  const body = context.property('body');
  const { clock, ports } = context.run;
  try {
    return await clock.busy(() =>
      ports.web.send({
        url,
        method,
        headers: Object.fromEntries(headers),
        body: body === null ? undefined : isObject(body) ? jsonText(body) : toText(body),
        signal: context.signal,
      }),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new ActivityFailure('2108', `Error calling the endpoint '${url}'. ${reason}`);
  }
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
