import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { InsightsError } from '../contract/errors';
import { operationInputVariable } from '../contract/operation-input';
import { projectSchemas } from '../contract/project-schemas';
import type { OperationContracts, OperationName } from './contracts';
import schema from './schemas/operations.schema.json';

/** Every operation, in the order in which a deployment runs them. */
export const operationNames = [
  'ensure-salt',
  'await-workspace',
  'load-test-data',
  'run-pipeline',
  'verify-stages',
] as const satisfies readonly OperationName[];

const validators = new Map<string, ValidateFunction>();

function validator(name: OperationName, part: 'input' | 'report'): ValidateFunction {
  const id = `operations.schema.json#/definitions/${name}/${part}`;
  let validate = validators.get(id);
  if (validate === undefined) {
    // The definitions hold two schemas per operation, which strict mode would take for unknown keywords.
    validate = new Ajv({ ...projectSchemas, strict: false, allErrors: true }).addSchema(schema).compile({ $ref: id });
    validators.set(id, validate);
  }
  return validate;
}

/**
 * The input of an operation from the text of its environment variable.
 * @throws InsightsError OPERATION_INPUT_INVALID naming every key that is wrong; values are never shown.
 */
export function parseOperationInput<N extends OperationName>(
  name: N,
  text: string | undefined,
): OperationContracts[N]['input'] {
  if (text === undefined || text.trim() === '') throw invalid(name, [`${operationInputVariable} is not set`]);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw invalid(name, [`${operationInputVariable} is not JSON`]);
  }
  const problems = contractProblems(name, 'input', content);
  if (problems.length > 0) throw invalid(name, problems);
  return content as OperationContracts[N]['input'];
}

/** What breaks the contract of an operation's input or report, a phrase each. */
export function contractProblems(name: OperationName, part: 'input' | 'report', content: unknown): readonly string[] {
  const validate = validator(name, part);
  return validate(content) ? [] : (validate.errors ?? []).map(describe);
}

function describe({ instancePath, keyword, params, message }: ErrorObject): string {
  const known = params as Readonly<Record<string, string>>;
  if (keyword === 'additionalProperties') return `${instancePath}/${known['additionalProperty']} is an unknown key`;
  if (keyword === 'required') return `${instancePath}/${known['missingProperty']} is missing`;
  return `${instancePath || '/'} ${message}`;
}

function invalid(name: OperationName, problems: readonly string[]): InsightsError {
  return new InsightsError('OPERATION_INPUT_INVALID', `The input of ${name} is not valid: ${problems.join('; ')}.`, {
    place: { path: operationInputVariable },
  });
}
