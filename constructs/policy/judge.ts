import type { PolicyInput, Rule } from './rule';
import { diagnostics } from './rules/diagnostics';
import { exceptionExpiry } from './rules/exception-expiry';
import { guard } from './rules/guard';
import { hierarchicalNamespace } from './rules/hierarchical-namespace';
import { publicAccess } from './rules/public-access';
import { publishing } from './rules/publishing';
import { purgeProtection } from './rules/purge-protection';
import { roleScope } from './rules/role-scope';
import { runtimeEndOfLife } from './rules/runtime-end-of-life';
import { sharedKeys } from './rules/shared-keys';
import { tags } from './rules/tags';

/** All rules, by id. */
export const rules: readonly Rule[] = [
  diagnostics,
  exceptionExpiry,
  guard,
  hierarchicalNamespace,
  publicAccess,
  publishing,
  purgeProtection,
  roleScope,
  runtimeEndOfLife,
  sharedKeys,
  tags,
];

/** The rule on exceptions allows none from itself. */
const withoutExceptions: readonly string[] = [exceptionExpiry.id];

export interface Violation {
  readonly rule: string;
  readonly at: string;
  readonly found: string;
  readonly demand: string;
}

/**
 * What breaks the policy: every finding that the environment does not except, a rule that fails (it proves nothing, so it
 * counts as broken), and exceptions for this stack that except nothing.
 */
export function judge(input: PolicyInput, judging: readonly Rule[] = rules): readonly Violation[] {
  const found = judging.flatMap((rule) => apply(rule, input));
  const { exceptions } = input.environment;
  const excepted = ({ rule, at }: Violation): boolean =>
    !withoutExceptions.includes(rule) && exceptions.some((exception) => exception.rule === rule && exception.at === at);
  const idle = exceptions
    .filter(({ at }) => at === input.stack || at.startsWith(`${input.stack}/`))
    .filter((exception) => !found.some(({ rule, at }) => rule === exception.rule && at === exception.at))
    .map(({ rule, at }) => ({
      rule: exceptionExpiry.id,
      at,
      found: `nothing breaks "${rule}" here`,
      demand: 'An exception that excepts nothing hides the next finding: take it out.',
    }));
  return [...found.filter((violation) => !excepted(violation)), ...idle];
}

/** What will break the policy before long; it stops nothing. */
export function advise(input: PolicyInput, judging: readonly Rule[] = rules): readonly Violation[] {
  return judging.flatMap(({ id, demand, advise: find }) =>
    (find?.(input) ?? []).map(({ at, found }) => ({ rule: id, at, found, demand })),
  );
}

function apply(rule: Rule, input: PolicyInput): readonly Violation[] {
  const { id, demand } = rule;
  try {
    return rule.check(input).map(({ at, found }) => ({ rule: id, at, found, demand }));
  } catch (error) {
    return [{ rule: id, at: input.stack, found: `the rule failed: ${(error as Error).message}`, demand }];
  }
}
