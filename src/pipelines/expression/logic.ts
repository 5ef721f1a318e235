import type { Arguments, FunctionTable } from './arguments';
import { EvaluationError } from './evaluation-error';
import { equalValues, typeName, type Value } from './value';

/** Negative, zero or positive. Numbers by value, strings without regard to case, anything else is refused. */
function compare(given: Arguments): number {
  const [left, right] = [given.any(0), given.any(1)];
  if (isNumber(left) && isNumber(right)) return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') {
    const [one, other] = [left.toUpperCase(), right.toUpperCase()];
    return one < other ? -1 : one > other ? 1 : 0;
  }
  const others = [left, right].filter((value) => !isNumber(value) && typeof value !== 'string').map(typeName);
  if (others.length === 0) {
    throw new EvaluationError(
      `The template language function '${given.name}' expects two parameter of matching types. The function was ` +
        `invoked with values of type '${typeName(left)}' and '${typeName(right)}' that do not match.`,
    );
  }
  throw new EvaluationError(
    `The template language function '${given.name}' expects all of its parameters to be either integer or decimal ` +
      `numbers. Found invalid parameter types: '${others.join("', '")}'.`,
  );
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

/** `if`, `and`, `or` and `coalesce` are not here: they evaluate only the arguments that they need (evaluate.ts). */
export const logicFunctions: FunctionTable = {
  equals: (given) => equalValues(given.any(0), given.any(1)),
  greater: (given) => compare(given) > 0,
  greaterOrEquals: (given) => compare(given) >= 0,
  less: (given) => compare(given) < 0,
  lessOrEquals: (given) => compare(given) <= 0,
  not: (given) => !given.boolean(0),
};
