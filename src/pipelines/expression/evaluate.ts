import {
  callProblem,
  parseTemplate,
  printExpression,
  type Call,
  type Expression,
  type Member,
  type Template,
} from '../../artifacts/expression';
import type { JsonValue } from '../../artifacts/model';
import { Arguments, type FunctionContext } from './arguments';
import { toText } from './content';
import { isExpressionObject } from './conversions';
import { EvaluationError, wrongType } from './evaluation-error';
import { functionsByName } from './functions';
import { findProperty, fromJson, isArray, isObject, typeName, type Value } from './value';

/** What an expression can see. A root that is not there (`item()` outside a loop) throws its own EvaluationError. */
export interface Scope extends FunctionContext {
  /** `pipeline()`, `item()`, `activity('x')`, `variables('x')`, `dataset()` …, by lower-case name. */
  root(name: string, argument: Value): Value;
}

/** Evaluates an expression. @throws EvaluationError with the service's message. */
export function evaluateExpression(expression: Expression, scope: Scope): Value {
  return new Evaluation(scope, expression).value(expression);
}

/** Evaluates a template: text and interpolations give a string, `@expression` a value of its own type. */
export function evaluateTemplate(template: Template, scope: Scope): Value {
  if (template.kind === 'text') return template.text;
  if (template.kind === 'expression') return evaluateExpression(template.expression, scope);
  return template.parts
    .map((part) => (typeof part === 'string' ? part : toText(evaluateExpression(part, scope))))
    .join('');
}

/**
 * Evaluates every string in a JSON value of an artifact; `{value, type: "Expression"}` becomes the value.
 * @throws EvaluationError, ExpressionSyntaxError.
 */
export function evaluateJson(json: JsonValue, scope: Scope): Value {
  if (typeof json === 'string') return evaluateTemplate(parseTemplate(json), scope);
  if (json === null || typeof json !== 'object') return fromJson(json);
  if (Array.isArray(json)) return (json as readonly JsonValue[]).map((item) => evaluateJson(item, scope));
  const object = Object.fromEntries(Object.entries(json).map(([key, item]) => [key, evaluateJson(item, scope)]));
  return isExpressionObject(object) ? (object['value'] ?? null) : object;
}

const rootNames = new Set(
  ['pipeline', 'variables', 'activity', 'item', 'dataset', 'linkedservice'].concat([
    'trigger',
    'triggerbody',
    'triggeroutputs',
  ]),
);

class Evaluation {
  constructor(
    private readonly scope: Scope,
    /** The whole expression, for messages. */
    private readonly whole: Expression,
  ) {}

  value(expression: Expression): Value {
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'call':
        return this.call(expression);
      case 'member':
        return this.member(expression);
    }
  }

  private call(call: Call): Value {
    const problem = callProblem(call.name, call.arguments.length);
    if (problem !== undefined) throw new EvaluationError(problem);
    const name = call.name.toLowerCase();
    const lazy = this.lazy(name, call);
    if (lazy !== undefined) return lazy;
    const values = call.arguments.map((argument) => this.value(argument));
    if (rootNames.has(name)) return this.scope.root(name, values[0] ?? null);
    const found = functionsByName.get(name);
    if (found === undefined) {
      throw new EvaluationError(`The template function '${call.name}' is not defined or not valid.`);
    }
    return found.call(new Arguments(found.name, values), this.scope);
  }

  /** `if`, `and`, `or` and `coalesce` leave out what does not matter, so that it cannot fail. */
  private lazy(name: string, call: Call): Value | undefined {
    switch (name) {
      case 'if': {
        const [condition, whenTrue, whenFalse] = call.arguments as readonly [Expression, Expression, Expression];
        const decision = this.value(condition);
        if (typeof decision !== 'boolean') throw wrongType('if', 'first parameter', 'of type boolean', decision);
        return this.value(decision ? whenTrue : whenFalse);
      }
      case 'and':
        return !call.arguments.some((argument) => !this.booleanOf(name, argument));
      case 'or':
        return call.arguments.some((argument) => this.booleanOf(name, argument));
      case 'coalesce': {
        for (const argument of call.arguments) {
          const value = this.value(argument);
          if (value !== null) return value;
        }
        return null;
      }
      default:
        return undefined;
    }
  }

  private booleanOf(name: string, argument: Expression): boolean {
    const value = this.value(argument);
    if (typeof value === 'boolean') return value;
    throw new EvaluationError(
      `The template language function '${name}' expects all of its parameters to be booleans. Found invalid parameter ` +
        `types: '${typeName(value)}'.`,
    );
  }

  private member(member: Member): Value {
    const object = this.value(member.object);
    const key = this.value(member.key);
    if (object === null) {
      if (member.isNullSafe) return null;
      throw this.cannot(`property '${toText(key)}' cannot be selected.`);
    }
    if (isArray(object)) return this.item(member, object, key);
    const name = toText(key);
    if (!isObject(object)) {
      const type = typeName(object);
      throw this.cannot(
        `property '${name}' cannot be selected. Property selection is not supported on values of type '${type}'.`,
      );
    }
    const found = findProperty(object, name);
    if (found !== undefined) return object[found] ?? null;
    if (member.isNullSafe) return null;
    const available = Object.keys(object).join(', ');
    throw this.cannot(`property '${name}' doesn't exist, available properties are '${available}'.`);
  }

  private item(member: Member, items: readonly Value[], key: Value): Value {
    if (typeof key !== 'bigint') {
      const reason = 'Array elements can only be selected using an integer index.';
      throw this.cannot(`property '${toText(key)}' cannot be selected. ${reason}`);
    }
    const item = items[Number(key)];
    if (item !== undefined) return item;
    if (member.isNullSafe) return null;
    throw this.cannot(`array index '${key}' is outside bounds (0, ${items.length - 1}) of array.`);
  }

  private cannot(reason: string): EvaluationError {
    return new EvaluationError(`The expression '${printExpression(this.whole)}' cannot be evaluated because ${reason}`);
  }
}
