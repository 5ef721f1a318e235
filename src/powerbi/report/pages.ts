import { signalGroupings, type SignalGrouping } from '../../catalogue/signal-groups';
import type { DimensionName } from '../measures/dimensions';
import { smallestGroup } from '../measures/suppression';
import type { PageSpec, ReportSet, VisualSpec } from './report';
import { at, barChart, card, columnChart, lineChart, slicer, text, treemap } from './visuals';

interface Wording {
  readonly title: string;
  readonly district: string;
  readonly school: string;
  /** The measure, grouping and title of the chart of users per kind and week. */
  readonly users: {
    readonly measure: string;
    readonly grouping: SignalGrouping;
    readonly by: DimensionName;
    readonly title: string;
  };
}

const wordings: Readonly<Record<ReportSet, Wording>> = {
  k12: {
    title: 'Digital engagement in Teams',
    district: 'the district',
    school: 'school',
    users: {
      measure: 'Active Users',
      grouping: signalGroupings.classTeam,
      by: 'classTeamGroup',
      title: 'Users per week, by what they did in class teams',
    },
  },
  hed: {
    title: 'Digital engagement from Insights',
    district: 'the university',
    school: 'faculty',
    users: {
      measure: 'Active Students',
      grouping: signalGroupings.products,
      by: 'signalGroup',
      title: 'Students per week, by kind of activity',
    },
  },
};

const teams = ['Teams', 'TeamsMeeting', 'TeamsMobile'];

/** The pages of a set's report; the first two are upstream's. */
export function reportPages(set: ReportSet): readonly PageSpec[] {
  const wording = wordings[set];
  return [
    explanationPage(wording),
    engagementPage(set, wording),
    workPage(wording),
    patternPage(wording),
    qualityPage(),
  ];
}

function explanationPage({ title, district, school }: Wording): PageSpec {
  return {
    key: 'explanation',
    title: 'Explanation',
    visuals: [
      text(
        'introduction',
        at(64, 48, 1152, 200),
        title,
        `This report shows how people of ${district} use Microsoft 365, counted from the signals that Microsoft Education Insights delivers. A signal is one thing done: a file opened, a message posted, work handed in.`,
      ),
      text(
        'reading',
        at(64, 264, 560, 392),
        'How to read it',
        `Choose a ${school}, a class, a role, an app or a span of days at the left of a page: every number on the page follows.`,
        `The ${school} of a signal is that of its class; without a class it is that of the person who acted. Days, weeks and hours are in the institution’s own time; a week begins on Monday.`,
        'Few signals do not mean little learning: what happens on paper, or in other software, is not here.',
      ),
      text(
        'privacy',
        at(656, 264, 560, 392),
        'What you will not find',
        'Nobody is named: persons are pseudonyms that stay inside the model, and no column tells one from another.',
        `A number is shown only if it stands for at least ${smallestGroup} persons and leaves either nobody or at least ${smallestGroup} others of its total, and if no one person makes up more than four fifths of it. Other numbers are empty: empty does not mean zero.`,
        'The page “Data quality” says how fresh the numbers are, and what was left out.',
      ),
    ],
  };
}

function engagementPage(set: ReportSet, wording: Wording): PageSpec {
  const { title, district, school, users } = wording;
  const cards: readonly (readonly [measure: string, title: string])[] = [
    ['Days', 'Days with activity'],
    ['Schools', set === 'hed' ? 'Faculties' : 'Schools'],
    ['Classes', 'Classes'],
    ['Students', 'Students enrolled'],
    ['Active Users', 'Active users'],
    ['Signals', 'Signals'],
  ];
  return {
    key: 'engagement',
    title: 'Digital Engagement',
    visuals: [
      ...frame(title, school),
      ...cards.map(([measure, label], index) => card(measure, label, at(264 + index * 168, 80, 156, 96))),
      columnChart({
        key: 'users per kind and week',
        title: users.title,
        measures: [users.measure],
        by: 'week',
        series: users.by,
        position: at(264, 188, 600, 256),
        filters: [{ table: 'activity', column: users.grouping.column, values: users.grouping.charted }],
      }),
      treemap({
        key: 'teams per school',
        title: `Signals of students in Teams, by ${school}`,
        measures: ['Signals'],
        by: 'school',
        position: at(876, 188, 384, 256),
        filters: [
          { table: 'activity', column: 'ActorRole', values: ['Student'] },
          { table: 'activity', column: 'AppName', values: teams },
          { table: 'Organization', column: 'Name', isNotBlank: true },
        ],
      }),
      lineChart({
        key: 'signals per day',
        title: `Signals per day in ${district}`,
        measures: ['Signals'],
        by: 'day',
        position: at(264, 456, 996, 248),
      }),
    ],
  };
}

