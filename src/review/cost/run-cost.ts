import type { JsonObject } from '../../artifacts/model';
import { isObject } from '../../artifacts/walk-json';
import { activitiesOf, type Activity } from '../artifacts/pipeline-activities';
import { artifactsOf, type ReviewedArtifact } from '../artifacts/reviewed-artifacts';
import { nameOf, propertiesOf, textOf, type StackResource } from '../stacks';
import type { CostItem } from './estimate';
import { assumptions, nodeVcores, prices } from './prices';

/** The pipeline that a schedule starts. */
const mainPipeline = '0_main_insights';

/** Of one run: its sessions, each with its pool idling after it, and the activities that it starts. */
export function runCost(resources: readonly StackResource[]): readonly CostItem[] {
  const activities = activitiesOfRun(mainPipeline, artifactsOf(resources), new Set());
  if (activities.length === 0) return [];
  const pools = new Set(activities.map(({ body }) => referenced(body, 'sparkPool')).filter((name) => name !== ''));
  const basis = `${activities.length} at ${prices.activityRun}`;
  return [
    ...[...pools].sort().flatMap((name) => sessionCost(name, resources)),
    { what: 'activity runs', basis, amount: activities.length * prices.activityRun },
  ];
}

/** Every activity of a pipeline and of those that it starts, each once. */
function activitiesOfRun(
  name: string,
  artifacts: readonly ReviewedArtifact[],
  seen: Set<string>,
): readonly Pick<Activity, 'body'>[] {
  const pipeline = artifacts.find((artifact) => artifact.kind === 'pipelines' && artifact.name === name);
  if (pipeline === undefined || seen.has(name)) return [];
  seen.add(name);
  return activitiesOf(pipeline.properties).flatMap((activity) => [
    activity,
    ...activitiesOfRun(referenced(activity.body, 'pipeline'), artifacts, seen),
  ]);
}

function referenced({ typeProperties }: JsonObject, member: string): string {
  const reference = isObject(typeProperties) ? typeProperties[member] : undefined;
  return isObject(reference) ? textOf(reference['referenceName']) : '';
}

function sessionCost(pool: string, resources: readonly StackResource[]): readonly CostItem[] {
  const resource = resources.find((one) => isPool(one) && nameOf(one) === pool);
  if (resource === undefined) return [];
  const { nodeSize, autoScale, autoPause } = propertiesOf(resource);
  const [nodes, idle] = [numberOf(autoScale, 'minNodeCount'), numberOf(autoPause, 'delayInMinutes')];
  const vcores = nodeVcores[textOf(nodeSize)] ?? 0;
  const { sessionMinutes } = assumptions;
  return [
    {
      what: `Spark pool ${pool}`,
      basis: `${nodes} nodes of ${vcores} vCores for ${sessionMinutes} + ${idle} minutes at ${prices.sparkVcoreHour}`,
      amount: nodes * vcores * ((sessionMinutes + idle) / 60) * prices.sparkVcoreHour,
    },
  ];
}

function isPool({ body }: StackResource): boolean {
  return textOf(body['type']).startsWith('Microsoft.Synapse/workspaces/bigDataPools@');
}

function numberOf(block: unknown, name: string): number {
  const value = isObject(block) ? block[name] : undefined;
  return typeof value === 'number' ? value : 0;
}
