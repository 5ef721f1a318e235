import type { IConstruct } from 'constructs';

/** Something whose logs can be collected. */
export interface DiagnosticsSource extends IConstruct {
  readonly diagnostics: {
    /** ARM id of what writes the logs. */
    readonly targetId: string;
    readonly logCategories: readonly string[];
  };
}
