import type { RequestPolicyFactory, WebResource } from '@azure/storage-blob';
import { statusOf } from './blob-errors';

/** How often a request is sent anew after the storage client's own policy has given it up. */
const rounds = 4;
/** Seconds to wait after 429 where the service does not say, doubled each time. */
const firstWait = 1;
/** A service that asks for more seconds than this is not waited for: the command ends, and says so. */
const longestWait = 120;

type AbortSignal = WebResource['abortSignal'];

/** Waits for this many milliseconds, or until the request is aborted. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/**
 * Makes a client do what a busy storage account asks for. The storage client's own policy asks again after 500, 503 and
 * dropped connections, but knows neither 429 nor `Retry-After`; this one does, around it.
 */
export function throttlingPolicy(wait: Wait = waitUnlessAborted): RequestPolicyFactory {
  return {
    create: (next) => ({
      async sendRequest(request) {
        for (let round = 1; ; round += 1) {
          try {
            return await next.sendRequest(request);
          } catch (error) {
            const seconds = wantedWait(error, round);
            if (seconds === undefined || seconds > longestWait || round === rounds) throw error;
            await wait(seconds * 1000, request.abortSignal);
            if (request.abortSignal?.aborted === true) throw error;
          }
        }
      },
    }),
  };
}

/** Seconds until the next round; undefined when there is to be none. */
function wantedWait(error: unknown, round: number): number | undefined {
  const status = statusOf(error);
  if (status !== 429 && status !== 503) return undefined;
  return retryAfter(error) ?? (status === 429 ? firstWait * 2 ** (round - 1) : undefined);
}

/** `Retry-After` in seconds: a number, or a date. */
function retryAfter(error: unknown): number | undefined {
  const { response } = error as { response?: { headers: { get(name: string): string | undefined } } };
  const text = response?.headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text);
  const until = Date.parse(text);
  return Number.isNaN(until) ? undefined : Math.max(0, (until - Date.now()) / 1000);
}

function waitUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
  });
}
