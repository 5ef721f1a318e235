import type { VerificationReport } from '../../contract/lake-format';

/** The report as a file: src/contract/schemas/verification-report.schema.json. */
export function formatVerificationJson(report: VerificationReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
