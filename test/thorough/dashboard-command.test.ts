import { spawn } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { runCli } from '../../src/cli/program';
import { loadCatalogue } from '../../src/catalogue/load';
import { openDashboard } from '../../src/dashboard/open-dashboard';
import type { Site } from '../../src/dashboard/published';
import { serveDashboard } from '../../src/dashboard/server';
import { BlobStore } from '../../src/lake/blob-store';
import { FolderStore } from '../../src/lake/folder-store';
import { inProcessClients } from '../../src/local-azure/in-process/clients';
import { LocalAzure } from '../../src/local-azure/local-azure';
import { captured, projectRoot } from '../cli/captured';
import { environmentOf, runNode } from '../local-azure/child-process';
import { provision } from '../local-azure/clients/provision';
import { receivedFrom } from '../support/site-data';
import { smallRow, writeDrop } from '../support/small-drop';
import { runEngine, smallPaths } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

/** `insights dashboard` as somebody at a terminal meets it, on lakes of every kind. */

const temporaryFolder = useTemporaryFolders();
const signals = 12;
const account = 'https://stoeatest.blob.core.windows.net';

/** A drop of a dozen signals of six persons, each twice. */
async function drop(): Promise<string> {
  const folder = await temporaryFolder();
  const rows = Array.from({ length: signals }, (_, index) =>
    smallRow('activity', index + 1, { ActorId: `actor-${index % 6}`, StartTime: '2022-01-27T10:00:00Z' }),
  );
  await writeDrop(folder, { activity: { '2022-01-28/a.csv': rows } });
  return folder;
}

async function smallLake(): Promise<string> {
  const lake = nodePath.join(await temporaryFolder(), 'lake');
  await runEngine({ drop: await drop(), lake, catalogue: loadCatalogue('strict') });
  return lake;
}

async function insights(...words: string[]) {
  const surroundings = captured();
  const exitCode = await runCli(words, surroundings);
  return { exitCode, ...surroundings.printed() };
}

/** The command in a process of its own, once it has printed `until`. */
async function started(lake: string, until: string) {
  const words = [nodePath.join('bin', 'insights.cjs'), 'dashboard', '--lake', lake];
  const child = spawn(process.execPath, words, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  const heard = { stdout: '', stderr: '' };
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    const hear = (name: keyof typeof heard) => (chunk: Buffer) => {
      heard[name] += chunk.toString();
      if (heard.stdout.includes(until)) resolve();
    };
    child.stdout.on('data', hear('stdout'));
    child.stderr.on('data', hear('stderr'));
    void ended.then((code) => reject(new Error(`Ended with ${code}: ${heard.stderr}`)));
  });
  const url = /^Dashboard: (http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(heard.stdout)?.[1] ?? '';
  const stop = async (): Promise<number | null> => {
    child.kill('SIGINT');
    return ended;
  };
  return { url, heard, stop };
}

