import type { Arguments, FunctionTable } from './arguments';
import { EvaluationError, usage } from './evaluation-error';
import { fitsInteger, isArray, type Value } from './value';

type Numeric = bigint | number;

/** Two integers stay integers; one floating point number makes the result one. */
function calculate(
  given: Arguments,
  integers: (left: bigint, right: bigint) => bigint,
  floats: (left: number, right: number) => number,
): Value {
  const [left, right] = [given.number(0), given.number(1)];
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    const result = integers(left, right);
    if (!fitsInteger(result)) throw overflow(given.name);
    return result;
  }
  const result = floats(Number(left), Number(right));
  if (!Number.isFinite(result)) throw overflow(given.name);
  return result;
}

/** 64 bits hold an integer of up to 2^63, and a floating point number of up to 1.8E+308. */
function overflow(name: string): EvaluationError {
  return new EvaluationError(`The result of the template language function '${name}' does not fit into 64 bits.`);
}

function divide(
  given: Arguments,
  integers: (l: bigint, r: bigint) => bigint,
  floats: (l: number, r: number) => number,
) {
  if (Number(given.number(1)) === 0) {
    throw new EvaluationError(`Attempt to divide an integral or decimal value by zero in function '${given.name}'.`);
  }
  return calculate(given, integers, floats);
}

/** The numbers of `max(1, 2)` or `max(createArray(1, 2))`; the first of equal ones is the answer. */
function extreme(given: Arguments, isBetter: (candidate: Numeric, best: Numeric) => boolean): Value {
  const only = given.values.length === 1 ? given.any(0) : null;
  const values = isArray(only) ? only : given.values;
  let best: Numeric | undefined;
  for (const value of values) {
    if (typeof value !== 'bigint' && typeof value !== 'number') {
      throw new EvaluationError(
        `The template language function '${given.name}' expects either a comma separated list of numbers or an array ` +
          `of numbers.${usage(given.name)}`,
      );
    }
    if (best === undefined || isBetter(value, best)) best = value;
  }
  if (best === undefined) {
    throw new EvaluationError(`The template language function '${given.name}' expects at least one number.`);
  }
  return best;
}

/** More items than the service iterates over (azure-facts §6.3). */
const longestRange = 100_000n;

export const numberFunctions: FunctionTable = {
  add: (given) =>
    calculate(
      given,
      (left, right) => left + right,
      (left, right) => left + right,
    ),
  sub: (given) =>
    calculate(
      given,
      (left, right) => left - right,
      (left, right) => left - right,
    ),
  mul: (given) =>
    calculate(
      given,
      (left, right) => left * right,
      (left, right) => left * right,
    ),
  div: (given) =>
    divide(
      given,
      (left, right) => left / right,
      (left, right) => left / right,
    ),
  mod: (given) =>
    divide(
      given,
      (left, right) => left % right,
      (left, right) => left % right,
    ),
  max: (given) => extreme(given, (candidate, best) => candidate > best),
  min: (given) => extreme(given, (candidate, best) => candidate < best),
  rand: (given, { random }) => {
    const [least, beyond] = [given.integer(0), given.integer(1)];
    if (least >= beyond) {
      throw new EvaluationError(
        "The template language function 'rand' expects its first parameter to be less than its second parameter." +
          usage('rand'),
      );
    }
    return least + BigInt(Math.floor(random() * Number(beyond - least)));
  },
  range: (given) => {
    const [start, count] = [given.integer(0), given.integer(1)];
    if (count < 0n || count > longestRange || start + count > 2n ** 31n) {
      throw new EvaluationError(
        "The template language function 'range' parameters are out of range: 'count' must be a non-negative integer no " +
          `larger than '${longestRange}' and the range must not go beyond '2147483647'.${usage('range')}`,
      );
    }
    return Array.from({ length: Number(count) }, (_, index) => start + BigInt(index));
  },
};
