import type { ActivityDefinition } from '../definition';
import type { Value } from '../expression/value';
import { ActivityFailure } from './records';

export interface ActivityPolicy {
  readonly timeoutMilliseconds: number;
  readonly retries: number;
  readonly retryMilliseconds: number;
}

/** What the service does where a policy says nothing. */
const defaults = { timeout: '7.00:00:00', retry: 0n, interval: 30n };

/** Most retries and longest interval, in seconds, that the service takes. */
const mostRetries = 2_147_483_647;
const longestInterval = 86_400;

/** Reads an evaluated policy. @throws ActivityFailure for values that the service would not take. */
export function readPolicy(activity: ActivityDefinition, evaluate: (name: string) => Value): ActivityPolicy {
  const timeout = evaluate('timeout') ?? defaults.timeout;
  const timeoutMilliseconds = typeof timeout === 'string' ? parseTimeSpan(timeout) : undefined;
  const retries = wholeNumber(evaluate('retry') ?? defaults.retry);
  const interval = wholeNumber(evaluate('retryIntervalInSeconds') ?? defaults.interval);
  if (timeoutMilliseconds === undefined) throw invalid(activity, 'timeout is not of the form d.hh:mm:ss');
  if (retries === undefined || retries > mostRetries) throw invalid(activity, 'retry is not a whole number from 0');
  if (interval === undefined || interval > longestInterval) {
    throw invalid(activity, 'retryIntervalInSeconds is not a whole number up to 86400');
  }
  return { timeoutMilliseconds, retries, retryMilliseconds: interval * 1000 };
}

/** Milliseconds of `7.00:00:00`, `0.12:00:00` or `00:10:00`; undefined for anything else. */
export function parseTimeSpan(text: string): number | undefined {
  const match = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})$/.exec(text.trim());
  if (match === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

function wholeNumber(value: Value): number | undefined {
  const text = typeof value === 'bigint' || typeof value === 'string' ? String(value) : '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function invalid(activity: ActivityDefinition, why: string): ActivityFailure {
  return new ActivityFailure('BadRequest', `The policy of activity '${activity.name}' is not valid: ${why}.`);
}
