import { expressionFunctions, expressionRoots, type FunctionArity } from './functions';
import { expressionsOf, nodesOf, type Call, type Template } from './syntax';

/** The service refuses a longer expression (azure-facts §6.3). In characters of the JSON string. */
const longestExpression = 8192;

/** Something in an expression that the service would refuse although it parses. */
export interface ExpressionProblem {
  /** 0-based offset in the text of the template. */
  readonly position: number;
  readonly message: string;
}

/** Calls of functions that do not exist, or with too few or too many arguments; and a template that is too long. */
export function checkTemplate(template: Template, text: string): ExpressionProblem[] {
  const problems = expressionsOf(template).flatMap((expression) => [...nodesOf(expression)].flatMap(checkCall));
  if (template.kind !== 'text' && text.length > longestExpression) {
    const message = `The expression has ${text.length} characters; the service takes ${longestExpression}.`;
    problems.push({ position: 0, message });
  }
  return problems;
}

function checkCall(node: Call | { readonly kind: 'literal' | 'member' }): ExpressionProblem[] {
  if (node.kind !== 'call') return [];
  const message = callProblem(node.name, node.arguments.length);
  return message === undefined ? [] : [{ position: node.start, message }];
}

/** Why the service refuses a call with this many arguments; undefined when it does not. */
export function callProblem(name: string, count: number): string | undefined {
  const arity = expressionFunctions.get(name.toLowerCase()) ?? expressionRoots.get(name.toLowerCase());
  if (arity === undefined) return `The template function '${name}' is not defined or not valid.`;
  if (count >= arity.least && (arity.most === undefined || count <= arity.most)) return undefined;
  return `The template function '${name}' expects ${expected(arity)} and was given ${count}.`;
}

function expected({ least, most }: FunctionArity): string {
  const parameters = (count: number): string => `${count} ${count === 1 ? 'parameter' : 'parameters'}`;
  if (most === undefined) return `at least ${parameters(least)}`;
  return least === most ? parameters(least) : `${least} to ${parameters(most)}`;
}
