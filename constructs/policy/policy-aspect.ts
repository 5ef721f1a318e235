import type { IConstruct } from 'constructs';
import { InsightsError } from '../../src/contract/errors';
import { Annotations, TerraformStack, type IAspect } from '../core/cdktf';
import { advise, judge, type Violation } from './judge';
import type { PolicyReport } from './policy-report';
import type { PolicyInput, PolicyResource, Rule } from './rule';

export interface PolicyAspectProps extends Pick<PolicyInput, 'environment' | 'today'> {
  /** @default all */
  readonly rules?: readonly Rule[];
  /** Takes all that is found, and nothing is refused. @default refuse */
  readonly report?: PolicyReport | undefined;
}

/**
 * Judges each stack it is added to, as it is synthesised, and stops synthesis with every finding at once; what will break
 * the policy before long is a warning of the stack, which `cdktf synth` shows. What is judged is the JSON that Terraform
 * reads, so no construct has to know of the policy.
 *
 * @example
 * Aspects.of(stack).add(new PolicyAspect({ environment, today: '2026-01-31' }));
 */
export class PolicyAspect implements IAspect {
  constructor(private readonly props: PolicyAspectProps) {}

  /** @throws InsightsError POLICY_VIOLATED, unless a report takes the findings */
  visit(node: IConstruct): void {
    if (!TerraformStack.isStack(node)) return;
    const stack = node.node.id;
    const { rules, report, ...given } = this.props;
    const input = { ...given, stack, resources: resourcesOf(node) };
    const [advice, violations] = [advise(input, rules), judge(input, rules)];
    report?.add({ stack, violations, advice });
    for (const warning of advice) Annotations.of(node).addWarning(sentence(warning));
    if (violations.length === 0 || report !== undefined) return;
    const list = violations.map((violation) => `  ${sentence(violation)}`);
    const count = violations.length === 1 ? '1 finding' : `${violations.length} findings`;
    throw new InsightsError('POLICY_VIOLATED', `The policy refuses this stack: ${count}.\n${list.join('\n')}`, {
      place: { path: stack },
      details: { violations },
    });
  }
}

function sentence({ rule, at, found, demand }: Violation): string {
  return `${rule} at ${at}: ${found}. ${demand}`;
}

type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

function resourcesOf(stack: TerraformStack): readonly PolicyResource[] {
  const { resource = {} } = stack.toTerraform() as { readonly resource?: Blocks };
  return Object.entries(resource).flatMap(([type, byId]) =>
    Object.entries(byId).map(([id, { '//': comment, ...body }]) => {
      const { path } = (comment as { readonly metadata: { readonly path: string } }).metadata;
      return { path, type, address: `${type}.${id}`, body };
    }),
  );
}
