import { EvaluationError, wrongType } from './evaluation-error';
import { isArray, isObject, type Value, type ValueObject } from './value';

const ordinals = ['first', 'second', 'third', 'fourth'] as const;

/** The arguments of one call of a function; each reader throws the service's message for a value of another type. */
export class Arguments {
  constructor(
    /** As the documentation spells it. */
    readonly name: string,
    readonly values: readonly Value[],
  ) {}

  any(index: number): Value {
    return this.values[index] ?? null;
  }

  has(index: number): boolean {
    return index < this.values.length;
  }

  string(index: number): string {
    const value = this.any(index);
    return typeof value === 'string' ? value : this.fail(index, this.isOnly ? 'a string' : 'of type string');
  }

  /** A string, or the default where the argument was left out. */
  optionalString(index: number, absent: string): string {
    return this.has(index) ? this.string(index) : absent;
  }

  integer(index: number): bigint {
    const value = this.any(index);
    return typeof value === 'bigint' ? value : this.fail(index, 'an integer');
  }

  number(index: number): bigint | number {
    const value = this.any(index);
    if (typeof value === 'bigint' || typeof value === 'number') return value;
    return this.fail(index, 'an integer, a float or a decimal number');
  }

  boolean(index: number): boolean {
    const value = this.any(index);
    return typeof value === 'boolean' ? value : this.fail(index, this.isOnly ? 'a boolean' : 'of type boolean');
  }

  array(index: number): readonly Value[] {
    const value = this.any(index);
    return isArray(value) ? value : this.fail(index, 'an array');
  }

  arrayOrString(index: number): readonly Value[] | string {
    const value = this.any(index);
    return isArray(value) || typeof value === 'string' ? value : this.fail(index, 'an array or a string');
  }

  /** All arguments as arrays, or all as objects. */
  collections(): { readonly arrays: readonly (readonly Value[])[] } | { readonly objects: readonly ValueObject[] } {
    if (this.values.every(isArray)) return { arrays: this.values };
    if (this.values.every(isObject)) return { objects: this.values };
    throw new EvaluationError(
      `The template language function '${this.name}' expects parameters of the same type, either all arrays or all objects.`,
    );
  }

  private get isOnly(): boolean {
    return this.values.length === 1;
  }

  private fail(index: number, expected: string): never {
    const which = this.isOnly ? 'parameter' : `${ordinals[index] ?? String(index + 1)} parameter`;
    throw wrongType(this.name, which, expected, this.any(index));
  }
}

/** What a function may ask besides its arguments. */
export interface FunctionContext {
  /** The time of the injected clock, in UTC. */
  readonly now: Date;
  /** In [0, 1). */
  readonly random: () => number;
  readonly newGuid: () => string;
}

export type ExpressionFunction = (given: Arguments, context: FunctionContext) => Value;

/** Functions by the name of the documentation. */
export type FunctionTable = Readonly<Record<string, ExpressionFunction>>;
