import {
  rejectReasons,
  type RejectReason,
  type ReportMessage,
  type VerificationReport,
} from '../../contract/lake-format';
import { flowTotals, rejectedOf, renderFlow } from './html-flow';
import { style } from './html-style';
import { escapeMarkup as text, formatCounts, formatFindingPlace, formatNumber } from './markup';

/** What each reason of ROW10 means to somebody who has never read the rule. */
const reasonTexts: Readonly<Record<RejectReason, string>> = {
  unclosed_quote: 'a quotation mark opens and never closes (counted in lines)',
  encoding: 'the bytes are not UTF-8',
  width: 'the row has too many or too few cells',
  header_row: 'the row repeats the column names',
  cast: 'a cell is no date, number or truth value where one must be',
  key_empty: 'a cell of the key is empty',
  required_empty: 'a cell that must be filled is empty',
  row_check: 'two cells contradict each other',
  key_conflict: 'another row has the same key and other content',
};

/**
 * The report as one page without outside resources. Everything in it is names and counts: the report holds no cells
 * (PRIV3), and every text is escaped all the same.
 */
export function formatVerificationHtml(report: VerificationReport): string {
  const title = `Verification of workspace ${report.workspace}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(title)}: ${report.outcome}</title>
<style>
${style}
</style>
</head>
<body>
${header(report, title)}
<main>
${[flow(report), rejects(report), findings(report), freshness(report), checked(report)].filter((part) => part !== '').join('\n')}
</main>
<footer>Run ${text(report.runId)}. This page holds counts and names only, no personal data.</footer>
</body>
</html>
`;
}

function findingsOf(report: VerificationReport, severity: ReportMessage['severity']) {
  return report.checks.flatMap(({ check, findings: all }) =>
    all.filter((finding) => finding.severity === severity).map((finding) => ({ check, finding })),
  );
}

function header(report: VerificationReport, title: string): string {
  const totals = flowTotals(report.tables);
  const [errors, warnings] = [findingsOf(report, 'error').length, findingsOf(report, 'warning').length];
  const passed = report.checks.filter(({ status }) => status === 'passed').length;
  const skipped = report.checks.filter(({ status }) => status === 'skipped').length;
  const tiles: readonly (readonly [string, string])[] = [
    [formatNumber(totals.landed), 'rows landed'],
    [formatNumber(totals.general), 'rows in general'],
    [formatNumber(totals.rejected), 'rows rejected'],
    [formatNumber(report.tables.length), 'tables delivered'],
    [`${passed} of ${report.checks.length}`, skipped > 0 ? `checks passed, ${skipped} skipped` : 'checks passed'],
  ];
  const facts: readonly (readonly [string, string])[] = [
    ['Verified', `${report.finishedAt.slice(0, 19).replace('T', ' ')} UTC`],
    ['Data set', `M365 version ${report.version}, profile ${report.profile}`],
    ['Catalogue', report.catalogue.slice(0, 16)],
    [
      'Salt',
      report.saltFingerprint === null
        ? 'not given: digests were not computed'
        : `fingerprint ${report.saltFingerprint}`,
    ],
  ];
  return `<header>
<h1>${text(title)}</h1>
<p><span class="outcome ${report.outcome}">${report.outcome === 'passed' ? 'Passed' : 'Failed'}</span> ${outcomeText(errors, warnings)}</p>
<ul class="tiles">${tiles.map(([value, name]) => `<li><strong>${text(value)}</strong><span>${text(name)}</span></li>`).join('')}</ul>
<dl class="facts">${facts.map(([name, value]) => `<dt>${text(name)}</dt><dd>${text(value)}</dd>`).join('')}</dl>
</header>`;
}

function outcomeText(errors: number, warnings: number): string {
  const said = [errors > 0 ? plural(errors, 'error') : '', warnings > 0 ? plural(warnings, 'warning') : ''].filter(
    (part) => part !== '',
  );
  return said.length === 0 ? 'Every row is accounted for, and nothing was found.' : `${said.join(' and ')}.`;
}

