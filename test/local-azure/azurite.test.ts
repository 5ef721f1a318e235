import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Azurite } from '../../src/local-azure/storage/azurite';
import { BlobEmulator } from '../../src/local-azure/storage/blob-emulator';
import { defaultSettings } from '../../src/local-azure/settings';
import { World } from '../../src/local-azure/world';

test('Ctrl-C while the emulator starts is for whoever starts it', async () => {
  const azurite = JSON.stringify(require.resolve('../../src/local-azure/storage/azurite'));
  const script = [
    `const { Azurite } = require(${azurite});`,
    'process.on("SIGINT", () => undefined);',
    'const starting = Azurite.start();',
    'console.log("starting");',
    'starting.then((it) => (console.log("started"), it.stop()), ({ code }) => console.log(code));',
  ].join('\n');
  // In a group of its own, to which a terminal would send the signal.
  const holder = spawn(process.execPath, ['--import', 'tsx', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const lines: string[] = [];
  for await (const line of createInterface(holder.stdout)) {
    lines.push(line);
    if (line === 'starting') process.kill(-(holder.pid ?? 0), 'SIGINT');
  }
  expect(lines).toEqual(['starting', 'started']);
}, 60_000);

test('the proxy of the network does not stand between the local Azure and its emulator', async () => {
  const { HTTP_PROXY } = process.env;
  // Nobody answers there.
  process.env['HTTP_PROXY'] = 'http://127.0.0.1:9';
  const azurite = await Azurite.start();
  try {
    const emulator = new BlobEmulator(new World(defaultSettings), azurite);
    await emulator.createContainer('stoeatest', 'oea');
    await emulator.write('stoeatest', 'oea', 'a/b.csv', Buffer.from('x'));
    const blob = emulator.client('stoeatest').getContainerClient('oea').getBlobClient('a/b.csv');
    expect((await blob.downloadToBuffer()).toString()).toBe('x');
  } finally {
    if (HTTP_PROXY === undefined) delete process.env['HTTP_PROXY'];
    else process.env['HTTP_PROXY'] = HTTP_PROXY;
    await azurite.stop();
  }
}, 60_000);
