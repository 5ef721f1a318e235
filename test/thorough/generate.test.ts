import fc from 'fast-check';
import { loadCatalogue } from '../../src/catalogue/load';
import { InsightsError } from '../../src/contract/errors';
import { civilDate } from '../../src/test-data/calendar';
import { dayWeight, parseDay } from '../../src/test-data/calendar';
import { generate } from '../../src/test-data/generate';
import { HashWriter, MemoryWriter } from '../../src/test-data/drop-writer';
import type { GenerateOptions } from '../../src/test-data/options';
import { specialSurnames } from '../../src/test-data/names';
import { rosterTables } from '../../src/test-data/table-writer';
import { digest, faultsOf, GeneratedDrop, type Named } from '../test-data/generated';

const tables = loadCatalogue('strict').tables.map(({ name }) => name);

async function digestOf(options: GenerateOptions): Promise<string> {
  const writer = new MemoryWriter();
  await generate(options, writer);
  return digest(writer.files);
}

describe('the generator', () => {
  test('gives the same bytes for the same options and others for another seed', async () => {
    const options: GenerateOptions = { set: 'k12', people: 120, days: 4, seed: 7 };
    const first = await digestOf(options);
    expect(await digestOf(options)).toBe(first);
    expect(await digestOf({ ...options, seed: 8 })).not.toBe(first);
  });

  test('leaves the earlier days as they are when there are more of them', async () => {
    const [few, many] = [new HashWriter(), new HashWriter()];
    await generate({ set: 'hed', people: 100, days: 3 }, few);
    await generate({ set: 'hed', people: 100, days: 5 }, many);
    expect(Object.fromEntries(many.files)).toEqual({
      ...Object.fromEntries(few.files),
      ...Object.fromEntries(many.files),
    });
    expect([...many.files.keys()].filter((name) => !few.files.has(name))).toEqual([
      'M365/activity/2024-10-17/ApplicationUsage.csv',
      'M365/activity/2024-10-18/ApplicationUsage.csv',
    ]);
  });

  test('keeps all 28 tables consistent for any seed, size and start', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('k12' as const, 'hed' as const),
        fc.integer({ min: 0, max: 0x7fffffff }),
        fc.integer({ min: 60, max: 400 }),
        fc.integer({ min: 0, max: 800 }),
        async (set, seed, people, offset) => {
          const startDate = new Date(Date.UTC(2023, 0, 1 + offset)).toISOString().slice(0, 10);
          const drop = await GeneratedDrop.of({ set, seed, people, days: 3, startDate });
          // In the holidays a small school may do nothing for three days.
          const first = parseDay(startDate) ?? 0;
          const isQuiet = [0, 1, 2].every((day) => dayWeight(first + day) < 100);
          const faults = faultsOf(drop, tables);
          expect(isQuiet ? faults.filter((fault) => fault !== 'activity is empty') : faults).toEqual([]);
        },
      ),
      { numRuns: 5 },
    );
  });

  test('never holds more than a chunk of a file, however long the file is', async () => {
    const writer = new HashWriter();
    const report = await generate({ set: 'k12', people: 3000, days: 2 }, writer);
    const longest = Math.max(...[...writer.files.values()].map(({ bytes }) => bytes));
    expect(report.rows.activity).toBeGreaterThan(4000);
    expect(longest).toBeGreaterThan(900_000);
    expect(writer.largestChunk).toBeLessThan(300_000);
  });

  test.each([
    [{ set: 'k12', scale: 0 }, 'The option scale must be a whole number from 1 to 1000.'],
    [{ set: 'k12', days: 1.5 }, 'The option days must be a whole number from 1 to 3660.'],
    [{ set: 'k12', seed: -1 }, 'The option seed must be a whole number from 0 to 2147483647.'],
    [{ set: 'k12', people: 59 }, 'The option people must be a whole number from 60 to 1000000.'],
    [{ set: 'k12', startDate: '2024-02-30' }, 'The option startDate must be a day such as 2024-03-04.'],
    [{ set: 'k13' as 'k12' }, 'The option set must be one of k12, hed.'],
  ] satisfies [GenerateOptions, string][])('refuses %j', async (options, message) => {
    await expect(generate(options, new MemoryWriter())).rejects.toEqual(
      new InsightsError('TEST_DATA_OPTIONS', message),
    );
  });
});

