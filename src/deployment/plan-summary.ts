import { isDataBearing } from '../contract/data-bearing';

/** The part of `terraform show -json <plan>` that is read here. */
export interface TerraformPlan {
  readonly resource_changes?: readonly ResourceChange[];
}

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly mode?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly importing?: { readonly id?: string };
    readonly before?: { readonly name?: unknown; readonly id?: unknown } | null;
    readonly after?: { readonly name?: unknown } | null;
  };
}

export type PlannedAction = 'create' | 'update' | 'replace' | 'destroy' | 'adopt';

export interface PlannedChange {
  readonly action: PlannedAction;
  readonly address: string;
  readonly type: string;
  /** As Azure knows it, where the plan says. */
  readonly name?: string;
  /** ARM id of what is there already, where the plan says. */
  readonly id?: string;
}

export interface PlanSummary {
  readonly counts: Readonly<Record<PlannedAction, number>>;
  readonly changes: readonly PlannedChange[];
  /** What has data, or a name that cannot be had again, and would go: shown first, and confirmed by name. */
  readonly losses: readonly PlannedChange[];
}

const order: readonly PlannedAction[] = ['destroy', 'replace', 'update', 'adopt', 'create'];

/** What a plan would do, the gravest first; data sources and what stays are left out. */
export function summarise(plan: TerraformPlan): PlanSummary {
  const changes = (plan.resource_changes ?? [])
    .flatMap((change) => (change.mode === 'data' ? [] : toChange(change)))
    .sort((left, right) => order.indexOf(left.action) - order.indexOf(right.action) || compare(left, right));
  const counts = { create: 0, update: 0, replace: 0, destroy: 0, adopt: 0 };
  for (const { action } of changes) counts[action] += 1;
  const losses = changes.filter(
    ({ action, type }) => (action === 'destroy' || action === 'replace') && isDataBearing(type),
  );
  return { counts, changes, losses };
}

/** `2 to create, 1 to destroy`; undefined when there is nothing to do. */
export function describeCounts(counts: PlanSummary['counts']): string | undefined {
  const parts = order.flatMap((action) => (counts[action] === 0 ? [] : [`${counts[action]} to ${action}`]));
  return parts.length === 0 ? undefined : parts.join(', ');
}

function toChange({ address, type, change }: ResourceChange): PlannedChange[] {
  const { actions, importing, before, after } = change;
  const action = actionOf(actions, importing !== undefined);
  if (action === undefined) return [];
  const name = after?.name ?? before?.name;
  const id = before?.id;
  return [
    {
      action,
      address,
      type,
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof id === 'string' ? { id } : {}),
    },
  ];
}

function actionOf(actions: readonly string[], isImported: boolean): PlannedAction | undefined {
  if (actions.includes('delete')) return actions.includes('create') ? 'replace' : 'destroy';
  if (isImported) return 'adopt';
  if (actions.includes('create')) return 'create';
  return actions.includes('update') ? 'update' : undefined;
}

function compare(left: PlannedChange, right: PlannedChange): number {
  return left.address < right.address ? -1 : left.address > right.address ? 1 : 0;
}
