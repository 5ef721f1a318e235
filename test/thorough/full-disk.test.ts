import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/**
 * A disk that is full while a lake is written: the system's limit for the size of a file stands for it where no file system
 * can be mounted; where one can, it is a disk of so many megabytes. Each run stops with an error that names the cause, and goes
 * further than the one before; with room, the last one completes the lake.
 */

const root = path.resolve(__dirname, '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'insights-test-'));
const salt = path.join(folder, 'salt');
writeFileSync(salt, '0123456789abcdef0123456789abcdef');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mounts = spawnSync('unshare', ['-Urm', 'true']).status === 0;

/** The command lines of all runs, what each said last, and their exit codes. */
function run(script: string, lake: string): readonly string[] {
  const insights = `${process.execPath} ${path.join(root, 'bin', 'insights.cjs')}`;
  const common = `--lake ${lake} --salt-file ${salt}`;
  const functions = [
    `report() { "$@" > ${folder}/out 2>&1; code=$?; grep -E '^[A-Z_]{4,}: ' ${folder}/out | tail -n 1; echo "exit $code"; }`,
    `attempt() { report ${insights} process --drop ${path.join(root, 'test_data', 'k12')} ${common}; }`,
    `check() { report ${insights} verify ${common}; }`,
  ];
  const words = ['sh', '-c', [...functions, script].join('\n')];
  const [program = '', ...rest] = script.includes('mount') ? ['unshare', '-Urm', ...words] : words;
  const { stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8', cwd: root });
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

test('files that may not grow stop a run with the cause, and the next one completes the lake', () => {
  const lake = path.join(folder, 'limited');
  // In blocks of 512 bytes: the log of landings, a delivered file, and what the engine writes in one piece.
  const script = '(ulimit -f 8; attempt)\n(ulimit -f 64; attempt)\n(ulimit -f 800; attempt)\nattempt\ncheck';
  expect(run(script, lake)).toEqual([
    'LAKE_STORE_FAILED: The file system refused an operation (EFBIG).',
    'exit 3',
    'LAKE_STORE_FAILED: The file system refused an operation (EFBIG).',
    'exit 3',
    'ENGINE_FAILED: The engine failed while writing events: there is no space left.',
    'exit 3',
    'exit 0',
    'exit 0',
  ]);
  expect(readdirSync(lake)).toEqual(['oea']);
});

(mounts ? test : test.skip)('a disk that is full does the same', () => {
  const disk = path.join(folder, 'disk');
  const sizes = ['3m', '6m', '9m'].map((size) => `mount -o remount,size=${size} ${disk}\nattempt`);
  const script = [
    `mkdir ${disk} && mount -t tmpfs -o size=1m tmpfs ${disk}`,
    ...sizes,
    `mount -o remount,size=300m ${disk}\nattempt\ncheck\nls ${disk}/lake`,
  ].join('\n');
  const said = run(script, `${disk}/lake`);
  const errors = said.filter((line) => line.includes(':'));
  expect(said.filter((line) => !line.includes(':'))).toEqual(['exit 3', 'exit 3', 'exit 3', 'exit 0', 'exit 0', 'oea']);
  const known = [
    /^LAKE_STORE_FAILED: The file system refused an operation \(ENOSPC\)\.$/,
    /^ENGINE_FAILED: The engine failed while [a-z ]+: there is no space left\.$/,
  ];
  expect(errors.filter((line) => !known.some((each) => each.test(line)))).toEqual([]);
  expect(errors).toHaveLength(3);
});
