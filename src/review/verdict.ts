import { smallestGroup } from '../verify/checks/small-cells';
import { ownersOf } from './code-owners';
import type { AccessSection } from './sections/access';
import type { DataSection } from './sections/data';
import { isPersonal } from './sections/lake-grants';
import { isBreaking, type PolicySection } from './sections/policy';
import type { PrivacySection } from './sections/privacy';
import type { ResourcesSection } from './sections/resources';

/** What a machine needs to know of a review: who has to approve, and whether it may be merged at all. */
export interface Verdict {
  readonly privacy: {
    readonly approval: 'needed' | 'not needed';
    /** Accounts or teams of CODEOWNERS of the base revision; empty where it names nobody, which is itself a reason to stop. */
    readonly approvers: readonly string[];
    /** In words, one for each thing that opens. */
    readonly reasons: readonly string[];
  };
  readonly policy: { readonly passed: boolean; readonly newFindings: number };
  /** What could not be compared, so that nobody takes silence for praise; then a machine must not merge it either. */
  readonly unknown: readonly string[];
  /** Data that goes, or goes sooner, as `destroy prod-platform/DataLake/stage1/Resource: its data goes`. */
  readonly losses: readonly string[];
}

/** Whoever answers for this file answers for privacy: it says what may be read of persons. */
export const privacyFile = 'assets/catalogue/metadata.csv';

/**
 * @param owners CODEOWNERS of the base revision: a change cannot choose who approves it.
 * @param notCompared why resources, access and cost are not known.
 */
export function verdictOf(
  sections: {
    readonly resources: ResourcesSection;
    readonly access: AccessSection;
    readonly privacy: PrivacySection;
    readonly policy: PolicySection;
    readonly data: DataSection;
  },
  owners: string,
  notCompared?: string,
): Verdict {
  const { privacy, access, data } = sections;
  const reasons = [...privacyReasons(privacy), ...accessReasons(access), ...groupReasons(data)];
  const broken = sections.policy.added.filter(isBreaking);
  return {
    privacy: {
      approval: reasons.length > 0 ? 'needed' : 'not needed',
      approvers: reasons.length > 0 ? ownersOf(owners, privacyFile) : [],
      reasons,
    },
    policy: { passed: broken.length === 0, newFindings: broken.length },
    unknown: notCompared === undefined ? [] : [`resources, access and cost: ${notCompared}`],
    losses: sections.resources.stacks.flatMap(({ changes }) =>
      changes.flatMap(({ action, path, loss }) => (loss === undefined ? [] : [`${action} ${path}: ${loss}`])),
    ),
  };
}

/** Every change of the catalogue is for somebody to approve; those that open something are named. */
function privacyReasons({ changes, unreadable }: PrivacySection): readonly string[] {
  if (unreadable !== undefined) return [`the catalogue cannot be read: ${unreadable}`];
  const opening = changes.filter(({ opens }) => opens);
  if (opening.length === 0)
    return changes.length === 0 ? [] : [`${changes.length} changes of the catalogue, none of which opens anything`];
  return [
    ...new Set(
      opening.map(
        ({ at, kind, before, after }) =>
          `${at}: ${kind} ${before === undefined ? `new, ${after}` : `${before} to ${after ?? 'nothing'}`}`,
      ),
    ),
  ];
}

function accessReasons({ environments }: AccessSection): readonly string[] {
  return environments.flatMap(({ environment, grants }) =>
    grants
      .filter(({ widens, where }) => widens && isPersonal(where))
      .map(({ who, where, before, after }) => `${environment}: ${who} on ${where}, ${before} to ${after}`),
  );
}

/** Persons whom more can be known of than before: nothing that the catalogue says need have changed for that. */
function groupReasons({ groups }: DataSection): readonly string[] {
  return groups
    .filter(({ before, after }) => after > before)
    .map(
      ({ table, before, after, ofPersons }) =>
        `${table}: ${before} to ${after} of ${ofPersons} persons in groups of fewer than ${smallestGroup}`,
    );
}
