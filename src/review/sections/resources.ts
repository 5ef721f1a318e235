import { isDataBearing } from '../../contract/data-bearing';
import type { JsonValue } from '../../artifacts/model';
import { isList, isObject } from '../../artifacts/walk-json';
import { summarise, type PlannedAction, type TerraformPlan } from '../../deployment/plan-summary';
import { differencesOf, type JsonDifference } from '../json-difference';
import { nameOf, textOf, type ReviewedStack, type StackResource } from '../stacks';
import { isFixed } from './fixed-attributes';

/** What will happen to one resource. */
export interface ResourceChange {
  readonly action: PlannedAction;
  readonly address: string;
  /** Construct path. */
  readonly path: string;
  readonly type: string;
  /** As Azure knows it. */
  readonly name: string;
  /** What differs in the synthesised files; empty for what comes or goes, and for what only the plan knows. */
  readonly differences: readonly JsonDifference[];
  /** Why data goes, or goes sooner; undefined where none does. */
  readonly loss?: string;
}

export interface StackChanges {
  readonly stack: string;
  readonly environment: string;
  /** Where the actions come from: a plan, or only the synthesised files. */
  readonly source: 'plan' | 'synthesis';
  readonly unchanged: number;
  /** The gravest first. */
  readonly changes: readonly ResourceChange[];
}

export interface ResourcesSection {
  readonly changed: boolean;
  /** Stacks with a change; those of a new or a removed environment whole. */
  readonly stacks: readonly StackChanges[];
}

const gravity: readonly PlannedAction[] = ['destroy', 'replace', 'update', 'adopt', 'create'];

/**
 * What two revisions differ in, stack by stack, from their synthesised files.
 * @param plans of stacks of the head revision, by the stack's name; what they say counts more than the files.
 */
export function compareResources(
  before: readonly ReviewedStack[],
  after: readonly ReviewedStack[],
  plans: ReadonlyMap<string, TerraformPlan> = new Map(),
): ResourcesSection {
  const names = [...new Set([...before, ...after].map(({ name }) => name))].sort();
  const stacks = names
    .map((name) => {
      const [old, young] = [before, after].map((side) => side.find((stack) => stack.name === name));
      return compareStack(name, old, young, plans.get(name));
    })
    .filter(({ changes }) => changes.length > 0);
  return { changed: stacks.length > 0, stacks };
}

function compareStack(
  stack: string,
  before: ReviewedStack | undefined,
  after: ReviewedStack | undefined,
  plan: TerraformPlan | undefined,
): StackChanges {
  const synthesised = synthesisedChanges(before, after);
  const changes = plan === undefined ? synthesised : plannedChanges(plan, synthesised, before, after);
  const touched = new Set(changes.map(({ address }) => address));
  return {
    stack,
    environment: (after ?? before)?.environment ?? stack,
    source: plan === undefined ? 'synthesis' : 'plan',
    unchanged: (after?.resources ?? []).filter(({ address }) => !touched.has(address)).length,
    changes: [...changes].sort(compareGravity),
  };
}

function synthesisedChanges(
  before: ReviewedStack | undefined,
  after: ReviewedStack | undefined,
): readonly ResourceChange[] {
  const former = new Map((before?.resources ?? []).map((resource) => [resource.address, resource]));
  const changes: ResourceChange[] = [];
  for (const resource of after?.resources ?? []) {
    const from = after?.moved.get(resource.address) ?? resource.address;
    const old = former.get(from);
    former.delete(from);
    if (old === undefined) changes.push(toChange('create', resource, []));
    else changes.push(...changeOf(old, resource));
  }
  for (const resource of former.values()) changes.push(toChange('destroy', resource, []));
  return withTriggered(changes, after?.resources ?? []);
}

function changeOf(before: StackResource, after: StackResource): readonly ResourceChange[] {
  const differences = differencesOf(before.body, after.body).filter(({ path }) => !isOrderOnly(path));
  if (differences.length === 0) return [];
  const replaced = differences.some(({ path }) => isFixed(after, path)) || kindOf(before) !== kindOf(after);
  return [toChange(replaced ? 'replace' : 'update', after, differences)];
}

/** Says when and how something is done, not what it is. */
function isOrderOnly(path: string): boolean {
  return /^(depends_on|timeouts|retry|response_export_values|lifecycle\.(?!prevent_destroy))/.test(path);
}

/** azapi's own type without its version, which can change in place. */
function kindOf({ body }: StackResource): string | undefined {
  return typeof body['type'] === 'string' ? body['type'].split('@')[0] : undefined;
}

