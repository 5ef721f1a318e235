import type { ReportMessage, RunReport, TableFlow, VerificationReport } from '../contract/lake-format';
import { printable, type Output, type TableRow } from './output';

/** More than this many findings are counted, not listed: the report has them all. */
const listedFindings = 20;

const columns = ['table', 'landed', 'ingested', 'corrected', 'duplicates', 'rejected', 'general', 'sensitive'];

/** Rows of each table through the stages, and their sums. */
export function printStages(tables: readonly TableFlow[], output: Output): void {
  const rows = tables.map((flow) => [
    flow.table,
    flow.landed,
    flow.ingested,
    flow.corrected,
    flow.duplicates,
    sum(Object.values(flow.rejected)),
    flow.general,
    flow.sensitive,
  ]);
  const totals: TableRow = columns.map((_, index) =>
    index === 0 ? `${tables.length} tables` : sum(rows.map((row) => Number(row[index]))),
  );
  output.table(columns, [...rows, totals]);
}

/** What a run stumbled over: errors and warnings, each with its place. */
export function printRunMessages(report: RunReport, output: Output): void {
  printFindings(report.messages, output);
}

/** One line of what was checked, then the findings of the checks that did not pass. */
export function printVerification(report: VerificationReport, output: Output): void {
  const count = (status: string): number => report.checks.filter((check) => check.status === status).length;
  const others = (['failed', 'warned', 'skipped'] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${status}`);
  output.line(`Checks: ${[`${count('passed')} of ${report.checks.length} passed`, ...others].join(', ')}`);
  printFindings(
    report.checks.flatMap((check) => check.findings),
    output,
  );
}

function printFindings(findings: readonly ReportMessage[], output: Output): void {
  const notable = findings.filter((finding) => finding.severity !== 'information');
  const ordered = [...notable].sort((left, right) => (left.severity < right.severity ? -1 : 1));
  for (const finding of ordered.slice(0, listedFindings)) output.line(`  ${formatFinding(finding)}`);
  if (ordered.length > listedFindings) output.line(`  and ${ordered.length - listedFindings} more, see the report`);
}

function formatFinding({ severity, code, message, table, column, file, line }: ReportMessage): string {
  const place = [
    table === undefined ? '' : `table ${table}`,
    column === undefined ? '' : `column ${column}`,
    file === undefined ? '' : line === undefined ? file : `${file}:${line}`,
  ].filter((part) => part !== '');
  return printable(`${severity} ${code}: ${message}${place.length === 0 ? '' : ` (${place.join(', ')})`}`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
