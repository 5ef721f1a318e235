import type { ReportMessage, RunReport, TableFlow, VerificationReport } from '../contract/lake-format';
import { errorCatalogue, type ErrorCode } from '../contract/error-catalogue';
import { printable } from '../contract/printable';
import { formatCell, type Output, type TableRow } from './output';

/** More than this many findings are counted, not listed: the report has them all. */
const listedFindings = 20;

/** The gravest first. */
const severities = ['error', 'warning', 'information'] as const;

const columns = ['table', 'landed', 'ingested', 'corrected', 'duplicates', 'rejected', 'general', 'sensitive'];

/** Rows of each table through the stages, and their sums; those of erased persons where there are any. */
export function printStages(tables: readonly TableFlow[], output: Output): void {
  const isAnyErased = tables.some(({ erased }) => erased !== undefined);
  const heads = isAnyErased ? [...columns, 'erased'] : columns;
  const rows = tables.map((flow) => [
    flow.table,
    flow.landed,
    flow.ingested,
    flow.corrected,
    flow.duplicates,
    sum(Object.values(flow.rejected)),
    flow.general,
    flow.sensitive,
    ...(isAnyErased ? [flow.erased ?? 0] : []),
  ]);
  const totals: TableRow = heads.map((_, index) =>
    index === 0 ? `${tables.length} tables` : sum(rows.map((row) => Number(row[index]))),
  );
  output.table(heads, [...rows, totals]);
}

/** What a run stumbled over and what else it has to say, each with its place; then the next step for each kind of error. */
export function printRunMessages(report: RunReport, output: Output): void {
  printFindings(report.messages, output);
  const codes = report.messages.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  for (const code of new Set(codes)) {
    const entry = Object.hasOwn(errorCatalogue, code) ? errorCatalogue[code as ErrorCode] : undefined;
    if (entry !== undefined) output.line(`  next: ${entry.nextStep}`);
  }
}

/** One line of what was checked, then the findings of the checks that did not pass. */
export function printVerification(report: VerificationReport, output: Output): void {
  const count = (status: string): number => report.checks.filter((check) => check.status === status).length;
  const others = (['failed', 'warned', 'skipped'] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${status}`);
  output.line(`Checks: ${[`${count('passed')} of ${report.checks.length} passed`, ...others].join(', ')}`);
  const findings = report.checks.flatMap((check) => check.findings);
  printFindings(
    findings.filter(({ severity }) => severity !== 'information'),
    output,
  );
}

function printFindings(findings: readonly ReportMessage[], output: Output): void {
  const ordered = severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  for (const finding of ordered.slice(0, listedFindings)) output.line(`  ${formatFinding(finding)}`);
  if (ordered.length > listedFindings) output.line(`  and ${ordered.length - listedFindings} more, see the report`);
}

function formatFinding({ severity, code, message, table, column, file, line, counts }: ReportMessage): string {
  const place = [
    table === undefined ? '' : `table ${table}`,
    column === undefined ? '' : `column ${column}`,
    file === undefined ? '' : line === undefined ? file : `${file}:${line}`,
    ...Object.entries(counts ?? {}).map(([name, count]) => `${name}: ${formatCell(count)}`),
  ].filter((part) => part !== '');
  return printable(`${severity} ${code}: ${message}${place.length === 0 ? '' : ` (${place.join(', ')})`}`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
