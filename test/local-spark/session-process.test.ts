import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SessionProcess } from '../../src/local-spark/session-process';
import { thrownBy } from '../support/thrown';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();

test('a session that ends instead of starting says what its log ended with, and where the log is', async () => {
  const folder = await temporaryFolder();
  const projectRoot = await temporaryFolder();
  const start = SessionProcess.start({
    projectRoot,
    // Stands in for Python: it finds no script and says so.
    spark: { python: process.execPath, javaHome: '/nowhere', ivy: '/nowhere' },
    folder,
    variables: {},
    settings: {},
    endpoint: 'http://127.0.0.1:1',
    workspace: 'syn-oea-insightsdev',
    progress: () => undefined,
  });
  const error = await thrownBy(() => start);
  const log = join(folder, 'session.log');
  const ends = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-8);
  expect(ends.at(-1)).toBe(`Node.js ${process.version}`);
  expect(error).toEqual({
    code: 'SPARK_SESSION_FAILED',
    message: ['The local Spark session ended.', ...ends].join('\n'),
    place: { file: log },
  });
});