describe.each(['k12', 'hed'] as const)('the %s set', (set) => {
  let drop: GeneratedDrop;
  beforeAll(async () => {
    drop = await GeneratedDrop.of({ set });
  });

  const count = <T>(rows: readonly T[], key: (row: T) => string): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
    return counts;
  };
  const most = (counts: Map<string, number>): number => Math.max(...counts.values());
  const definition = (type: string, code: string): string =>
    drop.rows('RefDefinition').find((row) => row.RefType === type && row.Code === code)!.Id!;
  const enrolled = (role: string): Named[] =>
    drop.rows('Enrollment').filter((row) => row.RefSectionRoleId === definition('RefSectionRole', role));

  test('has all roster and directory tables and no fault in any', () => {
    expect(rosterTables()).toHaveLength(27);
    expect(faultsOf(drop, tables)).toEqual([]);
  });

  test('has several accounts for a person, several persons behind an account, and guests who are nobody here', () => {
    const mapping = drop.rows('AadUserPersonMapping');
    expect(most(count(mapping, (row) => row.PersonId!))).toBe(2);
    if (set === 'k12') expect(most(count(mapping, (row) => row.ObjectId!))).toBe(6);
    const mapped = new Set(mapping.map((row) => row.ObjectId));
    const guests = drop.rows('AadUser').filter((row) => !mapped.has(row.ObjectId));
    expect(guests.length).toBeGreaterThanOrEqual(2);
    expect(guests.every((row) => row.Role === 'Other' && row.UserPrincipalName!.includes('#EXT#'))).toBe(true);
  });

  test('has parents who teach, and guardians without an account', () => {
    const roles = drop.rows('PersonOrganizationRole');
    const having = (code: string): Set<string> =>
      new Set(roles.filter((row) => row.RefRoleId === definition('RefRole', code)).map((row) => row.PersonId!));
    const guardians = having('Guardian');
    const teachers = [...having('Teacher'), ...having('professor'), ...having('lecturer')];
    expect(teachers.some((person) => guardians.has(person))).toBe(true);
    const mapped = drop.values('AadUserPersonMapping', 'PersonId');
    const withoutAccount = [...guardians].filter((person) => !mapped.has(person));
    expect(withoutAccount.length).toBeGreaterThanOrEqual(guardians.size / 2);
  });

  test('has withdrawn students, a section of one, co-teachers, and one of 500 where students are enough', async () => {
    expect(drop.rows('Enrollment').some((row) => row.IsActiveInSession === 'FALSE' && row.ExitDate !== '')).toBe(true);
    const sizes = count(enrolled('student'), (row) => row.SectionId!);
    expect([...sizes.values()]).toContain(1);
    expect(most(count(enrolled('teacher'), (row) => row.SectionId!))).toBe(2);
    const large = set === 'hed' ? drop : await GeneratedDrop.of({ set, scale: 2, days: 1 });
    const students = definition('RefSectionRole', 'student');
    const inLarge = large.rows('Enrollment').filter((row) => row.RefSectionRoleId === students);
    expect(most(count(inLarge, (row) => row.SectionId!))).toBe(500);
  });

  test('has the names that break careless software, and teachers in section titles', () => {
    const written = drop.values('Person', 'Surname');
    expect(specialSurnames.map((name) => name.written).filter((name) => !written.has(name))).toEqual([]);
    const given = [...drop.values('Person', 'GivenName')];
    expect(given.some((name) => name.includes('"'))).toBe(true);
    expect(given.some((name) => /[\u0590-\u06ff]/.test(name))).toBe(true);
    expect(given.some((name) => name !== name.normalize('NFC'))).toBe(true);
    const titles = [...drop.values('Section', 'Name')];
    expect(titles.some((title) => title.includes("O'Neil"))).toBe(true);
    expect(titles.some((title) => title.includes(','))).toBe(true);
  });

  test('has numbers with leading zeros, and no account number twice', () => {
    const numbers = drop.rows('AadUser').map((row) => row.StudentId! + row.TeacherId!);
    expect(numbers.filter((number) => number !== '').every((number) => /^0\d{6}$/.test(number))).toBe(true);
  });

  test('hits every join of a dashboard for the known actors, and has unknown ones', () => {
    const activity = drop.rows('activity');
    const accounts = drop.values('AadUser', 'ObjectId');
    const classes = drop.values('AadGroup', 'ObjectId');
    const unknown = activity.filter((row) => !accounts.has(row.ActorId!));
    expect(unknown.length).toBeGreaterThan(0);
    expect(unknown.length).toBeLessThan(activity.length / 50);
    expect(activity.every((row) => row.ClassId === '' || classes.has(row.ClassId!))).toBe(true);
    expect(activity.some((row) => row.ClassId === '')).toBe(true);
    const sections = new Map(drop.rows('AadGroup').map((row) => [row.ObjectId, row.SectionId]));
    const known = drop.values('Section', 'Id');
    expect(activity.every((row) => row.ClassId === '' || known.has(sections.get(row.ClassId)!))).toBe(true);
  });

  test('speaks only words that the catalogue lists', () => {
    const foreign = loadCatalogue('strict').tables.flatMap((table) =>
      table.columns.flatMap(({ name, enumeration }) => {
        if (enumeration === undefined || !('values' in enumeration)) return [];
        return [...drop.values(table.name, name)]
          .filter((value) => value !== '' && !enumeration.values.includes(value))
          .map((value) => `${table.name}.${name}: ${value}`);
      }),
    );
    expect(foreign).toEqual([]);
  });

  test('uses every signal type and application that the catalogue lists', () => {
    const table = loadCatalogue('strict').tables.find(({ name }) => name === 'activity')!;
    for (const name of ['SignalType', 'AppName']) {
      const { enumeration } = table.columns.find((column) => column.name === name)!;
      if (enumeration === undefined || !('values' in enumeration)) throw new Error(`${name} has no list`);
      expect([...drop.values('activity', name)].sort()).toEqual([...enumeration.values].sort());
    }
  });

  test('follows the local clock: the same hours before and after the change of clocks, in UTC an hour apart', () => {
    const busiest = (from: string, to: string): string => {
      const weekdays = drop.rows('activity').filter((row) => row.StartTime! >= from && row.StartTime! < to);
      const hours = count(weekdays, (row) => row.StartTime!.slice(11, 13));
      return [...hours.entries()]
        .filter(([, rows]) => rows > 0)
        .sort((one, other) => (one[0] < other[0] ? -1 : 1))[0]![0];
    };
    const earliest = (days: readonly [string, string]): string => busiest(...days);
    const weeks: Record<typeof set, [readonly [string, string], readonly [string, string]]> = {
      // The first lesson hour is 07 local: 13 UTC in winter and 12 UTC in summer for Chicago, 05 and 06 for Berlin.
      k12: [
        ['2024-03-05 12', '2024-03-05 20'],
        ['2024-03-12 12', '2024-03-12 20'],
      ],
      hed: [
        ['2024-10-22 00', '2024-10-22 12'],
        ['2024-10-29 00', '2024-10-29 12'],
      ],
    };
    expect(weeks[set].map(earliest)).toEqual(set === 'k12' ? ['13', '12'] : ['05', '06']);
  });

  test('rests at weekends', () => {
    const days = count(drop.rows('activity'), (row) => row.StartTime!.slice(0, 10));
    const average = (wanted: (weekday: number) => boolean): number => {
      const matching = [...days.entries()].filter(([day]) => wanted(new Date(`${day}T00:00:00Z`).getUTCDay()));
      return matching.reduce((sum, [, rows]) => sum + rows, 0) / matching.length;
    };
    expect(average((weekday) => weekday === 6)).toBeLessThan(average((weekday) => weekday >= 1 && weekday <= 4) / 4);
  });

  test('fills the fields of each signal type and no others', () => {
    const activity = drop.rows('activity');
    const filled = (type: string): string[] => {
      const rows = activity.filter((row) => row.SignalType === type && row.ClassId !== '');
      return Object.keys(rows[0]!).filter((column) => rows.every((row) => row[column] !== ''));
    };
    const always = [
      'SignalType',
      'StartTime',
      'SignalId',
      'ClassId',
      'AppName',
      'ActorId',
      'ActorRole',
      'SchemaVersion',
      'ClassCreationDate',
    ];
    const inOrder = (columns: string[]): string[] =>
      Object.keys(activity[0]!).filter((column) => columns.includes(column));
    expect(filled('AssignmentEvent')).toEqual(inOrder([...always, 'AssignmentId', 'Action', 'DueDate']));
    expect(filled('FileDownloaded')).toEqual(inOrder([...always, 'SourceFileExtension']));
    expect(filled('VisitTeamChannel')).toEqual(inOrder([...always, 'ChannelId']));
    expect(filled('CallRecordSummarized')).toEqual(
      inOrder([...always, 'MeetingDuration', 'MeetingSessionId', 'MeetingType']),
    );
    const reading = Object.keys(activity[0]!).filter((column) => column.startsWith('Reading'));
    const submission = ['AssignmentId', 'SubmissionId', 'SubmissionCreatedTime', 'Action', 'DueDate'];
    expect(filled('ReadingSubmission')).toEqual(inOrder([...always, ...submission, ...reading]));
    const graded = activity.filter((row) => row.Grade !== '');
    expect(graded.length).toBeGreaterThan(100);
    expect(
      graded.every(
        (row) => row.SignalType === 'SubmissionEvent' && row.Action === 'Returned' && row.SubmissionId !== '',
      ),
    ).toBe(true);
    expect(activity.every((row) => row.MeetingDuration === '' || /^\d:\d\d:\d\d$/.test(row.MeetingDuration!))).toBe(
      true,
    );
  });

  test('says in its manifest where its tables are, in the order of the files', () => {
    const folder = [...drop.files.keys()].find((name) => name.endsWith('snapshot.roster.manifest.cdm.json'))!;
    const manifest = JSON.parse(drop.files.get(folder)!.toString()) as {
      entities: { entityName: string; dataPartitionPatterns: { rootLocation: string }[] }[];
    };
    const timestamp = folder.split('/')[2];
    expect(
      manifest.entities.map(({ entityName, dataPartitionPatterns }) => [
        entityName,
        dataPartitionPatterns[0]!.rootLocation,
      ]),
    ).toEqual(rosterTables().map(({ name }) => [name, `local:/roster/${timestamp}/${name}`]));
    const schema = JSON.parse(drop.files.get('M365/schema/roster.v0.3.2.cdm.json')!.toString()) as {
      definitions: { entityName: string; hasAttributes: { name: string }[] }[];
    };
    expect(
      schema.definitions.map(({ entityName, hasAttributes }) => [entityName, hasAttributes.map(({ name }) => name)]),
    ).toEqual(rosterTables().map((table) => [table.name, Object.keys(drop.rows(table.name)[0]!)]));
  });

  test('stays within one school year', () => {
    const terms = drop.rows('Session');
    expect(terms.map((row) => row.StartDate!.slice(5))).toEqual(['08-01', '08-01', '01-16']);
    expect(new Set(terms.map((row) => civilDate(Date.parse(row.EndDate!) / 86_400_000).year)).size).toBe(1);
  });
});
