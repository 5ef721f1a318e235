import { notConvertible, notValid } from '../expression/evaluation-error';
import type { Value } from '../expression/value';

/** The condition of IfCondition, Until and Filter, or a switch such as `isSequential`: a boolean, or what `bool()` makes one. @throws EvaluationError. */
export function conditionValue(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value) !== 0;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (word !== 'true' && word !== 'false') throw notValid('bool', notConvertible);
  return word === 'true';
}
