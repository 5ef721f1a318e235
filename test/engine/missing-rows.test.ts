import { smallCatalogue, smallRow, writeDrop } from '../support/small-drop';
import { readTable, runEngine } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';
const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['activity']);
const file = '2022-01-28/ApplicationUsage.csv';
const signals = (...numbers: number[]) => numbers.map((n) => smallRow('activity', n));

test('ROW14: rows that a file delivered again lacks stay, and the report counts them', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  await writeDrop(drop, { activity: { [file]: signals(1, 2, 3, 4) } });
  expect((await runEngine({ drop, lake, catalogue })).messages).toEqual([]);

  await writeDrop(drop, { activity: { [file]: signals(3, 5) } });
  expect((await runEngine({ drop, lake, catalogue })).messages).toEqual([
    {
      severity: 'information',
      code: 'ROW14',
      message: '3 rows of the former delivery of this file are not in the new one; they stay.',
      table: 'activity',
      file: `activity/${file}`,
      counts: { missing: 3 },
    },
  ]);
  expect(await readTable(lake, 'general', 'activity', ['SignalId'])).toHaveLength(5);
});
