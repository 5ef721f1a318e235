import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { runChild, type ChildResult } from '../../src/deployment/child-process';
import { thrownBy } from '../support/thrown';

/** Node with a script in the place of Terraform. */
function run(script: string, onLine?: (line: string) => void): Promise<ChildResult> {
  return runChild({
    program: process.execPath,
    arguments: ['-e', script],
    folder: process.cwd(),
    variables: process.env,
    ...(onLine === undefined ? {} : { onLine }),
  });
}

/** Name of a process that runs; empty where none does. */
const nameOf = (pid: number): string =>
  spawnSync('ps', ['-p', `${pid}`, '-o', 'comm=,stat='], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => !/ Z/.test(line))
    .map((line) => line.trim().split(/\s+/)[0]?.replace(/^.*\//, '') ?? '')
    .join('');

const listeners = (): number =>
  (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).reduce((sum, signal) => sum + process.listenerCount(signal), 0);

test('hands lines on as they come, the last without its end, and gives text and exit code', async () => {
  const lines: string[] = [];
  const script = 'process.stdout.write("one\\ntwo\\nthree"); process.exitCode = 2;';
  expect(await run(script, (line) => void lines.push(line))).toEqual({
    exitCode: 2,
    stdout: 'one\ntwo\nthree',
    stderr: '',
  });
  expect(lines).toEqual(['one', 'two', 'three']);
});

test('a program that is not there has no exit code', async () => {
  const request = { program: 'no-such-program', arguments: [], folder: process.cwd(), variables: process.env };
  expect(await runChild(request)).toEqual({ exitCode: undefined, stdout: '', stderr: '' });
});

test('a program of ours ends with the process that started it, killed included; another one goes on', async () => {
  const childProcess = JSON.stringify(require.resolve('../../src/deployment/child-process'));
  const start = (program: string, words: readonly string[]): string =>
    `runChild({ program: ${program}, arguments: ${JSON.stringify(words)}, folder: '.', variables: process.env, onLine: (line) => console.log(line) });`;
  // As the synthesis, whose loader is a thread.
  const withThread =
    'new (require("node:worker_threads").Worker)("", { eval: true }).on("exit", () => console.log(process.pid)); setInterval(() => undefined, 1000);';
  const script = [
    `const { runChild } = require(${childProcess});`,
    start('process.execPath', ['-e', withThread]),
    start("'sh'", ['-c', 'echo $$; exec sleep 60']),
  ].join('\n');
  const parent = spawn(process.execPath, ['--import', 'tsx', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids: number[] = [];
  for await (const line of createInterface(parent.stdout)) if (pids.push(Number(line)) === 2) break;
  const [other = 0] = pids.filter((pid) => nameOf(pid) === 'sleep');
  const [ours = 0] = pids.filter((pid) => pid !== other);
  expect(nameOf(ours)).not.toBe('');
  parent.kill('SIGKILL');
  for (let tries = 0; tries < 500 && nameOf(ours) !== ''; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect([nameOf(ours), nameOf(other)]).toEqual(['', 'sleep']);
  process.kill(other, 'SIGKILL');
});

test('waits for a child that ends well after Ctrl-C, and does not take it for done', async () => {
  const before = listeners();
  const lines: string[] = [];
  // As Terraform at the end of a plan: what it is at comes to its end, with 0 where nothing else was to be done.
  const script = 'console.log("working"); setImmediate(() => console.log("state written"));';
  const press = (line: string): void => {
    lines.push(line);
    if (line === 'working') process.emit('SIGINT');
  };
  expect(await thrownBy(() => run(script, press))).toEqual({
    code: 'COMMAND_INTERRUPTED',
    message: 'Interrupted while node was at work; node has ended.',
    place: {},
  });
  expect(lines).toEqual(['working', 'state written']);
  expect(listeners()).toBe(before);
});

test('hands a request to end on to the child, and waits for what it still does', async () => {
  const before = listeners();
  const lines: string[] = [];
  const script = [
    'process.on("SIGTERM", () => { console.log("state written"); process.exit(0); });',
    'setInterval(() => undefined, 1000); console.log("working");',
  ].join('\n');
  const ask = (line: string): void => {
    lines.push(line);
    if (line === 'working') process.emit('SIGTERM');
  };
  expect(await thrownBy(() => run(script, ask))).toEqual({
    code: 'COMMAND_INTERRUPTED',
    message: 'Interrupted while node was at work; node has ended.',
    place: {},
  });
  expect(lines).toEqual(['working', 'state written']);
  expect(listeners()).toBe(before);
});
