import { InsightsError } from '../../contract/errors';

/** One thing that is wrong with an artifact. No value of a secret is ever in it. */
export interface ArtifactFinding {
  /** Id of the rule, such as `shared-variable`. */
  readonly rule: string;
  readonly file: string;
  /** JSON pointer (RFC 6901) into the file. */
  readonly pointer: string;
  /** What is wrong, in one sentence. */
  readonly problem: string;
  /** How to mend it, in one sentence. */
  readonly mend: string;
}

/** What a rule says; whoever runs the rule knows its id and the file. */
export type RuleFinding = Omit<ArtifactFinding, 'rule' | 'file'>;

/** Throws ARTIFACTS_INVALID that lists every finding, so that one run is enough to mend them all. */
export function refuseArtifactFindings(findings: readonly ArtifactFinding[]): void {
  if (findings.length === 0) return;
  const lines = findings.map(
    ({ rule, file, pointer, problem, mend }) => `  ${file}#${pointer}: ${problem} ${mend} (${rule})`,
  );
  const count = findings.length === 1 ? '1 error' : `${findings.length} errors`;
  throw new InsightsError('ARTIFACTS_INVALID', [`The artifacts have ${count}:`, ...lines].join('\n'), {
    details: { findings },
  });
}
