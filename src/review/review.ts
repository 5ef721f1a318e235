import type { TerraformPlan } from '../deployment/plan-summary';
import { artifactsOf } from './artifacts/reviewed-artifacts';
import type { Evidence } from './evidence';
import { compareAccess, type AccessSection } from './sections/access';
import { compareAgeing, type AgeingSection } from './sections/ageing';
import { compareArtifacts, type ArtifactsSection, type Workspace } from './sections/artifacts';
import { compareCost, type CostSection } from './sections/cost';
import { compareData, sameData, type DataSection } from './sections/data';
import { comparePolicy, type PolicySection } from './sections/policy';
import { comparePrivacy, type PrivacySection } from './sections/privacy';
import { compareResources, type ResourcesSection } from './sections/resources';
import { verdictOf, type Verdict } from './verdict';

export interface Sections {
  readonly resources: ResourcesSection;
  readonly access: AccessSection;
  readonly privacy: PrivacySection;
  readonly policy: PolicySection;
  readonly artifacts: ArtifactsSection;
  readonly data: DataSection;
  readonly cost: CostSection;
  readonly ageing: AgeingSection;
}

/** What two revisions differ in. The same evidence on the same day gives the same review, byte for byte. */
export interface Review {
  readonly base: string;
  readonly head: string;
  /** `yyyy-MM-dd`: what days to an expiry are counted from. */
  readonly today: string;
  /** Whether any section has a change. */
  readonly changed: boolean;
  readonly verdict: Verdict;
  /** Why resources, access and cost could not be compared, as the end of a sentence; else absent. */
  readonly notCompared?: string;
  readonly sections: Sections;
}

export interface ReviewInput {
  readonly before: Evidence;
  readonly after: Evidence;
  readonly today: string;
  /** Plans of stacks of the head revision, by stack. @default none */
  readonly plans?: ReadonlyMap<string, TerraformPlan>;
  /** Whether both revisions make the same of every drop, so that none was processed. @default false */
  readonly processedAlike?: boolean;
}

/** Compares two revisions; pure. */
export function review({ before, after, today, plans, processedAlike = false }: ReviewInput): Review {
  // What could not be synthesised is not gone: its artifacts are compared by their files, the rest is not compared.
  const isSynthesised = before.stacks.length > 0 && after.stacks.length > 0;
  const [old, young] = [before, after].map((side) => (isSynthesised ? side : { ...side, stacks: [] }));
  const [first, then] = [old ?? before, young ?? after];
  const sections: Sections = {
    resources: compareResources(first.stacks, then.stacks, plans),
    access: compareAccess(first, then, today),
    privacy: comparePrivacy(
      before.catalogues.map(({ catalogue }) => catalogue),
      after.catalogues.map(({ catalogue }) => catalogue),
    ),
    policy: comparePolicy(before, after, today),
    artifacts: compareArtifacts(workspacesOf(before, isSynthesised), workspacesOf(after, isSynthesised)),
    data: processedAlike ? sameData : compareData(before, after),
    cost: compareCost(first.stacks, then.stacks),
    ageing: compareAgeing(first, then, today),
  };
  const notCompared = isSynthesised
    ? undefined
    : `the ${after.stacks.length === 0 ? 'head' : 'base'} revision could not be synthesised`;
  const isChanged = Object.values(sections).some(({ changed }: { readonly changed: boolean }) => changed);
  return {
    base: before.name,
    head: after.name,
    today,
    changed: isChanged || notCompared !== undefined,
    verdict: verdictOf(sections, before.owners, notCompared),
    ...(notCompared === undefined ? {} : { notCompared }),
    sections,
  };
}

function workspacesOf({ stacks, sources }: Evidence, isSynthesised: boolean): readonly Workspace[] {
  if (!isSynthesised) return [{ environment: 'files', artifacts: sources }];
  const names = [...new Set(stacks.map(({ environment }) => environment))];
  return names.map((environment) => ({
    environment,
    artifacts: artifactsOf(
      stacks.filter((stack) => stack.environment === environment).flatMap((stack) => stack.resources),
    ),
  }));
}
