import type { ReportMessage, VerificationCheck, VerificationReport } from '../../contract/lake-format';
import { escapeMarkup, formatCounts, formatFindingPlace } from './markup';

/** Name of the test case for what concerns no single table. */
const wholeLake = 'lake';

/**
 * JUnit XML: a suite per check, a test case per table of the lake and one for the lake itself. Errors are failures;
 * warnings and information stand in the case's output; a check that examined nothing is skipped.
 */
export function formatVerificationJunit(report: VerificationReport): string {
  const suites = report.checks.map((check) => suiteOf(check, report));
  const seconds = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  const totals = attributes({
    name: `insights verify ${report.workspace} v${report.version}`,
    tests: sum(suites, 'tests'),
    failures: sum(suites, 'failures'),
    skipped: sum(suites, 'skipped'),
    errors: 0,
    time: seconds.toFixed(3),
    timestamp: report.startedAt,
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${totals}>`,
    ...suites.map(({ xml }) => xml),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Suite {
  readonly xml: string;
  readonly tests: number;
  readonly failures: number;
  readonly skipped: number;
}

function suiteOf(check: VerificationCheck, report: VerificationReport): Suite {
  const delivered = report.tables.map(({ table }) => table);
  const mentioned = check.findings.flatMap(({ table }) => table ?? []);
  const tables = check.status === 'skipped' ? [] : [...new Set([...delivered, ...mentioned])];
  const cases = [wholeLake, ...tables].map((name) => {
    const findings = check.findings.filter(({ table }) => (table ?? wholeLake) === name);
    return caseOf(check, name, findings);
  });
  const counts = {
    tests: cases.length,
    failures: cases.filter(({ isFailure }) => isFailure).length,
    skipped: check.status === 'skipped' ? cases.length : 0,
  };
  const head = attributes({ name: check.check, ...counts, errors: 0 });
  return { ...counts, xml: [`  <testsuite${head}>`, ...cases.map(({ xml }) => xml), '  </testsuite>'].join('\n') };
}

function caseOf(
  check: VerificationCheck,
  name: string,
  findings: readonly ReportMessage[],
): { readonly xml: string; readonly isFailure: boolean } {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const others = findings.filter(({ severity }) => severity !== 'error');
  const children = [
    ...(check.status === 'skipped' ? ['      <skipped/>'] : []),
    // One failure per case: several are allowed by some readers and lost by others.
    ...(errors.length > 0
      ? [
          `      <failure${attributes({ type: errors[0]?.code ?? '', message: errors[0]?.message ?? '' })}>` +
            `${escapeMarkup(errors.map(lineOf).join('\n'))}</failure>`,
        ]
      : []),
    ...(others.length > 0 ? [`      <system-out>${escapeMarkup(others.map(lineOf).join('\n'))}</system-out>`] : []),
  ];
  const head = `    <testcase${attributes({ classname: check.check, name })}`;
  const xml = children.length === 0 ? `${head}/>` : [`${head}>`, ...children, '    </testcase>'].join('\n');
  return { xml, isFailure: errors.length > 0 };
}

function lineOf(finding: ReportMessage): string {
  const [place, counts] = [formatFindingPlace(finding), formatCounts(finding.counts)];
  const details = [place, counts].filter((part) => part !== '').join('; ');
  return `${finding.severity} ${finding.code}: ${finding.message}${details === '' ? '' : ` (${details})`}`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeMarkup(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');
}

function sum(suites: readonly Suite[], name: 'tests' | 'failures' | 'skipped'): number {
  return suites.reduce((total, suite) => total + suite[name], 0);
}
