import type { Environment } from '../../contract/environment';
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

/** Findings of the head revision, new apart from known. @param today `yyyy-MM-dd`. */
export function comparePolicy(
  before: Pick<Evidence, 'findings' | 'environments' | 'notRun'>,
  after: Pick<Evidence, 'findings' | 'environments' | 'notRun'>,
  today: string,
): PolicySection {
  const [old, young] = [new Set(before.findings.map(keyOf)), new Set(after.findings.map(keyOf))];
  const former = new Set(before.environments.flatMap(({ exceptions }) => exceptions.map(suppressionKey)));
  const suppressions = after.environments
    .flatMap(({ exceptions }) => exceptions)
    .map((exception) => ({
      ...exception,
      daysLeft: daysBetween(today, exception.expires),
      isNew: !former.has(suppressionKey(exception)),
    }));
  const added = after.findings.filter((finding) => !old.has(keyOf(finding)));
  const mended = before.findings.filter((finding) => !young.has(keyOf(finding)));
  return {
    changed: added.length + mended.length > 0 || suppressions.some(({ isNew }) => isNew),
    added,
    mended,
    known: after.findings.filter((finding) => old.has(keyOf(finding))),
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

function suppressionKey({ rule, at, owner, expires }: Environment['exceptions'][number]): string {
  return [rule, at, owner, expires].join('\n');
}
