import * as path from 'node:path';
import * as fs from 'node:fs/promises';
import { smallCatalogue, smallCsv, smallRow, smallRows, writeDrop, type SmallFile } from '../support/small-drop';
import { readTable, runEngine } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';
import { csv, useOneTable } from './one-table';

const correct = useOneTable();
const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['Person', 'Enrollment']);
const folder = '2022-01-28T06-16-22';
const columns = catalogue.tables.map(({ name, columns: all }) => [name, all.map((column) => column.name)] as const);
const namesOf = (table: string): readonly string[] => columns.find(([name]) => name === table)?.[1] ?? [];

test('ROW10: each reason, the first that applies, with raw cells, bytes and true line, after a quoted line end', async () => {
  const row = (cells: Record<string, string>): string[] => smallRow('Enrollment', 1, cells);
  const good = smallRows('Enrollment', 200);
  const quoted = row({ Id: 'quoted', ExternalId: 'two\nlines, "said" she' });
  const bad: readonly (readonly [string, string | null, readonly string[]])[] = [
    ['header_row', null, namesOf('Enrollment').map((name) => name.toLowerCase())],
    ['cast', 'FirstSeenDateTime', row({ Id: ' ', FirstSeenDateTime: 'soon', EntryDate: 'x', PersonId: '' })],
    ['key_empty', 'Id', row({ Id: ' ', PersonId: '', EntryDate: '2023-01-01' })],
    ['required_empty', 'PersonId', row({ Id: 'a', PersonId: '', SectionId: '', EntryDate: '2023-01-01' })],
    ['row_check', 'EntryDate', row({ Id: 'b', ExternalId: 'x\r\ny', EntryDate: '2023-01-01' })],
  ];
  const lines = [
    csv([...good, quoted]),
    csv(bad.map(([, , cells]) => cells)),
    csv([['too', 'few', '007 ']]),
    'broken \xc3\x28 text,\n',
    `${row({ Id: 'last' }).join(',')}\n`,
    '"never closed,\nand on it goes\n',
  ];
  const bytes = Buffer.concat(
    lines.map((text) => (text.startsWith('broken') ? Buffer.from(text, 'latin1') : Buffer.from(text))),
  );
  const result = await correct('Enrollment', [bytes]);
  expect(result.refused).toBeUndefined();
  expect(result.rows).toHaveLength(202);
  const told = result.rejectedRows.map(({ reason, columnName, line, lineCount, cells, raw }) => ({
    reason,
    columnName: columnName ?? null,
    line,
    lineCount,
    cells,
    raw: raw.toString('latin1'),
  }));
  const ofCells = (index: number, line: number, lineCount = 1): unknown => {
    const [reason, columnName, cells] = bad[index] ?? ['', null, []];
    return { reason, columnName, line, lineCount, cells, raw: csv([cells]).slice(0, -1) };
  };
  const inOrder = [...told].sort((a, b) => a.line - b.line);
  expect(inOrder.slice(0, 7)).toEqual([
    ofCells(0, 203),
    ofCells(1, 204),
    ofCells(2, 205),
    ofCells(3, 206),
    ofCells(4, 207, 2),
    { reason: 'width', columnName: null, line: 209, lineCount: 1, cells: ['too', 'few', '007 '], raw: 'too,few,007 ' },
    { reason: 'encoding', columnName: null, line: 210, lineCount: 1, cells: undefined, raw: 'broken \xc3\x28 text,' },
  ]);
  // The line of an open quote is one reject; reading goes on with the next line.
  expect(inOrder.slice(7)).toEqual([
    { reason: 'unclosed_quote', columnName: null, line: 212, lineCount: 1, cells: undefined, raw: '"never closed,' },
    { reason: 'width', columnName: null, line: 213, lineCount: 1, cells: ['and on it goes'], raw: 'and on it goes' },
  ]);
  const one = { header_row: 1, cast: 1, key_empty: 1, required_empty: 1, row_check: 1, encoding: 1, unclosed_quote: 1 };
  expect(result.rejected).toEqual({ ...one, width: 2 });
});

describe('ROW10: the threshold', () => {
  const people = (good: number, bad: number, headers = 0): string =>
    csv([
      ...Array.from({ length: headers }, () => namesOf('Person')),
      ...smallRows('Person', good),
      ...Array.from({ length: bad }, (_, n) => smallRow('Person', good + n, { Id: '' })),
    ]);
  const failure = async (good: number, bad: number, headers = 0): Promise<string | undefined> =>
    (await correct('Person', [people(good, bad, headers)])).failure?.message;

  test.each([
    [0, 1, 0, '1 of 1 rows were rejected (key_empty 1), more than the threshold allows.'],
    [1, 1, 0, undefined],
    [1, 10, 0, undefined],
    [1, 11, 0, '11 of 12 rows were rejected (key_empty 11), more than the threshold allows.'],
    // 5 % exactly is allowed, a row more is not.
    [380, 20, 0, undefined],
    [379, 21, 0, '21 of 400 rows were rejected (key_empty 21), more than the threshold allows.'],
    [5, 0, 5, undefined],
  ])('%d good and %d bad rows, %d headers', async (good, bad, headers, message) => {
    expect(await failure(good, bad, headers)).toBe(message);
  });

  test('headers are neither rejected rows nor rows', async () => {
    expect(await failure(209, 11, 30)).toBeUndefined();
    expect(await failure(208, 11, 30)).toBe(
      '11 of 219 rows were rejected (header_row 30, key_empty 11), more than the threshold allows.',
    );
  });
});

