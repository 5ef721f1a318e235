import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../../src/cli/program';
import { errorCatalogue } from '../../src/contract/error-catalogue';
import { captured, projectRoot } from './captured';

const version = (JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string })
  .version;

async function run(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const surroundings = captured();
  const exitCode = await runCli(args, surroundings);
  return { exitCode, ...surroundings.printed() };
}

test('--version', async () => {
  expect(await run('--version')).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help, help and no arguments print the same help and end with 0', async () => {
  const help = await run('--help');
  expect(help).toEqual({ exitCode: 0, stdout: help.stdout, stderr: '' });
  expect(help.stdout).toMatch(/^Usage: insights \[options\] \[command\]\n/);
  expect(help.stdout).toContain(
    'Exit codes: 0 done, 1 a check failed, 2 usage or configuration, 3 something outside failed.\n',
  );
  expect([await run(), await run('help')]).toEqual([help, help]);
});

test.each([
  [['expain', 'USAGE'], "Unknown command 'expain' (Did you mean explain?)"],
  [['nothing-like-it'], "Unknown command 'nothing-like-it'."],
  [['expain', '--help'], "Unknown command 'expain' (Did you mean explain?)"],
  [['salt', 'backpu', '--help'], "Unknown command 'backpu' (Did you mean backup?)"],
  [['explain', '--jsn'], "Unknown option '--jsn' (Did you mean --json?)"],
  [['--frobnicate'], "Unknown option '--frobnicate'."],
  [['explain', 'USAGE', 'INTERNAL'], "Too many arguments for 'explain'. Expected 1 argument but got 2."],
  [
    ['erase', '--person', 'a', '--person', 'b', '--lake', 'x'],
    "Option '--person <id>' is given twice, with two values.",
  ],
  [
    ['rehearse', '--engine', 'oracle'],
    "Option '--engine <name>' argument 'oracle' is invalid. Allowed choices are duckdb, spark.",
  ],
  [
    ['rehearse', '--engine', 'spark', '--faults', 'list'],
    "Option '--faults <name...>' cannot be used with option '--engine <name>'.",
  ],
])('%j is a usage error', async (args, message) => {
  expect(await run(...args)).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `USAGE: ${message}\n  next:  See \`insights --help\`.\n`,
  });
});

test('a usage error is JSON too where JSON was asked for', async () => {
  const { exitCode, stdout } = await run('explain', '--frobnicate', '--json');
  expect({ exitCode, document: JSON.parse(stdout) as unknown }).toEqual({
    exitCode: 2,
    document: {
      command: 'insights',
      exitCode: 2,
      result: null,
      error: {
        code: 'USAGE',
        message: "Unknown option '--frobnicate'.",
        place: {},
        nextStep: 'See `insights --help`.',
        details: {},
      },
    },
  });
});

describe('explain', () => {
  const text =
    'USAGE (exit code 2)\n' +
    '  meaning: The command was called in a way it does not know.\n' +
    '  next:    See `insights --help`.\n';

  test.each(['USAGE', 'usage'])('%s', async (code) => {
    expect(await run('explain', code)).toEqual({ exitCode: 0, stdout: text, stderr: '' });
  });

  test('an unknown code', async () => {
    expect(await run('explain', 'NOT_A_CODE')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'UNKNOWN_ERROR_CODE: There is no error code NOT_A_CODE.\n  next:  List all codes with `insights explain`.\n',
    });
  });

  test('without a code: all of them, in order', async () => {
    const { exitCode, stdout } = await run('explain', '--json');
    const { result } = JSON.parse(stdout) as { result: { code: string; exitCode: number }[] };
    const exits = { checkFailed: 1, usage: 2, outside: 3 };
    expect({ exitCode, codes: result.map((entry) => [entry.code, entry.exitCode]) }).toEqual({
      exitCode: 0,
      codes: Object.entries(errorCatalogue)
        .map(([code, { exit }]) => [code, exits[exit]])
        .sort(([left = ''], [right = '']) => (left < right ? -1 : 1)),
    });
  });
});

test.each([
  ['process', '--drop', 'nowhere'],
  ['verify'],
  ['confirm', '2022-01-28'],
  ['quarantine', '2022-01-28', '--reason', 'x'],
])('%s takes --version as the data version, not as the question for its own', async (...args) => {
  expect(await run(...args, '--lake', 'nowhere', '--version', 'x.y')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining('DATA_VERSION_INVALID: "x.y" is not a data version.') as string,
  });
});

describe('bin/insights.cjs', () => {
  const bin = path.join(projectRoot, 'bin', 'insights.cjs');
  const spawned = (...args: string[]): { status: number | null; stdout: string; stderr: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: tmpdir(), encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  test('runs from any folder', () => {
    expect(spawned('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  const full = '/dev/full';
  (existsSync(full) ? test : test.skip)('a result that nobody could keep is an error, progress is not', () => {
    const ended = (...streams: ('pipe' | number)[]) => {
      const options = { stdio: ['ignore' as const, ...streams], encoding: 'utf8' as const };
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'explain', 'USAGE', '--json'], options);
      return { status, stdout: stdout && 'something', stderr };
    };
    const descriptor = openSync(full, 'w');
    expect([ended(descriptor, 'pipe'), ended('pipe', descriptor)]).toEqual([
      {
        status: 2,
        stdout: null,
        stderr:
          'OUTPUT_NOT_WRITTEN: The result could not be written (ENOSPC).\n  where: standard output\n' +
          '  next:  Free space on that disk, then run the command again.\n',
      },
      { status: 0, stdout: 'something', stderr: null },
    ]);
    closeSync(descriptor);
  });

  test('hands the exit code on', () => {
    expect(spawned('no-such-command')).toEqual({
      status: 2,
      stdout: '',
      stderr: "USAGE: Unknown command 'no-such-command'.\n  next:  See `insights --help`.\n",
    });
  });
});