function workPage({ school }: Wording): PageSpec {
  return {
    key: 'work',
    title: 'Assignments, reading, meetings',
    visuals: [
      ...frame('Assignments, reading practice and meetings', school),
      card('Assignments Given', 'Assignments given', at(264, 80, 156, 96)),
      card('Turn-in Rate', 'Share of opened work turned in', at(432, 80, 156, 96)),
      card('On-time Rate', 'Share turned in on time', at(600, 80, 156, 96)),
      card('Readers', 'Readers', at(768, 80, 156, 96)),
      card('Words per Minute', 'Words per minute, average', at(936, 80, 156, 96)),
      card('Meetings', 'Teams meetings', at(1104, 80, 156, 96)),
      columnChart({
        key: 'work per week',
        title: 'Pieces of work opened and turned in, per week',
        measures: ['Work Opened', 'Work Turned In'],
        by: 'week',
        position: at(264, 188, 492, 256),
      }),
      barChart({
        key: 'turn-in rate',
        title: `Share of opened work turned in, by ${school}`,
        measures: ['Turn-in Rate'],
        by: 'school',
        position: at(768, 188, 492, 256),
      }),
      columnChart({
        key: 'reading per week',
        title: 'Reading practice handed in, per week',
        measures: ['Reading Submissions'],
        by: 'week',
        position: at(264, 456, 492, 248),
      }),
      columnChart({
        key: 'meeting minutes',
        title: 'Minutes per participant in Teams meetings, per week',
        measures: ['Minutes per Participant'],
        by: 'week',
        position: at(768, 456, 492, 248),
      }),
    ],
  };
}

function patternPage({ school }: Wording): PageSpec {
  return {
    key: 'patterns',
    title: 'Apps, devices, hours',
    visuals: [
      ...frame('With what, on what, and when', school),
      barChart({
        key: 'apps',
        title: 'Users, by app',
        measures: ['Active Users'],
        by: 'app',
        position: at(264, 80, 492, 308),
      }),
      barChart({
        key: 'devices',
        title: 'Users, by device or browser where it is known',
        measures: ['Active Users'],
        by: 'device',
        position: at(768, 80, 492, 308),
        filters: [{ table: 'activity', column: 'UserAgent', isNotBlank: true }],
      }),
      columnChart({
        key: 'hours',
        title: 'Signals, by hour of the day',
        measures: ['Signals'],
        by: 'hour',
        position: at(264, 400, 492, 304),
      }),
      columnChart({
        key: 'weekdays',
        title: 'Signals, by day of the week (1 is Monday)',
        measures: ['Signals'],
        by: 'weekday',
        position: at(768, 400, 492, 304),
      }),
    ],
  };
}

function qualityPage(): PageSpec {
  const column = (name: string, label: string) => ({ table: 'Quality', column: name, label });
  return {
    key: 'quality',
    title: 'Data quality',
    visuals: [
      text('title', at(24, 16, 1232, 56), 'How fresh and how complete the data is'),
      card('Latest Activity', 'Last day with a signal', at(24, 80, 296, 96)),
      card('Latest Run', 'Last run ended (UTC)', at(336, 80, 296, 96)),
      card('Rows Landed', 'Rows delivered in all runs', at(648, 80, 296, 96)),
      card('Rows Rejected', 'Rows rejected in all runs', at(960, 80, 296, 96)),
      {
        key: 'runs',
        type: 'tableEx',
        title: 'Rows of each run and table: delivered, delivered twice, rejected',
        altText: 'A table with a row for each run and table: rows delivered, rows delivered twice, rows rejected.',
        position: at(24, 188, 1232, 440),
        roles: {
          Values: [
            column('Finished', 'Run ended (UTC)'),
            column('Outcome', 'Outcome'),
            column('Table', 'Table'),
            { measure: 'Rows Landed' },
            { measure: 'Duplicate Rows' },
            { measure: 'Rows Rejected' },
          ],
        },
      },
      text(
        'note',
        at(24, 640, 1232, 64),
        '',
        'A rejected row is kept with its reason and not published. The run reports in the lake say which reasons there were.',
      ),
    ],
  };
}

/** Title and slicers, the same on every page of numbers. */
function frame(title: string, school: string): readonly VisualSpec[] {
  const choices: readonly (readonly [DimensionName, Pick<VisualSpec, 'title' | 'filters'>])[] = [
    ['school', { title: `${school.charAt(0).toUpperCase()}${school.slice(1)}` }],
    // No filter goes from schools to classes (relationships.ts): a measure does, and leaves those of the school chosen.
    ['class', { filters: [{ measure: 'Known Classes', isNotBlank: true }] }],
    ['role', {}],
    ['app', {}],
  ];
  return [
    text('title', at(264, 16, 996, 56), title),
    ...choices.map(([name, options], index) => slicer(name, at(16, 80 + index * 108, 232, 96), options)),
    slicer('day', at(16, 512, 232, 112), { mode: 'Between' }),
  ];
}
