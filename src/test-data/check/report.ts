/** Something that a check of a drop found; numbers and names, never cells (ROW13). */
export interface CheckFinding {
  /** An error means that rows or files would not be taken in; a warning, that somebody should know. */
  readonly severity: 'error' | 'warning';
  /** A reason of ROW10, an error code, or a rule such as `ROW7`. */
  readonly code: string;
  readonly message: string;
  /** Below `M365/`. */
  readonly file?: string;
  readonly column?: string;
  /** Rows or values concerned. */
  readonly count?: number;
  /** 1-based physical lines of the first of them, at most three, ascending. */
  readonly lines?: readonly number[];
}

export interface CheckedTable {
  readonly table: string;
  readonly files: number;
  /** Records in the files, the rejected ones included. */
  readonly records: number;
  readonly findings: readonly CheckFinding[];
}

/** A roster folder, or an activity file. */
export interface CheckedUnit {
  readonly unit: string;
  readonly kind: 'snapshot' | 'additive' | 'delta' | 'delete';
  readonly tables: readonly CheckedTable[];
  /** About the folder as a whole: missing tables. */
  readonly findings: readonly CheckFinding[];
}

export interface DropCheck {
  readonly format: 1;
  readonly report: 'drop check';
  /** `failed` when there is an error; warnings do not fail a check. */
  readonly outcome: 'passed' | 'failed';
  readonly errors: number;
  readonly warnings: number;
  readonly units: readonly CheckedUnit[];
  /** About the drop: files that belong nowhere, stale manifests. */
  readonly findings: readonly CheckFinding[];
}

export function dropCheck(units: readonly CheckedUnit[], findings: readonly CheckFinding[]): DropCheck {
  const all = [
    ...findings,
    ...units.flatMap((unit) => [...unit.findings, ...unit.tables.flatMap((table) => table.findings)]),
  ];
  const errors = all.filter(({ severity }) => severity === 'error').length;
  const outcome = errors === 0 ? 'passed' : 'failed';
  return { format: 1, report: 'drop check', outcome, errors, warnings: all.length - errors, units, findings };
}

/** The report as lines of text: each unit with its tables and what was found in them, then the sum. */
export function formatDropCheck(check: DropCheck): string {
  const lines: string[] = [];
  for (const finding of check.findings) lines.push(formatFinding(finding, ''));
  for (const { unit, kind, tables, findings } of check.units) {
    const records = tables.reduce((sum, table) => sum + table.records, 0);
    lines.push(
      `${unit} (${kind}): ${tables.length} ${plural(tables.length, 'table')}, ${records} ${plural(records, 'record')}`,
    );
    for (const finding of findings) lines.push(formatFinding(finding, '  '));
    for (const table of tables.filter((candidate) => candidate.findings.length > 0)) {
      lines.push(`  ${table.table}: ${table.records} ${plural(table.records, 'record')}`);
      for (const finding of table.findings) lines.push(formatFinding(finding, '    '));
    }
  }
  const { errors, warnings } = check;
  lines.push(`${check.outcome}: ${errors} ${plural(errors, 'error')}, ${warnings} ${plural(warnings, 'warning')}`);
  return `${lines.join('\n')}\n`;
}

function formatFinding({ severity, code, message, lines, file }: CheckFinding, indent: string): string {
  const place =
    lines === undefined || lines.length === 0 ? '' : `; first in ${plural(lines.length, 'line')} ${lines.join(', ')}`;
  const where = file === undefined ? '' : ` [${file}${place}]`;
  return `${indent}${severity} ${code}: ${message}${where}`;
}

function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}
