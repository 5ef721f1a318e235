import type { ErrorCode } from '../../contract/error-catalogue';
import type { FaultStage } from './stage';

/** What must come of a fault. */
export type FaultOutcome =
  /** Nobody notices: the same result as without it. */
  | { readonly kind: 'recovered' }
  /** An error with one of these codes that says what is wrong; the same command afterwards completes the lake. */
  | { readonly kind: 'stopped'; readonly code: ErrorCode; readonly words: RegExp };

/** Something that goes wrong on a stage, what is done meanwhile, and what must come of it. */
export interface FaultScenario<Stage = FaultStage> {
  /** Kebab-case, at most 30 characters: also the name of its workspace. */
  readonly name: string;
  /** Host or part that it is about. */
  readonly area: FaultArea;
  /** What goes wrong, in a sentence. */
  readonly fault: string;
  readonly outcome: FaultOutcome;
  /** Who delivers the drop: `uploaded` by what is done, `own` by the scenario. @default the share, before anything else */
  readonly delivery?: 'uploaded' | 'own';
  /** Makes ready what goes wrong: rules of faults, a delivery, a state of a service. */
  readonly arrange: (stage: Stage) => Promise<void> | void;
  /** What is done meanwhile, and again afterwards where it was stopped. @default the drop is run through the pipeline */
  readonly act?: (stage: Stage) => Promise<void>;
  /** Ends what an operator must end; rules of faults end by themselves. @default nothing */
  readonly mend?: (stage: Stage) => Promise<void> | void;
  /** Whether what was arranged did happen. @default every rule of faults has hit */
  readonly happened?: (stage: Stage) => Promise<boolean> | boolean;
}

export const faultAreas = ['identity', 'resource manager', 'vault', 'storage', 'workspace', 'share', 'run'] as const;

export type FaultArea = (typeof faultAreas)[number];

export const recovered: FaultOutcome = { kind: 'recovered' };

export function stopped(code: ErrorCode, words: RegExp): FaultOutcome {
  return { kind: 'stopped', code, words };
}
