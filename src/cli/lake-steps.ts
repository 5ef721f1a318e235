import type { RunReport, VerificationReport } from '../contract/lake-format';

/** The two steps of a local run, as the commands see them; given to `processExample`, so that a test can stand in. */
export interface LakeSteps {
  /** Everything in the drop that the lake does not have yet, through all stages. */
  process(options: {
    /** Folder that holds `M365/`. */
    readonly drop: string;
    /** Root of a folder lake; made when absent. */
    readonly lake: string;
    /** File whose trimmed text is the salt. */
    readonly saltFile: string;
    readonly progress: (text: string) => void;
  }): Promise<RunReport>;
  /** All checks on the lake, and the HTML page written to `html`. */
  verify(options: {
    readonly lake: string;
    readonly saltFile: string;
    readonly html: string;
    readonly progress: (text: string) => void;
  }): Promise<VerificationReport>;
}
