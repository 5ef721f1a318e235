import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InsightsError } from '../../src/contract/errors';
import { LocalAzurePlace } from '../../src/local-azure/running';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();

test('two that start at once: one runs, the other is refused and starts nothing', async () => {
  const folder = join(await temporaryFolder(), '.insights', 'local-azure');
  const place = new LocalAzurePlace(folder);
  const end = new AbortController();
  const ready: string[] = [];
  const start = () => place.run({}, end.signal, ({ url }) => void (ready.push(url), end.abort()));
  // Either may be the first.
  const settled = await Promise.allSettled([start(), start()]);
  const ran = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const refused = settled.flatMap((each) => (each.status === 'rejected' ? [(each.reason as InsightsError).code] : []));
  expect({ ran, refused, ready: ready.length }).toEqual({
    ran: [{ requests: 0, unknownOperations: [] }],
    refused: ['LOCAL_AZURE_RUNNING'],
    ready: 1,
  });
  expect(readdirSync(dirname(folder))).toEqual(['local-azure']);
});
