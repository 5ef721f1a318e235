import { InsightsError } from '../contract/errors';
import { describeCounts, summarise, type PlanSummary } from './plan-summary';
import type { StackFolder } from './synthesis';
import type { Terraform } from './terraform';

export interface DeployPorts {
  readonly terraform: (stack: StackFolder) => Terraform;
  /** Before a plan: imports what an interrupted deployment left. After it, takes the imports away again. */
  readonly adopt: (stack: StackFolder, stateAddresses: readonly string[]) => Promise<void>;
  readonly dropAdoption: (stack: StackFolder) => void;
  /** Asks whether to go on; throws when the answer is no. */
  readonly confirm: (question: Question) => Promise<void>;
  readonly print: (line: string) => void;
}

export interface Question {
  readonly text: string;
  /** To be typed where data would be lost; undefined: yes or no. */
  readonly typed?: string;
}

export interface StackReport {
  readonly stack: string;
  readonly counts: PlanSummary['counts'];
  readonly seconds: number;
}

export interface DeployedStack extends StackReport {
  /** What the stack gives, such as `studio_url`; nothing secret. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface DeployReport {
  readonly environment: string;
  readonly stacks: readonly DeployedStack[];
}

export interface DestroyReport {
  readonly environment: string;
  readonly stacks: readonly StackReport[];
}

/**
 * Deploys the stacks of an environment, platform first: plan, show, confirm, apply exactly that plan, and plan again, which
 * must find nothing. Interrupted at any place, the same command goes on from there.
 * @throws InsightsError TERRAFORM_FAILED, DEPLOYMENT_NOT_SETTLED, DEPLOYMENT_NOT_CONFIRMED, COMMAND_INTERRUPTED
 */
export async function deploy(
  environment: string,
  stacks: readonly StackFolder[],
  ports: DeployPorts,
): Promise<DeployReport> {
  const reports: DeployedStack[] = [];
  for (const stack of stacks) reports.push(await deployStack(environment, stack, ports));
  return { environment, stacks: reports };
}

async function deployStack(environment: string, stack: StackFolder, ports: DeployPorts): Promise<DeployedStack> {
  const from = Date.now();
  const terraform = ports.terraform(stack);
  ports.print(`${stack.name}: planning`);
  await terraform.init();
  await ports.adopt(stack, await terraform.stateAddresses());
  let summary: PlanSummary;
  try {
    summary = summarise(await terraform.plan());
    showPlan(stack, summary, ports.print);
    if (summary.changes.length > 0) {
      await ports.confirm(questionFor(environment, stack, summary));
      await terraform.applyPlan();
    }
  } finally {
    ports.dropAdoption(stack);
  }
  return settle(stack, terraform, { summary, from, print: ports.print });
}

/**
 * The end of a deployment: after changes a second plan must find nothing; then what the stack gives is told.
 * @param from when it began, in milliseconds
 * @throws InsightsError DEPLOYMENT_NOT_SETTLED
 */
export async function settle(
  { name }: StackFolder,
  terraform: Terraform,
  { summary, from, print }: { readonly summary: PlanSummary; readonly from: number } & Pick<DeployPorts, 'print'>,
): Promise<DeployedStack> {
  const hasChanged = summary.changes.length > 0;
  if (hasChanged && !(await terraform.isSettled())) {
    throw new InsightsError('DEPLOYMENT_NOT_SETTLED', `${name} was applied, and a second plan still finds changes.`, {
      place: { path: name },
    });
  }
  const outputs = await terraform.outputs();
  const seconds = secondsSince(from);
  if (hasChanged) print(`${name}: done in ${seconds} s; a second plan finds nothing to do.`);
  for (const [output, value] of Object.entries(outputs)) {
    print(`  ${output}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  }
  return { stack: name, counts: summary.counts, seconds, outputs };
}

function secondsSince(from: number): number {
  return Math.round((Date.now() - from) / 1000);
}

export interface DestroyPorts extends Omit<DeployPorts, 'adopt' | 'dropAdoption'> {
  /** Sees to it that nothing runs any more in what the stack is about to lose (ORDER3). */
  readonly drain: (stack: StackFolder) => Promise<void>;
  /** Shows and keeps a list of what goes, while it can still be read; throws where it cannot. Before anybody consents. */
  readonly inventory: (stack: StackFolder, summary: PlanSummary) => Promise<void>;
}

/** Said before anything is destroyed, because afterwards it is too late (PRIV4). */
const saltGoes =
  'The salt goes with the vault. Without a backup of it (insights salt backup) every pseudonym will be another one.';

/**
 * Destroys stacks, those without data first. What is protected is refused by Terraform before anything goes (`prevent_destroy`).
 * @param stacks as synthesised; platform last.
 */
export async function destroy(
  environment: string,
  stacks: readonly StackFolder[],
  ports: DestroyPorts,
): Promise<DestroyReport> {
  if (stacks.some(({ isPlatform }) => isPlatform)) ports.print(saltGoes);
  const reports: StackReport[] = [];
  for (const stack of [...stacks].reverse()) {
    const from = Date.now();
    const terraform = ports.terraform(stack);
    ports.print(`${stack.name}: planning its destruction`);
    await terraform.init();
    const summary = summarise(await terraform.plan('destroy'));
    showPlan(stack, summary, ports.print);
    if (summary.changes.length > 0) {
      await ports.inventory(stack, summary);
      await ports.confirm(questionFor(environment, stack, summary));
      await ports.drain(stack);
      await terraform.applyPlan();
    }
    const left = await terraform.stateAddresses();
    const resources = left.filter((address) => !address.startsWith('data.'));
    if (resources.length > 0) {
      throw new InsightsError('DEPLOYMENT_NOT_SETTLED', `${stack.name} still has ${resources.length} resources.`, {
        place: { path: resources[0] ?? stack.name },
      });
    }
    const seconds = secondsSince(from);
    ports.print(`${stack.name}: nothing is left of it after ${seconds} s.`);
    reports.push({ stack: stack.name, counts: summary.counts, seconds });
  }
  return { environment, stacks: reports };
}

/** Says what a plan would do, what would lose data first. */
export function showPlan(stack: StackFolder, summary: PlanSummary, print: (line: string) => void): void {
  const counts = describeCounts(summary.counts);
  if (counts === undefined) {
    print(`${stack.name}: nothing to do`);
    return;
  }
  for (const { action, type, name, address } of summary.losses) {
    print(`  DATA  ${action} ${type} ${name ?? address}`);
  }
  for (const change of summary.changes) {
    if (!summary.losses.includes(change)) print(`        ${change.action} ${change.address}`);
  }
  print(`${stack.name}: ${counts}`);
}

/** What is asked before a plan is applied: the environment's name where data would go. */
export function questionFor(environment: string, stack: StackFolder, { counts, losses }: PlanSummary): Question {
  const text = `Apply to ${stack.name}: ${describeCounts(counts) ?? 'nothing'}?`;
  return losses.length === 0 ? { text } : { text: `${text} ${losses.length} of them hold data.`, typed: environment };
}