test('it serves a lake on loopback with a policy that lets nothing else in, and Ctrl-C ends it', async () => {
  const { url, heard, stop } = await started(await smallLake(), 'Ready. Ctrl-C ends it.\n');
  const page = await fetch(url);
  expect([page.status, page.headers.get('content-security-policy')?.split('; ')[0]]).toEqual([
    200,
    "default-src 'none'",
  ]);
  const script = await fetch(`${url}page.js`);
  expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  const site = receivedFrom<Site>(await (await fetch(`${url}data/site.js`)).text());
  expect([site.engagement.all.signals[0], site.engagement.values.days.map(({ id }) => id)]).toEqual([
    signals,
    ['2022-01-27'],
  ]);
  expect(await stop()).toBe(0);
  expect(heard.stdout).toBe(`Dashboard: ${url}\nReady. Ctrl-C ends it.\n`);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test('a lake that is broken is said in the terminal and by the page, which stays until Ctrl-C', async () => {
  const lake = await smallLake();
  const log = nodePath.join(smallPaths.general('activity'), '_delta_log', `${'0'.repeat(20)}.json`);
  await fs.writeFile(nodePath.join(lake, log), '{"add"');
  const { url, heard, stop } = await started(lake, 'The page says so too. Ctrl-C ends it.\n');
  const told = receivedFrom<Readonly<Record<string, string>>>(await (await fetch(`${url}data/site.js`)).text());
  expect([told['state'], told['code'], told['nextStep']]).toEqual([
    'failed',
    'DELTA_LOG_CORRUPT',
    'Restore the file, or rebuild the table.',
  ]);
  expect(told['message']).toContain(log);
  expect(await stop()).toBe(0);
  expect(heard.stderr).toContain('DELTA_LOG_CORRUPT: ');
});

test('--export writes the same as a static site, again over an earlier one, and never over anything else', async () => {
  const lake = await smallLake();
  const out = nodePath.join(await temporaryFolder(), 'site');
  const exported = () => insights('dashboard', '--lake', lake, '--export', out);
  const first = await exported();
  expect([first.exitCode, first.stdout]).toEqual([
    0,
    `5 files written to ${out}; open index.html there, or put the folder on a web server.\n`,
  ]);
  expect((await fs.readdir(out, { recursive: true })).sort()).toEqual(
    ['data', 'data/school-1.js', 'data/site.js', 'index.html', 'page.js', 'style.css'].sort(),
  );
  // Of an earlier lake with more schools.
  await fs.writeFile(nodePath.join(out, 'data', 'school-2.js'), '');
  expect((await exported()).exitCode).toBe(0);
  expect(await fs.readdir(nodePath.join(out, 'data'))).toEqual(['school-1.js', 'site.js']);
  await fs.writeFile(nodePath.join(out, 'data', 'marks.csv'), '');
  await fs.writeFile(nodePath.join(out, 'thesis.txt'), '');
  const taken = await exported();
  expect([taken.exitCode, taken.stdout, taken.stderr]).toEqual([
    2,
    '',
    [
      'DASHBOARD_FOLDER_TAKEN: The folder holds something else: data/marks.csv, thesis.txt.',
      `  where: ${out}`,
      '  next:  Name a new or empty folder, or that of an earlier export.',
      '',
    ].join('\n'),
  ]);
});

test('a folder without a lake is empty, and so is a lake without activity', async () => {
  const [folder, roster] = [await temporaryFolder(), await temporaryFolder()];
  const out = nodePath.join(folder, 'site');
  const other = nodePath.join(folder, 'lake');
  const drops = await temporaryFolder();
  await writeDrop(drops, { roster: { '2022-01-28T06-16-22': {} } });
  await runEngine({ drop: drops, lake: other, catalogue: loadCatalogue('strict') });
  for (const lake of [roster, other]) {
    const { exitCode, stderr } = await insights('dashboard', '--lake', lake, '--export', out);
    expect([exitCode, stderr.slice(stderr.indexOf('DASHBOARD_EMPTY'))]).toEqual([
      2,
      [
        'DASHBOARD_EMPTY: Workspace dev has no activity in version 1.14.',
        `  where: ${lake}, oea/dev/stage2/Refined/M365/v1.14/general/activity`,
        '  next:  Name the lake, workspace and version that were processed, or process a drop first: `insights process`.',
        '',
      ].join('\n'),
    ]);
  }
});

test('a lake without reports has its numbers, and says why nothing is said of its runs', async () => {
  const store = new FolderStore(await smallLake(), { durable: false });
  const { site } = await openDashboard({ store, paths: smallPaths, progress: () => undefined });
  await store.close();
  expect([site.engagement.all.signals[0], site.engagement.timeZone, site.runs]).toEqual([
    signals,
    'UTC',
    { missing: 'This lake has not been verified yet: run `insights verify` on it.', tables: [], runs: [] },
  ]);
});

test('while a slow lake is read, the page is told so; when it answers, the numbers are there', async () => {
  const store = new FolderStore(await smallLake(), { durable: false });
  let answer = (): void => undefined;
  const isAnswering = new Promise<void>((resolve) => (answer = resolve));
  const list = store.list.bind(store);
  store.list = async (prefix) => {
    await isAnswering;
    return list(prefix);
  };
  const server = await serveDashboard(0);
  const told = async (): Promise<string> => (await fetch(`${server.url}data/site.js`)).text();
  const opening = openDashboard({ store, paths: smallPaths, progress: (text) => server.progress(text) });
  expect(receivedFrom(await told())).toEqual({ state: 'loading', message: 'Reading the lake' });
  answer();
  await server.ready(await opening);
  expect(receivedFrom<Site>(await told()).engagement.all.signals[0]).toBe(signals);
  await server.close();
  await store.close();
});

test('in a storage account the lake is found by its URL, and by the environment whose account holds it', async () => {
  const azure = await LocalAzure.start();
  try {
    const clients = inProcessClients(azure);
    await provision(clients.resourceManager(), ['oea', 'stage1', 'stage2', 'stage3']);
    const store = new BlobStore(clients.blobs(account));
    await runEngine({ drop: await drop(), lake: '', store, catalogue: loadCatalogue('strict') });
    await store.close();
    const folder = await temporaryFolder();
    await fs.mkdir(nodePath.join(folder, 'environments'));
    const environment = { name: 'dev', suffix: 'test', location: 'westeurope' };
    await fs.writeFile(nodePath.join(folder, 'environments', 'dev.json'), JSON.stringify(environment));
    await fs.writeFile(nodePath.join(folder, 'package.json'), '{"version":"1.0.0"}');
    const variables = environmentOf(azure, folder);
    const client = nodePath.join('test', 'local-azure', 'clients', 'command.ts');
    for (const place of [
      ['--lake', account],
      ['--env', 'dev'],
    ]) {
      const out = nodePath.join(folder, 'site');
      const words = ['dashboard', ...place, '--workspace', 'dev', '--export', out];
      const { code, stdout } = await runNode(['--import', 'tsx', client, folder, ...words], variables);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^5 files written to /)]);
      const site = receivedFrom<Site>(await fs.readFile(nodePath.join(out, 'data', 'site.js'), 'utf8'));
      expect([site.workspace, site.engagement.all.signals[0]]).toEqual(['dev', signals]);
      await fs.rm(out, { recursive: true });
    }
  } finally {
    await azure.stop();
  }
});
