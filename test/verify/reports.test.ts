import type { VerificationReport } from '../../src/contract/lake-format';
import { formatVerificationHtml } from '../../src/verify/reports/html';
import { formatVerificationJson } from '../../src/verify/reports/json';
import { formatVerificationJunit } from '../../src/verify/reports/junit';
import { escapeMarkup, formatCounts, formatFindingPlace } from '../../src/verify/reports/markup';
import { flowTotals } from '../../src/verify/reports/html-flow';

const hostile = `<script>alert("x")</script> & 'y' ]]> \u0000\uD800`;
const person = {
  table: 'Person',
  landed: 100,
  ingested: 98,
  corrected: 90,
  duplicates: 1,
  superseded: 4,
  rejected: { width: 2, key_conflict: 3 },
  general: 92,
  sensitive: 92,
  kept: 2,
};
const session = { ...person, table: 'Session', rejected: {}, general: null, sensitive: null, kept: 0 };

const report: VerificationReport = {
  format: 1,
  report: 'verification',
  runId: 'verify-1',
  startedAt: '2024-05-06T07:08:09.000Z',
  finishedAt: '2024-05-06T07:08:10.500Z',
  workspace: 'dev',
  version: '1.14',
  profile: 'strict',
  catalogue: 'c'.repeat(64),
  saltFingerprint: null,
  outcome: 'failed',
  tables: [person, session],
  freshness: { Person: '2024-02-01 00:00:00', Session: '2024-02-02 00:00:00', Course: null },
  checks: [
    {
      check: 'keys are unique',
      rules: ['ROW11'],
      status: 'failed',
      examined: 2,
      findings: [
        { severity: 'error', code: 'ROW11', message: hostile, table: 'Person', column: 'Id', counts: { rows: 2000 } },
        { severity: 'warning', code: 'ROW9', message: 'A warning.', file: 'stage2/a.parquet', line: 3 },
        { severity: 'information', code: 'ROW9', message: 'A note.', table: 'Person' },
      ],
    },
    { check: 'masks', rules: ['PRIV1'], status: 'skipped', examined: 0, findings: [] },
  ],
};

test('JSON is the report', () => {
  expect(JSON.parse(formatVerificationJson(report))).toEqual(report);
});

test('JUnit: a case per check and table, failures, output and skipped ones, escaped', () => {
  const message = '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39; ]]&gt; \uFFFD\uFFFD';
  expect(formatVerificationJunit(report)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="insights verify dev v1.14" tests="4" failures="1" skipped="1" errors="0" time="1.500" timestamp="2024-05-06T07:08:09.000Z">
  <testsuite name="keys are unique" tests="3" failures="1" skipped="0" errors="0">
    <testcase classname="keys are unique" name="lake">
      <system-out>warning ROW9: A warning. (stage2/a.parquet:3)</system-out>
    </testcase>
    <testcase classname="keys are unique" name="Person">
      <failure type="ROW11" message="${message}">error ROW11: ${message} (Person.Id; rows 2,000)</failure>
      <system-out>information ROW9: A note. (Person)</system-out>
    </testcase>
    <testcase classname="keys are unique" name="Session"/>
  </testsuite>
  <testsuite name="masks" tests="1" failures="0" skipped="1" errors="0">
    <testcase classname="masks" name="lake">
      <skipped/>
    </testcase>
  </testsuite>
</testsuites>
`);
});

test('escaping', () => {
  expect(escapeMarkup(`a&b<c>d"e'f`)).toBe('a&amp;b&lt;c&gt;d&quot;e&#39;f');
  expect(escapeMarkup('tab\t line\n \u0007\uFFFE \uDC00 😀')).toBe('tab\t line\n \uFFFD\uFFFD \uFFFD 😀');
});

test('counts and places as text', () => {
  expect(formatCounts(undefined)).toBe('');
  expect(formatCounts({ rows: 34756, gone: 1 })).toBe('rows 34,756, gone 1');
  expect(formatFindingPlace({ severity: 'error', code: 'X', message: 'm' })).toBe('');
  expect(
    formatFindingPlace({ severity: 'error', code: 'X', message: 'm', table: 'T', column: 'c', file: 'f', line: 2 }),
  ).toBe('T.c, f:2');
});

test('sums over all tables', () => {
  expect(flowTotals([person, session])).toEqual({
    landed: 200,
    ingested: 196,
    corrected: 180,
    general: 92,
    sensitive: 92,
    duplicates: 2,
    superseded: 8,
    rejected: 5,
    kept: 2,
    erased: 0,
  });
});

describe('HTML', () => {
  const html = formatVerificationHtml(report);

  test('is one page that loads nothing and runs nothing', () => {
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:|\son[a-z]+=/i);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test('escapes every text of the report', () => {
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;');
    const everywhere = JSON.parse(
      JSON.stringify(report, (key, value: unknown) =>
        typeof value === 'string' && !['outcome', 'status', 'severity', 'startedAt', 'finishedAt'].includes(key)
          ? '<b>"'
          : value,
      ),
    ) as VerificationReport;
    expect(formatVerificationHtml(everywhere)).not.toContain('<b>');
  });

  test('says outcome, rows, rejects with their meaning, findings, freshness and checks', () => {
    const words = html
      .slice(html.indexOf('<body>'))
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ');
    for (const said of [
      'Verification of workspace dev',
      'Failed 1 error and 1 warning.',
      '0 of 2 checks passed, 1 skipped',
      'not given: digests were not computed',
      'Person 100 98 5 1 4 90 2 92 92',
      'All tables 200 196 5 2 8 180 2 92 92',
      'Person width the row has too many or too few cells 2',
      'Person key_conflict another row has the same key and other content 3',
      'Person.Id · rows 2,000 · check: keys are unique',
      'Session 2024-02-02 00:00:00 Person 2024-02-01 00:00:00',
      'Never delivered: Course.',
      'masks PRIV1 0 skipped',
    ]) {
      expect(words).toContain(said);
    }
  });

  test('has a language, one main heading, captions, scopes and a described drawing', () => {
    expect(html).toContain('<html lang="en">');
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html.match(/<table>/g)?.length).toBe(html.match(/<caption>/g)?.length);
    expect(html.match(/<th(?![^>]*scope=)(?!ead)[^>]*>/g)).toBeNull();
    expect(html).toContain(
      'aria-label="Rows through the stages: Landed 200, Ingested 196, Corrected 180, General 92; left: 8 superseded, 2 duplicates, 5 rejected"',
    );
  });

  test('rows of erased persons have a column where there are any', () => {
    const erased = formatVerificationHtml({ ...report, tables: [{ ...person, erased: 7 }, session] });
    expect(erased.match(/<th scope="col" class="number">Erased<\/th>/g)).toHaveLength(1);
    expect(erased.match(/<td class="number">7<\/td><\/tr>/g)).toHaveLength(2);
    expect(html).not.toContain('Erased');
  });

  test('a quiet report says so', () => {
    const quiet = formatVerificationHtml({ ...report, outcome: 'passed', checks: [], tables: [session] });
    expect(quiet).toContain('Every row is accounted for, and nothing was found.');
    expect(quiet).toContain('<p>No row was rejected.</p>');
    expect(quiet).toContain('<p>No errors and no warnings.</p>');
  });
});
