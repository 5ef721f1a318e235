import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

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
