import type { JsonValue } from '../../artifacts/model';
import type { ParameterDefinition } from '../definition';
import { toText } from '../expression/content';
import { EvaluationError } from '../expression/evaluation-error';
import { fromJson, isArray, isObject, parseJson, typeName, type Value } from '../expression/value';

/**
 * The values that a run, dataset or linked service works with: what was given, else the defaults, each of its declared
 * type. Names ignore case; values of parameters that are not declared are ignored.
 * @throws EvaluationError for a parameter without a value, and for one that does not fit its type.
 */
export function bindParameters(
  definitions: readonly ParameterDefinition[],
  given: Readonly<Record<string, Value>>,
  defaultOf: (json: JsonValue) => Value = fromJson,
): Readonly<Record<string, Value>> {
  const byName = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(
    definitions.map((definition) => {
      const { name, defaultValue } = definition;
      const value = byName.get(name.toLowerCase());
      if (value !== undefined) return [name, convert(definition, value)];
      if (defaultValue === undefined) {
        throw new EvaluationError(`The value for the template parameter '${name}' is not provided.`);
      }
      return [name, convert(definition, defaultOf(defaultValue))];
    }),
  );
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'String',
  securestring: 'SecureString',
  int: 'Integer',
  float: 'Float',
  bool: 'Boolean',
  array: 'Array',
  object: 'Object',
};

function convert({ name, type }: ParameterDefinition, value: Value): Value {
  const converted = value === null ? null : convertTo(type, value);
  if (converted !== undefined) return converted;
  throw new EvaluationError(
    `The provided value for the template parameter '${name}' is not valid. Expected a value of type ` +
      `'${typeNames[type] ?? type}', but received a value of type '${typeName(value)}'.`,
  );
}

/** Undefined where the value is not of the type and cannot become it. */
function convertTo(type: string, value: Value): Value | undefined {
  switch (type) {
    case 'string':
    case 'securestring':
      return isArray(value) || isObject(value) ? undefined : toText(value);
    case 'int':
      return typeof value === 'bigint' ? value : fromText(value, /^\s*-?\d+\s*$/);
    case 'float':
      if (typeof value === 'bigint') return Number(value);
      if (typeof value === 'number') return value;
      return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
    case 'bool':
      return typeof value === 'boolean' ? value : fromText(value, /^\s*(true|false)\s*$/i);
    case 'array':
      return isArray(value) ? value : fromText(value, /^\s*\[/, isArray);
    case 'object':
      return isObject(value) ? value : fromText(value, /^\s*\{/, isObject);
    default:
      return value;
  }
}

/** A value that was written as text, as Studio and triggers write them. */
function fromText(value: Value, form: RegExp, isRight: (parsed: Value) => boolean = () => true): Value | undefined {
  if (typeof value !== 'string' || !form.test(value)) return undefined;
  try {
    const parsed = parseJson(/^\s*[tf]/i.test(value) ? value.toLowerCase() : value);
    return isRight(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const hidden = '********';

/** Values as the service's records show them. */
export function parameterTexts(
  definitions: readonly ParameterDefinition[],
  values: Readonly<Record<string, Value>>,
): Record<string, string> {
  return Object.fromEntries(
    definitions.map(({ name, type }) => [name, type === 'securestring' ? hidden : toText(values[name] ?? null)]),
  );
}
