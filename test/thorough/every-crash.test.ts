import { everyCrash } from '../support/every-crash';
import { smallCatalogue, smallRow, smallRows, writeDrop } from '../support/small-drop';
import { runEngine } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

/** A run that is killed at any of its operations leaves a lake that the next run completes to the same result. */

jest.setTimeout(900_000);
const temporaryFolder = useTemporaryFolders();
const groups = smallCatalogue(['AadGroup']);
const both = smallCatalogue(['AadGroup', 'activity']);
const settings = { requiredTables: ['AadGroup'] };
const firstDay = { '2022-01-28T06-16-22': {} };
const usage = { '2022-01-28/Usage.csv': smallRows('activity', 3) };

test('the first load may be killed at each of its operations, landing included', async () => {
  const drop = await temporaryFolder();
  await writeDrop(drop, { roster: firstDay }, groups);
  expect(await everyCrash(undefined, { drop, catalogue: groups, settings })).toBeGreaterThan(10);
});

test('a day with changes, a delta, a delete and activity delivered again may be killed at any operation', async () => {
  const drop = await temporaryFolder();
  const base = await temporaryFolder();
  await writeDrop(drop, { roster: firstDay, activity: usage }, both);
  await runEngine({ drop, lake: base, catalogue: both, settings });
  await writeDrop(
    drop,
    {
      roster: { '2022-01-29T06-16-22': { AadGroup: smallRows('AadGroup', 7, 2) } },
      rosterDelta: {
        '2022-01-29T07-00-00': { AadGroup: [smallRow('AadGroup', 2, { DisplayName: 'New' }), smallRow('AadGroup', 8)] },
      },
      rosterDelete: { '2022-01-29T08-00-00': { AadGroup: [['AadGroup-3']] } },
      activity: {
        '2022-01-28/Usage.csv': [2, 3, 4].map((n) => smallRow('activity', n, n === 2 ? { Grade: '77' } : {})),
        '2022-01-29/Usage.csv': [smallRow('activity', 1, { Grade: '66' }), smallRow('activity', 5)],
      },
    },
    both,
  );
  expect(await everyCrash(base, { drop, catalogue: both, settings })).toBeGreaterThan(50);
});

test('a rebuild with another salt may be killed at any operation', async () => {
  const drop = await temporaryFolder();
  const base = await temporaryFolder();
  await writeDrop(drop, { roster: firstDay, activity: usage }, both);
  await runEngine({ drop, lake: base, catalogue: both, settings });
  await writeDrop(drop, { roster: { '2022-01-29T06-16-22': { AadGroup: smallRows('AadGroup', 7, 2) } } }, both);
  await runEngine({ drop, lake: base, catalogue: both, settings });
  const run = { catalogue: both, settings, salt: 'another salt of the tests, long enough', rebuild: true };
  expect(await everyCrash(base, run)).toBeGreaterThan(25);
});
