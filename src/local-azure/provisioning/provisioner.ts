import { createHash } from 'node:crypto';
import { InsightsError } from '../../contract/errors';
import type { Answer } from './azure-request';
import { finishDelete } from './long-operation';
import { deleteQueriesOf, endpointsOf, ResourceMaker, type MakerOptions } from './make-resource';
import type { StateEntry, StateFile } from './provisioning-state';
import type { StackNode, SynthesisedStack } from './synthesised-stack';
import { resolveValue, type Lookup } from './terraform-expression';
import { walkGraph } from './walk-graph';

export type Step = 'create' | 'update' | 'replace' | 'destroy' | 'unchanged';

export interface ProvisionerOptions extends MakerOptions {
  readonly state: StateFile;
  /** Values of the stack's variables. @default the stack's own defaults */
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly progress?: (step: Step, node: Pick<StackNode, 'constructPath' | 'address'>) => void;
}

export type StepCounts = Readonly<Record<Step, number>>;

/**
 * Applies a synthesised stack without Terraform: references resolved, dependencies first, what does not depend on each other at once,
 * what did not change left alone, what is no longer there destroyed. For the local Azure; a subscription is deployed with Terraform.
 */
export class Provisioner {
  private readonly values = new Map<string, Answer>();
  private readonly changed = new Set<string>();
  private nodes: readonly StackNode[] = [];
  private readonly counts: Record<Step, number> = { create: 0, update: 0, replace: 0, destroy: 0, unchanged: 0 };

  constructor(private readonly options: ProvisionerOptions) {}

  async apply(stack: SynthesisedStack): Promise<StepCounts> {
    const maker = new ResourceMaker(this.options, endpointsOf(stack), deleteQueriesOf(stack), this.lookup);
    this.values.set('var', { ...stack.variables, ...this.options.variables });
    const wanted = new Set(stack.nodes.map(({ address }) => address));
    for (const entry of this.options.state.all()) this.values.set(entry.address, entry.attributes);
    for (const entry of [...this.options.state.all()].reverse()) {
      if (!wanted.has(entry.address)) await this.destroyEntry(entry);
    }
    this.nodes = stack.nodes;
    await walkGraph(stack.nodes, (node) => this.applyNode(node, maker));
    return { ...this.counts };
  }

  /** @throws InsightsError PROVISIONING_PROTECTED, before anything is destroyed. */
  async destroy(): Promise<StepCounts> {
    const entries = [...this.options.state.all()].reverse();
    refuseProtected(entries);
    for (const entry of entries) await this.destroyEntry(entry);
    return { ...this.counts };
  }

  /** Values of the stack's outputs, after `apply`. */
  outputs(stack: SynthesisedStack): Readonly<Record<string, unknown>> {
    return resolveValue(stack.outputs, this.lookup) as Readonly<Record<string, unknown>>;
  }

  /** Actions of destruction whose resource is about to change come before the change: a trigger is stopped first. */
  private async stopBefore(node: StackNode): Promise<void> {
    for (const dependent of this.nodes) {
      const entry = this.options.state.get(dependent.address);
      if (!dependent.replacedBy.includes(node.address) || entry === undefined) continue;
      if (entry.onDestroy.length > 0) await this.destroyEntry(entry);
    }
  }

  private async applyNode(node: StackNode, maker: ResourceMaker): Promise<void> {
    const attributes = resolveValue(node.attributes, this.lookup) as Answer;
    if (node.isData) {
      this.values.set(node.address, await maker.read(node, attributes));
      return;
    }
    const inputHash = hashOf(attributes);
    const triggerHash = hashOf(attributes['triggers_replace'] ?? null);
    const before = this.options.state.get(node.address);
    const isReplaced = before !== undefined && (before.triggerHash !== triggerHash || this.isTriggered(node));
    if (before !== undefined && before.inputHash === inputHash && !isReplaced) {
      // Protection is Terraform's business alone: lifting it changes nothing that Azure knows.
      if (before.preventDestroy !== node.preventDestroy) {
        this.options.state.put({ ...before, preventDestroy: node.preventDestroy });
      }
      this.note('unchanged', node);
      return;
    }
    if (before !== undefined) await this.stopBefore(node);
    if (isReplaced) await this.destroyEntry(before);
    const step: Step = before === undefined ? 'create' : isReplaced ? 'replace' : 'update';
    const made = await maker.make(node, attributes, step === 'update');
    this.options.state.put({
      address: node.address,
      type: node.type,
      constructPath: node.constructPath,
      inputHash,
      triggerHash,
      preventDestroy: node.preventDestroy,
      dependencies: node.dependencies,
      ...made,
    });
    this.values.set(node.address, made.attributes);
    this.changed.add(node.address);
    this.note(step, node);
  }

  private isTriggered(node: StackNode): boolean {
    return node.replacedBy.some((address) => this.changed.has(address));
  }

  private async destroyEntry(entry: StateEntry): Promise<void> {
    refuseProtected([entry]);
    for (const step of entry.onDestroy) {
      if (step.kind === 'command') await this.options.runCommand(step.command);
      else {
        const accept = step.ignoreNotFound ? { accept: [200, 202, 204, 404] } : {};
        await this.options.clientFor(new URL(step.url).host).send({ method: 'POST', url: step.url, ...accept });
      }
    }
    if (entry.resource !== undefined) {
      const { host, path, apiVersion, deleteQuery } = entry.resource;
      const client = this.options.clientFor(host);
      const url = `https://${host}${path}?api-version=${apiVersion}`;
      const deletion = deleteQuery === undefined ? url : `${url}&${deleteQuery}`;
      const answer = await client.send({ method: 'DELETE', url: deletion, accept: [200, 202, 204, 404] });
      const write = { client, clock: this.options.clock, url, constructPath: entry.constructPath };
      if (answer.status !== 404) await finishDelete(write, answer);
    }
    this.options.state.remove(entry.address);
    this.values.delete(entry.address);
    this.changed.add(entry.address);
    this.note('destroy', entry);
  }

  private readonly lookup: Lookup = (path) => {
    const depth = path[0] === 'data' ? 3 : path[0] === 'var' ? 1 : 2;
    const address = path.slice(0, depth).join('.');
    const value = this.values.get(address);
    const rest = path.slice(depth);
    return rest.reduce<unknown>((found, key) => {
      const next = (found as Record<string | number, unknown> | undefined)?.[key];
      if (next === undefined) {
        throw new InsightsError('PROVISIONING_UNSUPPORTED', `${path.join('.')} is not known here.`, {
          place: { path: address },
        });
      }
      return next;
    }, value);
  };

  private note(step: Step, node: Pick<StackNode, 'constructPath' | 'address'>): void {
    this.counts[step] += 1;
    this.options.progress?.(step, node);
  }
}

function refuseProtected(entries: readonly StateEntry[]): void {
  const names = entries.flatMap(({ preventDestroy, constructPath }) => (preventDestroy ? [constructPath] : [])).sort();
  const [first] = names;
  if (first === undefined) return;
  const more = names.length === 1 ? '' : ` and ${names.length - 1} more`;
  throw new InsightsError('PROVISIONING_PROTECTED', `${first}${more} may not be destroyed.`, {
    place: { path: first },
    details: { protected: names },
  });
}

/** Members in the order of their names, so that the order in a file is no change. */
function hashOf(value: unknown): string {
  const sorted = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([left], [right]) => (left < right ? -1 : 1)))
      : item,
  );
  return createHash('sha256').update(sorted).digest('hex');
}
