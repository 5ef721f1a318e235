import { smallCatalogue, smallRows, writeDrop, type SmallTables } from '../support/small-drop';
import { runEngine } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';
import type { RunReport } from '../../src/contract/lake-format';

/** ROW5 where there is no earlier snapshot: what a first roster tells of itself. */

const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['Organization', 'Person', 'PersonOrganizationRole']);
const first = '2022-01-28T06-16-22';
const landed = (table: string): string =>
  `oea/dev/stage1/Transactional/M365/v1.14/${table}/snapshot_batch_data/rundate=2022-01-28 06:16:22/${table.toLowerCase()}.csv`;

async function firstRun(tables: SmallTables): Promise<RunReport> {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  await writeDrop(drop, { roster: { [first]: tables } }, catalogue);
  return runEngine({ drop, lake, catalogue });
}

test('ROW5: a required table that is empty in the first roster is taken in, and said to be empty', async () => {
  const report = await firstRun({ PersonOrganizationRole: Buffer.alloc(0) });
  expect([report.outcome, report.messages]).toEqual([
    'succeeded',
    [
      {
        severity: 'warning',
        code: 'ROW5',
        message: 'The first snapshot of this table is empty, and there is none before it to hold it against.',
        table: 'PersonOrganizationRole',
        file: landed('PersonOrganizationRole'),
        counts: { rows: 0 },
      },
    ],
  ]);
});

test('ROW5: a table that was cut is told by what refers to it: 2 of 6 keys are missing, more than 20 %', async () => {
  const report = await firstRun({ Person: smallRows('Person', 4) });
  expect([report.outcome, report.messages]).toEqual([
    'succeeded',
    [
      {
        severity: 'warning',
        code: 'ROW5',
        message:
          '2 of 6 keys that other tables refer to are not in the first snapshot of this table: it may have been cut.',
        table: 'Person',
        file: landed('Person'),
        counts: { rows: 4, referred: 6, missing: 2 },
      },
    ],
  ]);
});

test('ROW5: 1 of 6 missing keys says nothing yet, and neither does a complete roster', async () => {
  const reports = [await firstRun({ Person: smallRows('Person', 5) }), await firstRun({})];
  expect(reports.map(({ messages }) => messages)).toEqual([[], []]);
});
