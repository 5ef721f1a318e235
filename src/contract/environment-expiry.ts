import type { Environment } from './environment';
import { InsightsError } from './errors';

/** Tag with the last day of an environment that somebody tries something out in, `yyyy-MM-dd`. */
export const expiryTag = 'expires';

/**
 * The environment with a last day, as a tag of all its resources; `insights reap` finds them by it.
 * @param expires `yyyy-MM-dd`; undefined: it lasts.
 * @throws InsightsError ENVIRONMENT_INVALID for production, and for what is not a day
 */
export function withExpiry(environment: Environment, expires: string | undefined): Environment {
  if (expires === undefined) return environment;
  if (environment.production) throw invalid('Production has no last day.');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(expires) || Number.isNaN(Date.parse(expires))) {
    throw invalid(`${JSON.stringify(expires)} is not a day as yyyy-MM-dd.`);
  }
  return { ...environment, tags: { ...environment.tags, [expiryTag]: expires } };
}

function invalid(problem: string): InsightsError {
  return new InsightsError('ENVIRONMENT_INVALID', problem, {
    nextStep: 'Leave --ttl (or EXPIRES) out, or correct it.',
  });
}
