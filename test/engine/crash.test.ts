import { everyCrash } from '../support/every-crash';
import { smallCatalogue, writeDrop } from '../support/small-drop';
import { useTemporaryFolders } from '../support/temporary-folder';

/** A run that is killed leaves a lake that the next run completes; at every operation and in more runs: test/thorough. */

const temporaryFolder = useTemporaryFolders();
const groups = smallCatalogue(['AadGroup']);
const settings = { requiredTables: ['AadGroup'] };

test('the first load may be killed at each of its operations, landing included', async () => {
  const drop = await temporaryFolder();
  await writeDrop(drop, { roster: { '2022-01-28T06-16-22': {} } }, groups);
  expect(await everyCrash(undefined, { drop, catalogue: groups, settings }, 4)).toBeGreaterThan(6);
});
