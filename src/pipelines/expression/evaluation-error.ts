import { InsightsError } from '../../contract/errors';
import { typeName, type Value } from './value';

/**
 * An expression that cannot be evaluated. The message is worded as the service words it, except that it never quotes the
 * value: that may be a cell or a secret (ROW13).
 */
export class EvaluationError extends InsightsError {
  constructor(message: string) {
    super('EXPRESSION_FAILED', message);
    this.name = 'EvaluationError';
  }
}

/** `The template language function 'length' expects its parameter to be … The provided value is of type 'Null'. …` */
export function wrongType(name: string, which: string, expected: string, value: Value): EvaluationError {
  return new EvaluationError(
    `The template language function '${name}' expects its ${which} to be ${expected}. ` +
      `The provided value is of type '${typeName(value)}'.${usage(name)}`,
  );
}

/** `The template language function 'int' was invoked with a parameter that is not valid. …` */
export function notValid(name: string, why: string): EvaluationError {
  return new EvaluationError(
    `The template language function '${name}' was invoked with a parameter that is not valid. ${why}`,
  );
}

export const notConvertible = 'The value cannot be converted to the target type.';

export function usage(name: string): string {
  return ` Please see https://aka.ms/logicexpressions#${name} for usage details.`;
}
