import { daysBetween } from '../days';
import type { CheckFinding, Evidence } from '../evidence';

export interface Suppression {
  readonly rule: string;
  readonly at: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
  readonly daysLeft: number;
  /** Whether the base revision does not have it. */
  readonly isNew: boolean;
}

export interface PolicySection {
  readonly changed: boolean;
  readonly added: readonly CheckFinding[];
  /** In the base revision and no longer in this one. */
  readonly mended: readonly CheckFinding[];
  /** In both. */
  readonly known: readonly CheckFinding[];
  readonly suppressions: readonly Suppression[];
  /** Checks that were not run on one of the revisions. */
  readonly notRun: readonly string[];
}

type PolicyEvidence = Pick<Evidence, 'findings' | 'environments' | 'notRun' | 'skips'>;
type Exception = Omit<Suppression, 'daysLeft' | 'isNew'>;

/** Findings of the head revision, new apart from known. @param today `yyyy-MM-dd`. */
export function comparePolicy(before: PolicyEvidence, after: PolicyEvidence, today: string): PolicySection {
  const [first, then] = [unskipped(before, today), unskipped(after, today)];
  const [old, young] = [new Set(first.map(keyOf)), new Set(then.map(keyOf))];
  const former = new Set(exceptionsOf(before).map(suppressionKey));
  const suppressions = exceptionsOf(after).map((exception) => ({
    ...exception,
    daysLeft: daysBetween(today, exception.expires),
    isNew: !former.has(suppressionKey(exception)),
  }));
  const added = then.filter((finding) => !old.has(keyOf(finding)));
  const mended = first.filter((finding) => !young.has(keyOf(finding)));
  return {
    changed: added.length + mended.length > 0 || suppressions.some(({ isNew }) => isNew),
    added,
    mended,
    known: then.filter((finding) => old.has(keyOf(finding))),
    suppressions,
    notRun: [...new Set([...before.notRun, ...after.notRun])].sort(),
  };
}

/** Whether a finding stops something: advice does not. */
export function isBreaking({ isAdvice }: CheckFinding): boolean {
  return isAdvice !== true;
}

function keyOf({ source, rule, at, problem }: CheckFinding): string {
  return [source, rule, at, problem].join('\n');
}

/** Findings but those of Checkov that a skip covers until today or longer. */
function unskipped({ findings, skips = [] }: PolicyEvidence, today: string): readonly CheckFinding[] {
  return findings.filter(
    ({ source, rule, at }) =>
      source !== 'Checkov' ||
      !skips.some(
        ({ check, stacks, expires }) => check === rule && stacks.includes(at.split(' ')[0] ?? '') && expires >= today,
      ),
  );
}

/** Of the policy, by environment, and of Checkov. */
function exceptionsOf({ environments, skips = [] }: PolicyEvidence): readonly Exception[] {
  return [
    ...environments.flatMap(({ exceptions }) => exceptions),
    ...skips.map(({ check, stacks, ...others }) => ({ rule: check, at: stacks.join(', '), ...others })),
  ];
}

function suppressionKey({ rule, at, owner, expires }: Exception): string {
  return [rule, at, owner, expires].join('\n');
}
