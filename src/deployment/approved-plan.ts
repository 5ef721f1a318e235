import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InsightsError } from '../contract/errors';
import { questionFor, settle, showPlan, type DeployedStack, type DeployPorts, type DeployReport } from './deploy';
import { describeCounts, summarise, type PlanSummary } from './plan-summary';
import type { StackFolder } from './synthesis';
import { planFile } from './terraform';

/**
 * A deployment in two steps, with somebody's approval between them: plans are made and kept with a hash, and later exactly
 * these plans are applied, by whoever names the hash that was approved.
 */

/** What of a stack is kept: the plan, what it was made from, and which providers made it. */
const keptFiles = [planFile, 'cdk.tf.json', '.terraform.lock.hcl'] as const;

/** What somebody reads before approving. */
const summaryFile = 'summary.md';

export interface KeptPlans {
  readonly environment: string;
  /** SHA-256 over the kept files of all stacks, 64 hexadecimal digits: what is approved. */
  readonly hash: string;
  readonly stacks: readonly { readonly stack: string; readonly counts: PlanSummary['counts'] }[];
}

/**
 * Plans every stack and keeps the plans in a folder, without applying anything.
 * @param folder is made; what it holds of earlier plans is replaced.
 */
export async function keepPlans(
  environment: string,
  stacks: readonly StackFolder[],
  folder: string,
  ports: DeployPorts,
): Promise<KeptPlans> {
  const summaries: { readonly stack: string; readonly summary: PlanSummary }[] = [];
  for (const stack of stacks) {
    const terraform = ports.terraform(stack);
    ports.print(`${stack.name}: planning`);
    await terraform.init();
    await ports.adopt(stack, await terraform.stateAddresses());
    try {
      const summary = summarise(await terraform.plan());
      showPlan(stack, summary, ports.print);
      summaries.push({ stack: stack.name, summary });
    } finally {
      ports.dropAdoption(stack);
    }
    mkdirSync(join(folder, stack.name), { recursive: true });
    for (const file of keptFiles) copyFile(join(stack.folder, file), join(folder, stack.name, file));
  }
  writeFileSync(join(folder, summaryFile), summaryText(summaries));
  const hash = hashOf(folder, stacks);
  return { environment, hash, stacks: summaries.map(({ stack, summary: { counts } }) => ({ stack, counts })) };
}

/**
 * Applies kept plans, platform first. What would lose data still asks for the environment's name.
 * @param approved the hash that somebody has approved.
 * @throws InsightsError DEPLOYMENT_PLAN_NOT_APPROVED where the plans have another hash, DEPLOYMENT_PLAN_STALE where they were
 * made from other files than this revision synthesises; and those of `deploy`
 */
export async function applyKeptPlans(
  environment: string,
  stacks: readonly StackFolder[],
  { folder, approved }: { readonly folder: string; readonly approved: string },
  ports: DeployPorts,
): Promise<DeployReport> {
  const hash = hashOf(folder, stacks);
  if (hash !== approved) {
    throw new InsightsError(
      'DEPLOYMENT_PLAN_NOT_APPROVED',
      `The plans have the hash ${hash}, which is not the approved one.`,
      {
        place: { file: folder },
      },
    );
  }
  for (const { name, folder: made } of stacks) {
    if (readFileSync(join(folder, name, 'cdk.tf.json')).equals(readFileSync(join(made, 'cdk.tf.json')))) continue;
    throw new InsightsError(
      'DEPLOYMENT_PLAN_STALE',
      `The plan of ${name} was made from other files than this revision has.`,
      {
        place: { path: name },
      },
    );
  }
  const reports: DeployedStack[] = [];
  for (const stack of stacks) reports.push(await applyKept(environment, stack, join(folder, stack.name), ports));
  return { environment, stacks: reports };
}

async function applyKept(
  environment: string,
  stack: StackFolder,
  kept: string,
  ports: DeployPorts,
): Promise<DeployedStack> {
  const from = Date.now();
  const terraform = ports.terraform(stack);
  for (const file of keptFiles) copyFile(join(kept, file), join(stack.folder, file));
  await terraform.init();
  const summary = summarise(await terraform.showPlan());
  showPlan(stack, summary, ports.print);
  if (summary.changes.length > 0) {
    if (summary.losses.length > 0) await ports.confirm(questionFor(environment, stack, summary));
    await terraform.applyPlan();
  }
  return settle(stack, terraform, { summary, from, print: ports.print });
}

/** A provider's lock is not there where a stack needs no provider. */
function copyFile(from: string, to: string): void {
  if (existsSync(from)) copyFileSync(from, to);
}

/** @throws InsightsError DEPLOYMENT_PLAN_NOT_APPROVED where a plan is not there */
function hashOf(folder: string, stacks: readonly StackFolder[]): string {
  const lines = stacks.flatMap(({ name }) =>
    keptFiles.map((file) => {
      const path = join(folder, name, file);
      if (existsSync(path)) return `${name}/${file} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
      if (file !== planFile && file !== 'cdk.tf.json') return `${name}/${file} absent`;
      throw new InsightsError(
        'DEPLOYMENT_PLAN_NOT_APPROVED',
        `There is no ${file} of ${name} in the folder of the plans.`,
        {
          place: { file: folder },
        },
      );
    }),
  );
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** Names and actions, no values: what can be shown in a job's summary. */
function summaryText(summaries: readonly { readonly stack: string; readonly summary: PlanSummary }[]): string {
  const lines = summaries.flatMap(({ stack, summary: { counts, changes, losses } }) => [
    `### ${stack}: ${describeCounts(counts) ?? 'nothing to do'}`,
    '',
    ...losses.map(({ action, address, name }) => `- **DATA: ${action} \`${address}\` ${name ?? ''}**`),
    ...changes.filter((change) => !losses.includes(change)).map(({ action, address }) => `- ${action} \`${address}\``),
    '',
  ]);
  return lines.join('\n');
}
