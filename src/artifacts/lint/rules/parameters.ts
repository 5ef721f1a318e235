import { parseTemplate, ExpressionSyntaxError } from '../../expression';
import type { JsonValue } from '../../model';
import { isList, isObject } from '../../walk-json';
import { callsOf, declarationsOf, nounOf, type Call, type Declared } from '../calls';
import type { RuleFinding } from '../finding';
import { textAt } from '../json';
import type { ArtifactRule } from '../rule';

export const parameterRule: ArtifactRule = {
  id: 'parameter',
  demand:
    'Parameters that are given are declared, with a value of their type, and those without a default are given (defect N7).',
  check: (subject, surroundings) => callsOf(subject, surroundings).flatMap(checkCall),
};

function checkCall(call: Call): readonly RuleFinding[] {
  if (call.target === undefined) return [];
  const declared = declarationsOf(call.target.artifact);
  const who = `${nounOf[call.kind]} "${call.name}"`;
  const missing = [...declared].filter(([name, { isRequired }]) => isRequired && !call.given.has(name));
  return [
    ...missing.map(([name]) => ({
      pointer: call.pointer,
      problem: `The ${who} needs "${name}", which has no default.`,
      mend: 'Give it.',
    })),
    ...[...call.given].flatMap(([name, { value, pointer }]): RuleFinding[] => {
      const declaration = declared.get(name);
      if (declaration === undefined)
        return [
          {
            pointer,
            problem: `The ${who} has no parameter "${name}".`,
            mend: mendFor([...declared.keys()], call.kind),
          },
        ];
      if (fits(value, declaration)) return [];
      return [
        {
          pointer,
          problem: `"${name}" of the ${who} is of type ${declaration.type ?? ''}; the value is not.`,
          mend: `Write a value of type ${declaration.type ?? ''}.`,
        },
      ];
    }),
  ];
}

function mendFor(names: readonly string[], kind: Call['kind']): string {
  if (names.length > 0) return `Declare it there, or give one of ${names.join(', ')}.`;
  return kind === 'notebooks' ? 'Assign it in a cell that is tagged parameters.' : 'Declare it there, or leave it out.';
}

/** Whether a value as it is written can be one of the type; what is computed can be anything. */
function fits(value: JsonValue, { type }: Declared): boolean {
  if (textAt(value, 'type') === 'Expression' || (typeof value === 'string' && isComputedText(value))) return true;
  switch (type) {
    case 'string':
    case 'securestring':
      return typeof value === 'string' || textAt(value, 'type') === 'SecureString';
    case 'int':
      return Number.isInteger(value);
    case 'float':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
    case 'array':
      return isList(value);
    case 'object':
      return isObject(value);
    default:
      return true;
  }
}

/** What does not parse is said by another rule. */
function isComputedText(text: string): boolean {
  try {
    return parseTemplate(text).kind !== 'text';
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return true;
    throw error;
  }
}
