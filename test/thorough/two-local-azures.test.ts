import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LocalAzurePlace } from '../../src/local-azure/running';
import { thrownBy } from '../support/thrown';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();

test('two that start at once: one runs, the other is refused and starts nothing', async () => {
  const folder = join(await temporaryFolder(), '.insights', 'local-azure');
  const place = new LocalAzurePlace(folder);
  const end = new AbortController();
  const ready: string[] = [];
  const start = () => place.run({}, end.signal, ({ url }) => void (ready.push(url), end.abort()));
  const [first, second] = await Promise.all([start(), thrownBy(start)]);
  expect([first, second.code, ready.length]).toEqual([
    { requests: 0, unknownOperations: [] },
    'LOCAL_AZURE_RUNNING',
    1,
  ]);
  expect(readdirSync(dirname(folder))).toEqual(['local-azure']);
});
