import { readFileSync } from 'node:fs';
import { isObject } from '../../artifacts/walk-json';
import { InsightsError } from '../../contract/errors';
import type { TerraformPlan } from '../../deployment/plan-summary';
import { nameOf, type ReviewedStack } from '../stacks';

/**
 * Plans by the stack that they are of.
 * @param files `<stack>=<file>`, or `<file>` of the stack whose resources it names.
 * @throws InsightsError REVIEW_PLAN_UNREADABLE
 */
export function readPlans(
  files: readonly string[],
  stacks: readonly ReviewedStack[],
): ReadonlyMap<string, TerraformPlan> {
  return new Map(
    files.map((text) => {
      const [, named, file = text] = /^([a-z][a-z0-9-]*-(?:platform|insights))=(.+)$/.exec(text) ?? [];
      const plan = readPlan(file);
      const stack = named ?? stackOf(plan, stacks);
      if (stack !== undefined && stacks.some(({ name }) => name === stack)) return [stack, plan] as const;
      throw unreadable(
        file,
        `The plan belongs to no stack of the head revision${named === undefined ? '' : ` (${named})`}.`,
      );
    }),
  );
}

function readPlan(file: string): TerraformPlan {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw unreadable(file, 'The plan cannot be read as JSON.', cause);
  }
  if (isObject(content) && 'format_version' in content) return content;
  throw unreadable(file, 'This is not what `terraform show -json` prints.');
}

/** The stack with most of the plan's resources under their names: addresses alone are the same in every environment. */
function stackOf(
  { resource_changes: changes = [] }: TerraformPlan,
  stacks: readonly ReviewedStack[],
): string | undefined {
  const names = new Set(
    changes.map(({ address, change: { before, after } }) => `${address}\n${String(after?.name ?? before?.name)}`),
  );
  const known = stacks
    .map((stack) => {
      const shared = stack.resources.filter((resource) => names.has(`${resource.address}\n${nameOf(resource)}`));
      return { name: stack.name, count: shared.length };
    })
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count);
  return known[0]?.count === known[1]?.count ? undefined : known[0]?.name;
}

function unreadable(file: string, message: string, cause?: unknown): InsightsError {
  return new InsightsError('REVIEW_PLAN_UNREADABLE', message, { place: { file }, cause });
}
