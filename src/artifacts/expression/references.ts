import { expressionsOf, type Call, type Expression, type Member, type Template } from './syntax';

/** What an expression can ask its surroundings for. `trigger` stands for `triggerBody()` and `triggerOutputs()`, too. */
export type ReferenceRoot =
  | 'parameters'
  | 'globalParameters'
  | 'variables'
  | 'activities'
  | 'item'
  | 'dataset'
  | 'linkedService'
  | 'trigger'
  | 'pipeline';

export interface ExpressionReference {
  readonly root: ReferenceRoot;
  /**
   * Of a parameter, variable, activity, or property of the root (`RunId` of `pipeline().RunId`). Undefined where there
   * is none (`item()`), or where it is only known when the expression runs (`variables(item())`).
   */
  readonly name?: string;
  /** 0-based offset in the text of the template. */
  readonly position: number;
}

/** Everything that a template refers to, in the order of the text; repeated as often as it is written. */
export function referencesOf(template: Template): ExpressionReference[] {
  return expressionsOf(template).flatMap((expression) => referencesIn(expression));
}

/** The same for one expression. */
export function referencesIn(expression: Expression): ExpressionReference[] {
  switch (expression.kind) {
    case 'literal':
      return [];
    case 'call':
      return [...rootOf(expression), ...expression.arguments.flatMap(referencesIn)];
    case 'member':
      return [...(propertyOf(expression) ?? referencesIn(expression.object)), ...referencesIn(expression.key)];
  }
}

const namedRoots: Readonly<Record<string, ReferenceRoot>> = { variables: 'variables', activity: 'activities' };

const propertyRoots: Readonly<Record<string, ReferenceRoot>> = {
  pipeline: 'pipeline',
  item: 'item',
  dataset: 'dataset',
  linkedservice: 'linkedService',
  trigger: 'trigger',
  triggerbody: 'trigger',
  triggeroutputs: 'trigger',
};

/** `pipeline().parameters.x`, `dataset().x` and the like; undefined for a property of anything else. */
function propertyOf(member: Member): ExpressionReference[] | undefined {
  const { object } = member;
  if (object.kind === 'member') {
    const parent = propertyOf(object)?.[0];
    const group = parent?.root === 'pipeline' ? parent.name?.toLowerCase() : undefined;
    if (group === 'parameters') return [reference('parameters', member.key, member.start)];
    if (group === 'globalparameters') return [reference('globalParameters', member.key, member.start)];
    return undefined;
  }
  if (object.kind !== 'call') return undefined;
  const root = propertyRoots[object.name.toLowerCase()];
  return root === undefined || root === 'item' ? undefined : [reference(root, member.key, member.start)];
}

function rootOf(call: Call): ExpressionReference[] {
  const name = call.name.toLowerCase();
  const named = namedRoots[name];
  if (named !== undefined) return [reference(named, call.arguments[0], call.start)];
  const root = propertyRoots[name];
  return root === undefined ? [] : [{ root, position: call.start }];
}

function reference(root: ReferenceRoot, key: Expression | undefined, position: number): ExpressionReference {
  const isText = key?.kind === 'literal' && key.type === 'string';
  return isText ? { root, name: key.value, position } : { root, position };
}
