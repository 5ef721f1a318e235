import type { RuleFinding } from './finding';
import type { Subject, Surroundings } from './subject';

/** What must hold for every artifact; pure. */
export interface ArtifactRule {
  /** A stable name. */
  readonly id: string;
  /** The demand, in one sentence, with the number of the rule or defect that it stands for. */
  readonly demand: string;
  readonly check: (subject: Subject, surroundings: Surroundings) => readonly RuleFinding[];
}
