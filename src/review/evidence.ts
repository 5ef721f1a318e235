import type { InspectedCatalogue } from '../catalogue/load';
import type { Environment } from '../contract/environment';
import type { ReviewedArtifact } from './artifacts/reviewed-artifacts';
import type { LakeProfile } from './data/lake-profile';
import type { SmallGroups } from './data/small-groups';
import type { ReviewedStack } from './stacks';

/** Something that a check found in a revision. */
export interface CheckFinding {
  readonly source: 'policy' | 'synthesis' | 'catalogue' | 'environments' | 'Checkov';
  readonly rule: string;
  /** Construct path, file, or resource. */
  readonly at: string;
  readonly problem: string;
  /** Will break a rule before long, but does not yet. */
  readonly isAdvice?: boolean;
}

/** A check of Checkov that is not asked of some stacks until a day. */
export interface CheckovSkip {
  readonly check: string;
  readonly stacks: readonly string[];
  readonly owner: string;
  readonly reason: string;
  /** Last day, `yyyy-MM-dd`. */
  readonly expires: string;
}

/** All that a review knows of one revision. What is undefined could not be had, and the sections say so. */
export interface Evidence {
  /** How a person calls the revision: `main (1a2b3c4)`, `working tree`. */
  readonly name: string;
  readonly environments: readonly Environment[];
  /** Empty when it could not be synthesised: then a finding says why. */
  readonly stacks: readonly ReviewedStack[];
  readonly catalogues: readonly InspectedCatalogue[];
  /** Artifacts as their files have them, for a revision that cannot be synthesised. */
  readonly sources: readonly ReviewedArtifact[];
  readonly findings: readonly CheckFinding[];
  /** Of Checkov. @default none */
  readonly skips?: readonly CheckovSkip[];
  /** Checks that were not run, so that their silence is not taken for praise. */
  readonly notRun: readonly string[];
  /** Packages, `node` and Terraform providers. */
  readonly versions: Readonly<Record<string, string>>;
  /** Text of CODEOWNERS. */
  readonly owners: string;
  readonly lake?: LakeProfile;
  readonly smallGroups?: SmallGroups;
}
