import { cpSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../src/cli/program';
import type { VerificationReport } from '../../src/contract/lake-format';
import { inProcessClients } from '../../src/local-azure/in-process/clients';
import { readDropMap, type DropMap } from '../../src/test-data/drop-map';
import { captured } from '../cli/captured';
import { SharedEnvironment } from '../rehearsal/shared-environment';
import { shippedDrop, testWithShippedDrop } from '../support/shipped-drop';
import { useTemporaryFolders } from '../support/temporary-folder';
import { GeneratedDrop } from '../test-data/generated';

/** An environment with a share, from its deployment to verified lakes: the share day by day, and the sets. */

/** Longer than any machine takes, in milliseconds. */
const longest = 1_200_000;
const temporaryFolder = useTemporaryFolders();
let environment: SharedEnvironment;

beforeAll(async () => {
  environment = await SharedEnvironment.open('test-rehearsal');
});
afterAll(async () => {
  await environment?.close();
});

/** Names of the checks that failed; the ledger and the privacy checks must have looked at something. */
function failedChecks({ checks }: VerificationReport): string[] {
  for (const rule of ['ROW14', 'PRIV1']) {
    const examined = checks.filter(({ rules, status }) => rules.includes(rule) && status !== 'skipped');
    expect(examined.length).toBeGreaterThan(0);
  }
  return checks.filter(({ status }) => status === 'failed').map(({ check }) => check);
}

function only(drop: DropMap, isWanted: (file: string) => boolean): DropMap {
  return new Map([...drop].filter(([file]) => isWanted(file)));
}

test('two days of a share, and one that comes late, are copied, landed and processed as they come', async () => {
  const { files } = await GeneratedDrop.of({ set: 'k12', people: 100, days: 3 });
  const days = [...new Set([...files.keys()].flatMap((file) => /activity\/([^/]+)\//.exec(file)?.[1] ?? []))].sort();
  expect(days).toHaveLength(3);
  const [first = '', late = '', last = ''] = days;
  const dayOf = (day: string) => only(files, (file) => file.includes(`activity/${day}/`));
  const landed: string[][] = [];
  for (const delivery of [
    new Map([...only(files, (file) => !file.includes('/activity/')), ...dayOf(first)]),
    dayOf(last),
    dayOf(late),
  ]) {
    await environment.send(delivery);
    expect(await environment.synchronise()).toBe('Succeeded');
    await environment.run('prod', 'insights-share');
    landed.push(Object.keys(await environment.units('prod')).filter((unit) => unit.startsWith('activity/')));
  }
  const unitOf = (day: string) => `activity/${day}/ApplicationUsage.csv`;
  expect(landed.map((units) => [...units].sort())).toEqual([
    [unitOf(first)],
    [unitOf(first), unitOf(last)],
    days.map(unitOf),
  ]);
  expect(new Set(Object.values(await environment.units('prod')))).toEqual(new Set(['processed']));
  const report = await environment.verify('prod');
  expect(failedChecks(report)).toEqual([]);
  const signals = new GeneratedDrop(files).rows('activity').length;
  const { landed: rows, general } = report.tables.find(({ table }) => table === 'activity')!;
  expect({ rows, general }).toEqual({ rows: signals, general: signals });
});

async function goesThrough(name: string, folder: string): Promise<void> {
  await environment.place(await readDropMap(folder), name);
  await environment.run(name, name);
  const report = await environment.verify(name);
  expect(failedChecks(report)).toEqual([]);
  expect(report.tables.find(({ table }) => table === 'activity')!.general).toBeGreaterThan(1000);
}

test('the export of the university goes through every stage', () => goesThrough('hed', path.join('test_data', 'hed')));

test('a reset takes the university out by the pipeline', async () => {
  const root = await temporaryFolder();
  cpSync('package.json', path.join(root, 'package.json'));
  cpSync(path.join('.insights', 'test-rehearsal', 'environments'), path.join(root, 'environments'), {
    recursive: true,
  });
  const surroundings = captured({ projectRoot: root });
  const azure = inProcessClients(environment.rehearsal.azure);
  const words = ['reset', '--env', 'dev', '--workspace', 'hed', '--confirm', 'dev/hed'];
  const exitCode = await runCli(words, { ...surroundings, azure });
  const { stdout, stderr } = surroundings.printed();
  expect([exitCode, stderr]).toEqual([0, 'counting what would go\n']);
  // Who deploys may not read what is processed, and starts the pipeline that may.
  expect(stdout).toContain('Not counted, because you may not read them: 6 folders (-).\n');
  expect(stdout).toMatch(/Run \S+ of 4_reset_workspace_insights started\.\n/);
  expect(stdout.split('\n').at(-2)).toMatch(/^Reset: version 1\.14 of workspace hed in dev \(https:/);
  expect(await environment.units('hed')).toEqual({});
});

testWithShippedDrop(
  'the published K-12 export goes through every stage',
  () => goesThrough('published', shippedDrop),
  longest,
);