/** Adds what is made anew because something else is (a reference in what is fixed, `replace_triggered_by`), until nothing more follows. */
function withTriggered(
  changes: readonly ResourceChange[],
  resources: readonly StackResource[],
): readonly ResourceChange[] {
  const found = new Map(changes.map((change) => [change.address, change]));
  for (let replaced = -1; replaced !== countReplaced(found);) {
    replaced = countReplaced(found);
    for (const resource of resources) {
      const known = found.get(resource.address);
      if (known !== undefined && known.action !== 'update') continue;
      if (!isTriggered(resource, found) && !refersToReplaced(resource, found)) continue;
      found.set(resource.address, toChange('replace', resource, known?.differences ?? []));
    }
  }
  return [...found.values()];
}

function countReplaced(changes: ReadonlyMap<string, ResourceChange>): number {
  return [...changes.values()].filter(({ action }) => action === 'replace').length;
}

/** A fixed attribute that names something of a resource that is made anew: its id, or what differs there. */
function refersToReplaced(resource: StackResource, changes: ReadonlyMap<string, ResourceChange>): boolean {
  return Object.entries(resource.body).some(([name, value]) => {
    if (!isFixed(resource, name)) return false;
    return [...JSON.stringify(value).matchAll(/\$\{([a-z]\w*\.[\w-]+)\.(\w+)/g)].some(([, address = '', attribute]) => {
      const change = changes.get(address);
      if (change?.action !== 'replace') return false;
      return attribute === 'id' || change.differences.some(({ path }) => path === attribute);
    });
  });
}

function isTriggered({ body }: StackResource, changes: ReadonlyMap<string, ResourceChange>): boolean {
  const { lifecycle } = body;
  const triggers = isObject(lifecycle) ? lifecycle['replace_triggered_by'] : undefined;
  return (isList(triggers) ? triggers : []).some((trigger) => {
    const [type, id, ...attributes] = textOf(trigger).split('.');
    const action = changes.get(`${type}.${id}`)?.action;
    return action === 'replace' || (action === 'update' && attributes.length === 0);
  });
}

/** The actions of a plan; what differs is still told by the files, which Terraform's plan would print in full. */
function plannedChanges(
  plan: TerraformPlan,
  synthesised: readonly ResourceChange[],
  before: ReviewedStack | undefined,
  after: ReviewedStack | undefined,
): readonly ResourceChange[] {
  const known = new Map([...(before?.resources ?? []), ...(after?.resources ?? [])].map((one) => [one.address, one]));
  return summarise(plan).changes.map(({ action, address, type, name }) => {
    const resource = known.get(address) ?? { address, type, path: address, body: {} };
    const differences = synthesised.find((change) => change.address === address)?.differences ?? [];
    return { ...toChange(action, resource, differences), ...(name === undefined ? {} : { name }) };
  });
}

function toChange(
  action: PlannedAction,
  resource: StackResource,
  differences: readonly JsonDifference[],
): ResourceChange {
  const { address, path, type } = resource;
  const loss = lossOf(action, resource, differences);
  return { action, address, path, type, name: nameOf(resource), differences, ...(loss === undefined ? {} : { loss }) };
}

function lossOf(
  action: PlannedAction,
  { type, body }: StackResource,
  differences: readonly JsonDifference[],
): string | undefined {
  const goes = action === 'destroy' || action === 'replace';
  if (goes && isDataBearing(type, body['type'])) return 'its data goes';
  if (differences.some(({ path, before }) => path.startsWith('lifecycle') && losesGuard(before))) {
    return 'Terraform may destroy it from now on';
  }
  const shortened = differences.filter(isShortened);
  if (shortened.length === 0) return undefined;
  const parts = shortened.map(({ before, after }) => `${JSON.stringify(before)} to ${JSON.stringify(after)} days`);
  return `data is deleted sooner: ${parts.join(', ')}`;
}

/** `prevent_destroy`, alone or with the block that held it. */
function losesGuard(before: JsonValue | undefined): boolean {
  return before === true || (isObject(before) && before['prevent_destroy'] === true);
}

/** A number of days that became smaller: retention of the lake, of logs, of deleted blobs. */
function isShortened({ path, before, after }: JsonDifference): boolean {
  const isDays = /(days|retention_in_days)(_\w+)?$/i.test(path);
  return isDays && isNumber(before) && isNumber(after) && after < before;
}

function isNumber(value: JsonValue | undefined): value is number {
  return typeof value === 'number';
}

function compareGravity(one: ResourceChange, other: ResourceChange): number {
  const losses = Number(other.loss !== undefined) - Number(one.loss !== undefined);
  const actions = gravity.indexOf(one.action) - gravity.indexOf(other.action);
  return losses || actions || (one.address < other.address ? -1 : 1);
}
