import { InsightsError } from '../contract/errors';
import type { ReportMessage, VerificationCheck } from '../contract/lake-format';
import type { VerifyContext } from './context';

/** One thing that verification proves. */
export interface Check {
  /** Stable name: in reports, and in what people script against. */
  readonly name: string;
  readonly rules: readonly string[];
  run(context: VerifyContext, report: CheckReport): Promise<void>;
}

export type FindingDetails = Pick<ReportMessage, 'table' | 'file' | 'line' | 'column' | 'counts'>;

/** What a check says while it runs. Messages hold counts and names, never a cell (PRIV3). */
export class CheckReport {
  readonly findings: ReportMessage[] = [];
  examined = 0;

  constructor(private readonly check: Pick<Check, 'name' | 'rules'>) {}

  /** @param count things looked at @default 1 */
  examine(count = 1): void {
    this.examined += count;
  }

  error(message: string, details: FindingDetails = {}): void {
    this.add('error', message, details);
  }

  warning(message: string, details: FindingDetails = {}): void {
    this.add('warning', message, details);
  }

  information(message: string, details: FindingDetails = {}): void {
    this.add('information', message, details);
  }

  /** A finding that is known by an error code of its own. */
  add(severity: ReportMessage['severity'], message: string, details: FindingDetails, code = this.check.rules[0]): void {
    this.findings.push({ severity, code: code ?? this.check.name, message, ...details });
  }

  /** A check that looked at nothing did not pass. */
  result(): VerificationCheck {
    const has = (severity: ReportMessage['severity']): boolean =>
      this.findings.some((finding) => finding.severity === severity);
    const quiet = this.examined === 0 ? 'skipped' : 'passed';
    const status = has('error') ? 'failed' : has('warning') ? 'warned' : quiet;
    const { name, rules } = this.check;
    return { check: name, rules, status, examined: this.examined, findings: this.findings };
  }
}

/** Runs a check. An error of ours becomes a finding under its own code, so that the other checks still run. */
export async function runCheck(check: Check, context: VerifyContext): Promise<VerificationCheck> {
  const report = new CheckReport(check);
  try {
    await check.run(context, report);
  } catch (error) {
    if (!(error instanceof InsightsError)) throw error;
    const { table, column, file, path } = error.place;
    report.add(
      'error',
      `${error.message} ${error.nextStep}`,
      {
        ...(table === undefined ? {} : { table }),
        ...(column === undefined ? {} : { column }),
        ...(((file ?? path) === undefined ? {} : { file: file ?? path }) as { file?: string }),
      },
      error.code,
    );
  }
  return report.result();
}
