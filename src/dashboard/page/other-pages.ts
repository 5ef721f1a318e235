import type { FlowRow, Site } from '../published';
import { dataTable, element } from './elements';
import { formatNumber, formatTime } from './format';

/** How the rows came here: stages, rejects, checks, freshness. */
export function runsPage({ runs }: Site): Node[] {
  const sum = (value: (row: FlowRow) => number | null): number =>
    runs.tables.reduce((total, row) => total + (value(row) ?? 0), 0);
  const rejected = rejectedByReason(runs.tables);
  const count = ({ rejected: reasons }: FlowRow): number =>
    Object.values(reasons).reduce((total, one) => total + one, 0);
  const stages = [
    ['Landed', sum(({ landed }) => landed), 'as delivered'],
    ['Corrected', sum(({ corrected }) => corrected), 'typed, one row per key'],
    ['Published', sum(({ general }) => general), 'pseudonymised'],
  ] as const;
  const most = Math.max(1, ...stages.map(([, rows]) => rows));
  const flow = element(
    'ol',
    { class: 'flow' },
    stages.map(([name, rows, note]) =>
      element(
        'li',
        {},
        element('span', { class: 'flow-name' }, name),
        element('meter', { min: 0, max: most, value: rows, 'aria-label': `${name}, rows` }),
        element('strong', {}, formatNumber(rows)),
        element('span', { class: 'note' }, note),
      ),
    ),
  );
  const left = `On the way: ${formatNumber(sum(({ duplicates }) => duplicates))} duplicates, ${formatNumber(sum(({ superseded }) => superseded))} superseded by newer rows, ${formatNumber(sum(count))} rejected. Every row is accounted for.`;
  return [
    element('h1', {}, 'Runs'),
    runs.missing === undefined ? undefined : element('p', { class: 'nothing', role: 'status' }, runs.missing),
    runs.tables.length === 0
      ? undefined
      : element(
          'section',
          { class: 'card' },
          element('h2', {}, 'Rows through the stages'),
          flow,
          element('p', {}, left),
        ),
    rejected.length === 0
      ? undefined
      : element(
          'section',
          { class: 'card' },
          element('h2', {}, 'Rejected rows by reason'),
          dataTable(
            'Rejected rows',
            ['Reason', 'Rows'],
            rejected.map(([reason, rows]) => [reason.replaceAll('_', ' '), formatNumber(rows)]),
          ),
        ),
    runs.verification === undefined
      ? undefined
      : element(
          'section',
          { class: 'card' },
          element('h2', {}, `Verification ${runs.verification.outcome}`),
          element('p', { class: 'note' }, `Of ${formatTime(runs.verification.finishedAt)}`),
          dataTable(
            'Checks',
            ['Check', 'Outcome', 'Looked at', 'Findings'],
            runs.verification.checks.map(({ check, status, examined, findings }) => [
              check,
              status,
              formatNumber(examined),
              formatNumber(findings),
            ]),
            { textColumns: 2 },
          ),
        ),
    runs.tables.length === 0
      ? undefined
      : element(
          'section',
          { class: 'card' },
          element('h2', {}, 'Tables and freshness'),
          dataTable(
            'Tables',
            ['Table', 'Newest delivery (UTC)', 'Landed', 'Published', 'Rejected'],
            runs.tables.map((row) => [
              row.table,
              row.newest ?? 'never',
              formatNumber(row.landed),
              row.general === null ? 'not yet' : formatNumber(row.general),
              formatNumber(count(row)),
            ]),
            { textColumns: 2 },
          ),
        ),
    runs.runs.length === 0
      ? undefined
      : element(
          'section',
          { class: 'card' },
          element('h2', {}, 'Newest runs'),
          dataTable(
            'Runs',
            ['Finished', 'Engine', 'Outcome', 'Units'],
            runs.runs.map(({ finishedAt, engine, outcome, units }) => [
              formatTime(finishedAt),
              engine,
              outcome,
              formatNumber(units),
            ]),
            { textColumns: 3 },
          ),
        ),
  ].filter((node) => node !== undefined);
}

function rejectedByReason(tables: readonly FlowRow[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const { rejected } of tables) {
    for (const [reason, rows] of Object.entries(rejected)) sums.set(reason, (sums.get(reason) ?? 0) + rows);
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}

/** What the numbers mean and why some are missing, for teachers and leaders. */
export function aboutPage({ engagement, workspace, version, madeAt }: Site): Node[] {
  const measures = engagement.measures.map(({ name, description }) => [name, description]);
  const paragraph = (text: string): HTMLElement => element('p', {}, text);
  return [
    element('h1', {}, 'About these numbers'),
    element(
      'section',
      { class: 'card text' },
      element('h2', {}, 'What you see'),
      paragraph(
        'A signal is one thing that somebody did in Microsoft 365: opened a file, posted in a channel, handed in an assignment. Signals tell how tools are used. They do not tell how well somebody learns or teaches, and must not be used to judge a person.',
      ),
      paragraph(
        `Days, weeks and hours are those of the time zone ${engagement.timeZone}; weeks begin on Monday. A signal belongs to the school of its class, else to that of the person.`,
      ),
      element('h2', {}, 'Why numbers are hidden or rounded'),
      paragraph(
        'Nobody can be found in this page. A number is shown only if at least 5 different people are behind it, and at least 5 behind the rest of every total beside it. Where one number must be hidden, another is hidden with it, so that it cannot be worked out from the sum. A number of which more than four fifths come from one person is hidden too.',
      ),
      paragraph(
        'As soon as you filter, numbers of people are rounded to 5 and say “about”. A class shows students only, in whole weeks, rounded to 5, with no other filters than app and dates.',
      ),
      paragraph('“hidden” is not zero: it means that few people, or nobody who may be told about, are behind it.'),
      element('h2', {}, 'How to ask a question'),
      paragraph(
        'Choose a school, role, app or dates above the charts, or a column, tile or bar in them; choose it again to take the filter away. The address of the page keeps what you chose: send it to a colleague, or go back.',
      ),
      element('h2', {}, 'This page'),
      paragraph(
        `Workspace ${workspace}, data version ${version}, computed ${formatTime(madeAt)}. It loads nothing from the internet and sends nothing anywhere.`,
      ),
    ),
    element(
      'section',
      { class: 'card' },
      element('h2', {}, 'Measures'),
      dataTable('Measures', ['Measure', 'Meaning'], measures, { textColumns: 2 }),
    ),
  ];
}