test('ROW10: a failed unit publishes nothing and leaves its rejected rows; a mended delivery is published', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  const rows = (bad: number): SmallFile => [
    ...smallRows('Person', 20),
    ...Array.from({ length: bad }, (_, n) => smallRow('Person', 40 + n, { Id: ' ' })),
  ];
  await writeDrop(
    drop,
    {
      roster: {
        [folder]: {
          Person: rows(12),
          Enrollment: [...smallRows('Enrollment', 30), smallRow('Enrollment', 31, { PersonId: '' })],
        },
      },
    },
    catalogue,
  );
  for (let run = 0; run < 2; run++) {
    const report = await runEngine({ drop, lake, catalogue });
    expect(report.outcome).toBe('failed');
    expect(report.messages.filter(({ severity }) => severity === 'error')).toEqual([
      {
        severity: 'error',
        code: 'REJECT_THRESHOLD',
        message:
          '12 of 32 rows were rejected (key_empty 12), more than the threshold allows. Rundate 2022-01-28 06:16:22.',
        table: 'Person',
        file: `oea/dev/stage1/Transactional/M365/v1.14/Person/snapshot_batch_data/rundate=2022-01-28 06:16:22/person.csv`,
        counts: { key_empty: 12 },
      },
    ]);
    for (const table of ['Person', 'Enrollment'])
      for (const stage of ['Ingested', 'Ingested_Corrected', 'general', 'sensitive'] as const)
        expect(await readTable(lake, stage, table)).toBeUndefined();
    const rejected = await readTable(lake, 'Rejected', 'Person', ['reason', 'column_name', 'line']);
    expect(rejected).toHaveLength(12);
    expect(rejected?.[0]).toEqual({ reason: 'key_empty', column_name: 'Id', line: '21' });
    expect(await readTable(lake, 'Rejected', 'Enrollment', ['reason'])).toEqual([{ reason: 'required_empty' }]);
  }

  await writeDrop(
    drop,
    { roster: { [folder]: { Person: rows(1), Enrollment: smallRows('Enrollment', 30) } } },
    catalogue,
  );
  const report = await runEngine({ drop, lake, catalogue });
  expect(report.outcome).toBe('succeeded');
  expect(await readTable(lake, 'general', 'Person')).toHaveLength(20);
});

test('ROW10: a batch that is tried again replaces its rejected rows', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  const people = [...smallRows('Person', 20), ...Array.from({ length: 12 }, () => smallRow('Person', 1, { Id: '' }))];
  await writeDrop(drop, { roster: { [folder]: { Person: people } } }, catalogue);
  expect((await runEngine({ drop, lake, catalogue })).outcome).toBe('failed');
  // An operator who has looked at them allows more of them.
  expect((await runEngine({ lake, catalogue, settings: { rejectRows: 12 } })).outcome).toBe('succeeded');
  expect(await readTable(lake, 'general', 'Person')).toHaveLength(20);
  expect(await readTable(lake, 'Rejected', 'Person')).toHaveLength(12);
});

test('ROW8, ROW10: a refused file stops its whole folder, and activity is a unit of its own', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  const tables = smallCatalogue(['Person', 'Enrollment', 'activity']);
  const wide = Buffer.from(smallCsv('Person', smallRows('Person')).toString().replaceAll('\n', ',more\n'));
  await writeDrop(
    drop,
    { roster: { [folder]: { Person: wide } }, activity: { '2022-01-28/ApplicationUsage.csv': [{}, {}] } },
    tables,
  );
  const report = await runEngine({ drop, lake, catalogue: tables });
  expect(report.units.map(({ unit, status }) => [unit, status])).toEqual([
    ['activity/2022-01-28/ApplicationUsage.csv', 'processed'],
    [`roster/${folder}`, 'failed'],
  ]);
  expect(await readTable(lake, 'general', 'activity')).toHaveLength(2);
  expect(await readTable(lake, 'general', 'Enrollment')).toBeUndefined();
  const stage2 = await fs.readdir(path.join(lake, 'oea/dev/stage2'));
  expect(stage2).not.toContain('Rejected');
});
