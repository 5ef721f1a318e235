import { activityFiles, formatRows, parseRows, positionOf, type DropMap } from '../drop-map';
import { formatDay, parseDay } from '../calendar';
import { Random } from '../random';
import { catalogueTable } from '../table-writer';
import {
  addRoster,
  cellOf,
  editRoster,
  newestRoster,
  rosterFile,
  schoolDayFile,
  shiftTimestamp,
  unfit,
  withCells,
  type Scenario,
} from './scenario';

/** A day's activity again some days later, with signal ids of its own. */
function laterActivity(drop: DropMap, days: number): DropMap {
  const source = schoolDayFile(drop);
  const last = activityFiles(drop).at(-1)!;
  const lastDay = parseDay(last.split('/')[2]!);
  const sourceDay = parseDay(source.split('/')[2]!);
  if (lastDay === undefined || sourceDay === undefined) throw unfit('An activity folder is not named after a day.');
  const shift = lastDay + days - sourceDay;
  const random = new Random('scenario', 'next day');
  const rows = parseRows(drop.get(source)!).map((row) => {
    const time = cellOf('activity', row, 'StartTime');
    const day = formatDay(parseDay(time.slice(0, 10))! + shift);
    return withCells('activity', row, { SignalId: random.guid(), StartTime: day + time.slice(10) });
  });
  return new Map(drop).set(`M365/activity/${formatDay(lastDay + days)}/ApplicationUsage.csv`, formatRows(rows));
}

/** Rows of a table put into a folder of their own, whole or only the key's cells (ROW12). */
function extension(
  drop: DropMap,
  kind: 'delta' | 'delete',
  tables: Readonly<Record<string, readonly (readonly string[])[]>>,
): DropMap {
  const timestamp = shiftTimestamp(newestRoster(drop), 2);
  const changed = new Map(drop);
  for (const [table, rows] of Object.entries(tables)) {
    changed.set(`M365/roster_${kind}/${timestamp}/${table}/${table.toLowerCase()}.csv`, formatRows(rows));
  }
  return changed;
}

function rowsOf(drop: DropMap, table: string): string[][] {
  return parseRows(drop.get(rosterFile(drop, newestRoster(drop), table))!);
}

/** What arrives after the first drop: more days, deltas, deliveries made again or made in parts. */
export const deliveries: readonly Scenario[] = [
  {
    name: 'next-day',
    description: 'The share delivers one more day of activity, and the roster again without a change.',
    outcome: 'The day is appended; the unchanged snapshot is skipped.',
    expects: { rules: ['ROW14'], after: 'nothing', status: 'processed' },
    apply: (drop) => addRoster(laterActivity(drop, 3), 21),
  },
  {
    name: 'roster-delta',
    description: 'Two changed persons and a new one arrive as a delta, not as a whole roster.',
    outcome: 'They are merged by key: two rows superseded, one more; everyone else stays.',
    expects: { rules: ['ROW12'], after: 'nothing', status: 'processed' },
    apply: (drop) => {
      const [first, second] = rowsOf(drop, 'Person');
      const id = new Random('scenario', 'delta').guid();
      return extension(drop, 'delta', {
        Person: [
          withCells('Person', first!, { Surname: 'Delta-One' }),
          withCells('Person', second!, { Surname: 'Delta-Two' }),
          withCells('Person', first!, { Id: id, GivenName: 'Delia', Surname: 'Delta-Three' }),
        ],
      });
    },
  },
  {
    name: 'roster-delete',
    description: 'Three enrolments are deleted by their keys; the files hold the key cells only.',
    outcome: 'Three rows less in Enrollment, in every stage from Ingested on.',
    expects: { rules: ['ROW12'], after: 'nothing', status: 'processed' },
    apply: (drop) => {
      const keys = catalogueTable('Enrollment').key.map((column) => positionOf('Enrollment', column));
      const rows = rowsOf(drop, 'Enrollment').slice(0, 3);
      return extension(drop, 'delete', { Enrollment: rows.map((row) => keys.map((position) => row[position]!)) });
    },
  },
  {
    name: 'activity-again',
    description:
      'A day is delivered again under its old name: five rows more, and ten points more for every fifth grade.',
    outcome: 'The later arrival of each signal wins; the file lands a second time under its timestamp plus a second.',
    expects: { rules: ['ROW1', 'ROW14'], after: 'base', status: 'processed' },
    apply: (drop) => {
      const file = activityFiles(drop).find((name) => gradedRows(drop, name) >= 5) ?? schoolDayFile(drop);
      const random = new Random('scenario', 'again');
      let graded = 0;
      const rows = parseRows(drop.get(file)!).map((row) => {
        const grade = cellOf('activity', row, 'Grade');
        if (grade === '' || graded++ % 5 !== 0) return row;
        return withCells('activity', row, { Grade: `${Number(grade) >= 90 ? 100 : Number(grade) + 10}` });
      });
      const more = rows.slice(0, 5).map((row) => withCells('activity', row, { SignalId: random.guid() }));
      return new Map(drop).set(file, formatRows([...rows, ...more]));
    },
  },
  {
    name: 'table-missing',
    description: 'The next roster folder is there, but the share has not delivered its Enrollment yet.',
    outcome: 'The folder waits: a roster lands whole or not at all.',
    expects: { rules: ['ROW2'], after: 'nothing', status: 'waiting', warnings: ['ROW2'] },
    apply: (drop) => {
      const later = addRoster(drop, 7);
      return new Map([...later].filter(([name]) => name !== rosterFile(later, newestRoster(later), 'Enrollment')));
    },
  },
  {
    name: 'table-completed',
    description: 'The roster folder of `table-missing` has received its Enrollment.',
    outcome: 'Now it is complete, lands and is processed.',
    expects: { rules: ['ROW2'], after: 'nothing', status: 'processed' },
    apply: (drop) => addRoster(drop, 7),
  },
  {
    name: 'empty-file',
    description: 'The share left a file of 0 bytes in the next roster, because its source changed during the copy.',
    outcome: 'A snapshot that empties a table is held; nothing of the folder is ingested.',
    expects: {
      rules: ['ROW5'],
      after: 'nothing',
      status: 'held',
      findings: [{ table: 'Enrollment', code: 'SNAPSHOT_HELD' }],
    },
    apply: (drop) => addRoster(drop, 7, { Enrollment: () => [] }),
  },
  {
    name: 'first-roster-empty',
    description: 'The very first roster has a file of 0 bytes where Enrollment should be.',
    outcome: 'There is nothing to hold it against: it is taken in, with a warning that names the table.',
    expects: { rules: ['ROW5'], after: 'nothing', status: 'processed', warnings: ['ROW5'] },
    apply: (drop) => editRoster(drop, { Enrollment: () => [] }),
  },
  {
    name: 'first-roster-cut',
    description: 'The very first roster has half of its Person, cut between two lines.',
    outcome: 'It is taken in, with a warning: other tables refer to persons who are not there.',
    expects: { rules: ['ROW5'], after: 'nothing', status: 'processed', warnings: ['ROW5'] },
    apply: (drop) => editRoster(drop, { Person: (rows) => rows.slice(0, Math.ceil(rows.length / 2)) }),
  },
];

function gradedRows(drop: DropMap, file: string): number {
  return parseRows(drop.get(file)!).filter((row) => cellOf('activity', row, 'Grade') !== '').length;
}
