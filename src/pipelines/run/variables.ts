import { EvaluationError } from '../expression/evaluation-error';
import { fromJson, isArray, typeName, type Value } from '../expression/value';
import type { ParameterDefinition } from '../definition';

const emptyValues: Readonly<Record<string, Value>> = { boolean: false, integer: 0n, array: [] };

const typeNames: Readonly<Record<string, string>> = {
  string: 'String',
  boolean: 'Boolean',
  bool: 'Boolean',
  integer: 'Integer',
  array: 'Array',
};

/** Variables of a run: one set for all its activities, so parallel iterations race for them, as on the service. */
export class Variables {
  private readonly values = new Map<string, { readonly definition: ParameterDefinition; value: Value }>();

  constructor(definitions: readonly ParameterDefinition[]) {
    for (const definition of definitions) {
      const { name, type, defaultValue } = definition;
      const value = defaultValue === undefined ? (emptyValues[type] ?? '') : fromJson(defaultValue);
      this.values.set(name.toLowerCase(), { definition, value });
    }
  }

  /** @throws EvaluationError for a name that the pipeline does not declare. */
  get(name: string): Value {
    return this.find(name).value;
  }

  /** @throws EvaluationError for an unknown name or a value of another type. */
  set(name: string, value: Value): void {
    const variable = this.find(name);
    const { type } = variable.definition;
    if (value !== null && !fits(type, value)) {
      const wanted = typeNames[type] ?? type;
      throw new EvaluationError(
        `The variable '${name}' of type '${wanted}' cannot be initialized or updated with value of type ` +
          `'${typeName(value)}'. The variable '${name}' only supports values of types '${wanted}'.`,
      );
    }
    variable.value = value;
  }

  /** @throws EvaluationError for an unknown name or one that is no array. */
  append(name: string, value: Value): void {
    const variable = this.find(name);
    if (!isArray(variable.value)) {
      throw new EvaluationError(
        `The variable '${name}' of type '${typeNames[variable.definition.type] ?? 'String'}' cannot be appended to. ` +
          "Appending only supports variables of types 'Array'.",
      );
    }
    variable.value = [...variable.value, value];
  }

  private find(name: string): { readonly definition: ParameterDefinition; value: Value } {
    const variable = this.values.get(name.toLowerCase());
    if (variable !== undefined) return variable;
    throw new EvaluationError(
      `Template language expression cannot be evaluated: the template variable '${name}' cannot be found.`,
    );
  }
}

function fits(type: string, value: Value): boolean {
  const actual = typeName(value);
  return actual === (typeNames[type] ?? actual);
}
