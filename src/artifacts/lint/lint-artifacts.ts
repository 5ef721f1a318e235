import type { Artifact } from '../model';
import type { ArtifactKey } from '../order';
import { refuseArtifactFindings, type ArtifactFinding } from './finding';
import type { ArtifactRule } from './rule';
import { branchUrlRule } from './rules/branch-url';
import { activityCountRule, dependencyRule, nestingRule } from './rules/dependencies';
import { expressionRule, rootRule } from './rules/expressions';
import { handedOnRule, oneVersionRule } from './rules/handed-on';
import { concurrencyRule, sizeRule } from './rules/limits';
import { nameRule } from './rules/names';
import { parameterRule } from './rules/parameters';
import { cycleRule, referenceRule } from './rules/references';
import { retryRule, sharedWatermarkRule } from './rules/retries';
import { schemaRule } from './rules/schema';
import { secretRule } from './rules/secrets';
import { sharedVariableRule, unusedRule, variableRule } from './rules/variables';
import { readSurroundings } from './subject';

/** Every rule, in the order in which their findings are listed. */
export const artifactRules: readonly ArtifactRule[] = [
  schemaRule,
  nameRule,
  referenceRule,
  cycleRule,
  parameterRule,
  dependencyRule,
  nestingRule,
  activityCountRule,
  expressionRule,
  rootRule,
  variableRule,
  sharedVariableRule,
  unusedRule,
  handedOnRule,
  oneVersionRule,
  retryRule,
  sharedWatermarkRule,
  concurrencyRule,
  sizeRule,
  secretRule,
  branchUrlRule,
];

/**
 * Everything that is wrong with artifacts that are deployed together; pure, and whatever they contain it finds instead of
 * throwing. By artifact, then by rule.
 * @param artifacts as they are sent: with placeholders filled
 * @param present what is in the workspace without being linted: pools, artifacts that OEA installed (OWN3)
 * @param judged which of them to judge; the others are what these refer to. @default all
 */
export function lintArtifacts(
  artifacts: readonly Artifact[],
  present: Iterable<ArtifactKey> = [],
  judged: (artifact: Artifact) => boolean = () => true,
): readonly ArtifactFinding[] {
  const surroundings = readSurroundings(artifacts, present);
  const subjects = surroundings.subjects.filter(({ artifact }) => judged(artifact));
  return subjects.flatMap((subject) =>
    artifactRules.flatMap(({ id, check }) =>
      check(subject, surroundings).map((finding) => ({ rule: id, file: subject.artifact.file, ...finding })),
    ),
  );
}

/**
 * Refuses artifacts with any finding.
 * @throws InsightsError ARTIFACTS_INVALID with every finding: file, JSON pointer, what is wrong, how to mend it
 */
export function refuseFaultyArtifacts(
  artifacts: readonly Artifact[],
  present: Iterable<ArtifactKey> = [],
  judged?: (artifact: Artifact) => boolean,
): void {
  refuseArtifactFindings(lintArtifacts(artifacts, present, judged));
}
