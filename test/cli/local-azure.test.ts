import { mkdirSync, writeFileSync } from 'node:fs';
import * as nodePath from 'node:path';
import { runCli } from '../../src/cli/program';
import { currentProcess } from '../../src/lake/process-identity';
import { refuseUnknown } from '../../src/local-azure/running';
import { refusal } from '../support/refusal';
import { useTemporaryFolders } from '../support/temporary-folder';
import { captured } from './captured';

const temporaryFolder = useTemporaryFolders();

/** A project of its own, in which a local Azure may be said to run. */
async function projectFolder(running?: object): Promise<string> {
  const root = await temporaryFolder();
  const folder = nodePath.join(root, '.insights', 'local-azure');
  mkdirSync(folder, { recursive: true });
  writeFileSync(nodePath.join(root, 'package.json'), '{"version": "0.0.0"}');
  if (running !== undefined) writeFileSync(nodePath.join(folder, 'running.json'), JSON.stringify(running));
  return root;
}

async function localAzure(words: readonly string[], running?: object) {
  return localAzureIn(await projectFolder(running), words);
}

async function localAzureIn(root: string, words: readonly string[]) {
  const surroundings = captured({ projectRoot: root });
  const exitCode = await runCli(['local-azure', ...words], surroundings);
  return { exitCode, ...surroundings.printed() };
}

const environment = { HTTPS_PROXY: 'http://127.0.0.1:1', ARM_USE_CLI: 'false' };

test('env prints what points a shell at it', async () => {
  const running = { process: currentProcess(), url: 'http://127.0.0.1:1', environment };
  expect(await localAzure(['env'], running)).toEqual({
    exitCode: 0,
    stdout: "export HTTPS_PROXY='http://127.0.0.1:1'\nexport ARM_USE_CLI='false'\n",
    stderr: '',
  });
});

test.each([['env'], ['stop']])('%s needs one that runs', async (word) => {
  const absent = {
    exitCode: 2,
    stdout: '',
    stderr:
      'LOCAL_AZURE_ABSENT: No local Azure is running here.\n  next:  Start one with `insights local-azure start`.\n',
  };
  expect(await localAzure([word])).toEqual(absent);
  const dead = { process: { ...currentProcess(), pid: 2 ** 22 + 1, token: 'other' }, url: '', environment };
  expect(await localAzure([word], dead)).toEqual(absent);
});

const refused = [
  2,
  'LOCAL_AZURE_RUNNING: A local Azure is running here already.\n  next:  Use it (`insights local-azure env`), or end it first with `insights local-azure stop`. If it is gone with another machine, remove .insights/local-azure/running.json and .insights/local-azure.lock.\n',
];

test('stop signals no process of this machine for one that runs on another', async () => {
  const elsewhere = { ...currentProcess(), host: 'elsewhere' };
  const signalled = jest.spyOn(process, 'kill').mockReturnValue(true);
  const { exitCode, stderr } = await localAzure(['stop'], { process: elsewhere, url: '', environment });
  const calls = [...signalled.mock.calls];
  signalled.mockRestore();
  expect([exitCode, stderr.split('\n')[0], calls]).toEqual([
    2,
    'LOCAL_AZURE_RUNNING: The local Azure runs on another machine, and is ended there.',
    [],
  ]);
});

test.each([[[]], [['--foreground']]])('start %j is refused where one runs', async (words) => {
  const running = { process: currentProcess(), url: 'http://127.0.0.1:1', environment };
  const { exitCode, stderr } = await localAzure(['start', ...words], running);
  expect([exitCode, stderr]).toEqual(refused);
});

const failed = [
  3,
  [
    'LOCAL_AZURE_FAILED: The local Azure did not start.',
    `  where: ${nodePath.join('.insights', 'local-azure', 'log.txt')}`,
    '  next:  Run it again with INSIGHTS_DEBUG=1; `npm ci` restores packages that are damaged.',
    '',
  ].join('\n'),
];

test('start says where to read why the process behind it ended', async () => {
  const { exitCode, stderr } = await localAzure(['start']);
  expect([exitCode, stderr]).toEqual(failed);
});

test.each([
  ['another one was faster', 'local-azure.lock', refused],
  ['it cannot use what it was given', 'other.lock', failed],
])('start, where the process behind it is refused because %s', async (_why, lock, expected) => {
  const root = await projectFolder();
  mkdirSync(nodePath.join(root, 'bin'));
  writeFileSync(nodePath.join(root, 'bin', 'insights.cjs'), 'process.exitCode = 2;');
  writeFileSync(nodePath.join(root, '.insights', lock), '');
  const { exitCode, stderr } = await localAzureIn(root, ['start']);
  expect([exitCode, stderr]).toEqual(expected);
});

test('a run that asked for what is not known fails, and names it', () => {
  expect(refusal(() => refuseUnknown({ requests: 2, unknownOperations: ['GET https://a', 'GET https://b'] }))).toBe(
    [
      'LOCAL_AZURE_UNKNOWN_OPERATION: The local Azure was asked for what it does not know: GET https://a; GET https://b.',
      '  next:  Add the operation to src/local-azure, or leave out what asks for it.',
    ].join('\n'),
  );
  expect(refuseUnknown({ requests: 2, unknownOperations: [] })).toBeUndefined();
});