function plural(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function flow(report: VerificationReport): string {
  if (report.tables.length === 0) return '';
  const totals = flowTotals(report.tables);
  const heads = [
    'Landed',
    'Ingested',
    'Rejected',
    'Duplicates',
    'Superseded',
    'Corrected',
    'Kept',
    'General',
    'Sensitive',
    ...(totals.erased > 0 ? ['Erased'] : []),
  ];
  const rows = report.tables.map((table) => {
    const cells = [
      number(table.landed),
      number(table.ingested),
      number(rejectedOf(table), 'left'),
      number(table.duplicates),
      number(table.superseded),
      number(table.corrected),
      number(table.kept),
      number(table.general),
      number(table.sensitive),
      ...(totals.erased > 0 ? [number(table.erased ?? 0)] : []),
    ];
    return `<tr><th scope="row">${text(table.table)}</th>${cells.join('')}</tr>`;
  });
  const sums = [
    number(totals.landed),
    number(totals.ingested),
    number(totals.rejected, 'left'),
    number(totals.duplicates),
    number(totals.superseded),
    number(totals.corrected),
    number(totals.kept),
    number(totals.general),
    number(totals.sensitive),
    ...(totals.erased > 0 ? [number(totals.erased)] : []),
  ];
  return `<section aria-labelledby="flow">
<h2 id="flow">Rows through the stages</h2>
<p class="soft">Counted over all deliveries that were processed. What landed is in Corrected, or was a duplicate, superseded by a newer delivery, or rejected with a reason.</p>
${renderFlow(report.tables)}
<h3>Table by table</h3>
${table('Rows of each table, stage by stage', ['Table', ...heads], rows, `<tr><th scope="row">All tables</th>${sums.join('')}</tr>`)}
</section>`;
}

function number(value: number | null, mark = ''): string {
  if (value === null) return '<td class="number zero">–</td>';
  const kind = value === 0 ? ' zero' : mark === '' ? '' : ` ${mark}`;
  return `<td class="number${kind}">${formatNumber(value)}</td>`;
}

/** Columns after the first are numbers when `rows` says so by its cells' class; heads follow the caller's order. */
function table(caption: string, heads: readonly string[], rows: readonly string[], foot = '', numeric = true): string {
  const cells = heads.map(
    (head, index) => `<th scope="col"${numeric && index > 0 ? ' class="number"' : ''}>${text(head)}</th>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="${text(caption)}"><table>
<caption>${text(caption)}</caption>
<thead><tr>${cells.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody>${foot === '' ? '' : `\n<tfoot>${foot}</tfoot>`}
</table></div>`;
}

function rejects(report: VerificationReport): string {
  const rows = report.tables.flatMap(({ table: name, rejected }) =>
    rejectReasons
      .filter((reason) => (rejected[reason] ?? 0) > 0)
      .map(
        (reason) =>
          `<tr><th scope="row">${text(name)}</th><td>${reason}</td><td>${text(reasonTexts[reason])}</td>${number(rejected[reason] ?? 0)}</tr>`,
      ),
  );
  const body =
    rows.length === 0
      ? '<p>No row was rejected.</p>'
      : `<p class="soft">Rejected rows are kept in stage2/Rejected as they were delivered, with file and line.</p>
${table('Rejected rows by table and reason', ['Table', 'Reason', 'Meaning', 'Rows'], rows, '', false)}`;
  return `<section aria-labelledby="rejects">\n<h2 id="rejects">Rejected rows</h2>\n${body}\n</section>`;
}

function findings(report: VerificationReport): string {
  const list = (severity: ReportMessage['severity']): string =>
    `<ul class="findings">${findingsOf(report, severity)
      .map(({ check, finding }) => findingItem(check, finding))
      .join('\n')}</ul>`;
  const [errors, warnings, notes] = [
    findingsOf(report, 'error'),
    findingsOf(report, 'warning'),
    findingsOf(report, 'information'),
  ];
  const parts = [
    errors.length === 0 ? '' : `<h3>${plural(errors.length, 'error')}</h3>\n${list('error')}`,
    warnings.length === 0 ? '' : `<h3>${plural(warnings.length, 'warning')}</h3>\n${list('warning')}`,
    errors.length + warnings.length > 0 ? '' : '<p>No errors and no warnings.</p>',
    notes.length === 0
      ? ''
      : `<details><summary>${plural(notes.length, 'note')}</summary>\n${list('information')}</details>`,
  ];
  return `<section aria-labelledby="findings">\n<h2 id="findings">Findings</h2>\n${parts.filter((part) => part !== '').join('\n')}\n</section>`;
}

function findingItem(check: string, finding: ReportMessage): string {
  const place = formatFindingPlace(finding);
  const counts = formatCounts(finding.counts);
  const where = [place, counts, `check: ${check}`].filter((part) => part !== '').join(' · ');
  return `<li class="is-${finding.severity}"><p><span class="tag ${finding.severity}">${text(finding.code)}</span> ${text(finding.message)}</p><p class="where">${text(where)}</p></li>`;
}

function freshness(report: VerificationReport): string {
  const delivered = Object.entries(report.freshness).filter(([, rundate]) => rundate !== null);
  const never = Object.entries(report.freshness).filter(([, rundate]) => rundate === null);
  const rows = delivered
    .sort(([, one], [, other]) => String(other).localeCompare(String(one)))
    .map(([name, rundate]) => `<tr><th scope="row">${text(name)}</th><td>${text(String(rundate))}</td></tr>`);
  return `<section aria-labelledby="freshness">
<h2 id="freshness">Freshness</h2>
${rows.length === 0 ? '<p>Nothing was processed yet.</p>' : table('Newest processed delivery of each table', ['Table', 'Rundate (UTC)'], rows, '', false)}
${never.length === 0 ? '' : `<p class="soft">Never delivered: ${text(never.map(([name]) => name).join(', '))}.</p>`}
</section>`;
}

function checked(report: VerificationReport): string {
  const rows = report.checks.map(
    ({ check, rules, status, examined }) =>
      `<tr><th scope="row">${text(check)}</th><td>${text(rules.join(', '))}</td>${number(examined)}<td><span class="tag ${status}">${status}</span></td></tr>`,
  );
  return `<section aria-labelledby="checked">
<h2 id="checked">What was checked</h2>
<p class="soft">Rule numbers are those of the project's lake rules. A check that had nothing to look at is skipped, not passed.</p>
${table('Checks, what they prove and how much they looked at', ['Check', 'Rules', 'Examined', 'Status'], rows, '', false)}
</section>`;
}
