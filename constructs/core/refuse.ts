import type { IConstruct } from 'constructs';
import { InsightsError } from '../../src/contract/errors';

/**
 * The error of a validator in a constructor: which construct, what was given, what is allowed.
 * @param rule how the value must be, as the end of a sentence: `must be 1 to 365 whole days`.
 */
export function refuse(scope: IConstruct, property: string, value: unknown, rule: string): InsightsError {
  return new InsightsError('CONSTRUCT_INVALID', `${property} is ${JSON.stringify(value)}, but ${rule}.`, {
    place: { path: scope.node.path },
  });
}
