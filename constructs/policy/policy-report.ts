import { writeFileSync } from 'node:fs';
import type { Violation } from './judge';

/** What the policy says of a stack: what refuses it, and what will before long. */
export interface StackVerdict {
  readonly stack: string;
  readonly violations: readonly Violation[];
  readonly advice: readonly Violation[];
}

/**
 * Collects what the policy says of each stack instead of stopping at the first that it refuses, for a review that compares
 * two revisions. Who asks for it still ends with the exit code of a refusal, so nothing that trusts the code deploys them.
 */
export class PolicyReport {
  private readonly verdicts: StackVerdict[] = [];

  /** @param file where `write` puts the findings, as JSON. */
  constructor(private readonly file: string) {}

  add(verdict: StackVerdict): void {
    this.verdicts.push(verdict);
  }

  /** @returns whether the policy refuses any stack. */
  write(): boolean {
    writeFileSync(this.file, `${JSON.stringify(this.verdicts, undefined, 2)}\n`);
    return this.verdicts.some(({ violations }) => violations.length > 0);
  }
}
