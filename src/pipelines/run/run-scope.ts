import { toText } from '../expression/content';
import type { Scope } from '../expression/evaluate';
import { EvaluationError } from '../expression/evaluation-error';
import type { FunctionContext } from '../expression/arguments';
import type { Value, ValueObject } from '../expression/value';
import type { Frame } from './frame';
import type { Variables } from './variables';

/** What the expressions of a run see at one place of it. */
export function runScope(functions: FunctionContext, pipeline: ValueObject, variables: Variables, frame: Frame): Scope {
  const roots: Readonly<Record<string, (argument: Value) => Value>> = {
    pipeline: () => pipeline,
    variables: (name) => variables.get(toText(name)),
    activity: (name) => {
      const state = frame.stateOf(toText(name));
      if (state !== undefined) return state;
      throw new EvaluationError(
        `Template language expression cannot be evaluated: the activity '${toText(name)}' cannot be found, or has not run.`,
      );
    },
    item: () => {
      const item = frame.item();
      if (item === undefined) throw notHere('item');
      return item;
    },
  };
  return {
    get now() {
      return functions.now;
    },
    random: functions.random,
    newGuid: functions.newGuid,
    root: (name, argument) => {
      const root = roots[name];
      if (root === undefined) throw notHere(name);
      return root(argument);
    },
  };
}

/** A scope in which `item()` is the value: of Filter. */
export function withItem(around: Scope, item: Value): Scope {
  return withRoot(around, 'item', () => item);
}

/** A scope in which a root, such as `dataset()`, is there or is another. */
export function withRoot(around: Scope, name: string, read: () => Value): Scope {
  return {
    get now() {
      return around.now;
    },
    random: around.random,
    newGuid: around.newGuid,
    root: (wanted, argument) => (wanted === name ? read() : around.root(wanted, argument)),
  };
}

/** Functions only: for definitions that see nothing of a run. */
export function plainScope(functions: FunctionContext): Scope {
  return {
    get now() {
      return functions.now;
    },
    random: functions.random,
    newGuid: functions.newGuid,
    root: (name) => {
      throw notHere(name);
    },
  };
}

function notHere(name: string): EvaluationError {
  return new EvaluationError(`The template function '${name}' is not expected at this location.`);
}
