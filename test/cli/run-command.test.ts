import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '../../src/cli/run-command';
import { toldError } from '../../src/contract/command-document';
import { formatError, InsightsError } from '../../src/contract/errors';
import { captured, projectRoot } from './captured';

const usage = new InsightsError('USAGE', 'The lake is not a folder.', {
  place: { file: 'lake', line: 3 },
  details: { rows: 4 },
});
const usageText = 'USAGE: The lake is not a folder.\n  where: lake:3\n  next:  See `insights --help`.\n';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'insights-run-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a command that did its work ends with 0', async () => {
  const surroundings = captured();
  const exitCode = await runCommand('verify', undefined, surroundings, async (output) => {
    output.line('all well');
    return { result: { checks: 3 } };
  });
  expect({ exitCode, ...surroundings.printed() }).toEqual({ exitCode: 0, stdout: 'all well\n', stderr: '' });
});

test('a command that found something wrong ends with 1 and still gives its result', async () => {
  const surroundings = captured();
  const exitCode = await runCommand('verify', true, surroundings, async (output) => {
    output.line('not shown beside JSON');
    return { exitCode: 1, result: { checks: 3 } };
  });
  const { stdout, stderr } = surroundings.printed();
  expect({ exitCode, stderr, document: JSON.parse(stdout) as unknown }).toEqual({
    exitCode: 1,
    stderr: '',
    document: { command: 'verify', exitCode: 1, result: { checks: 3 }, error: null },
  });
});

test('an error is printed as code, cause, place and next step', async () => {
  const surroundings = captured();
  const exitCode = await runCommand('verify', undefined, surroundings, () => Promise.reject(usage));
  expect({ exitCode, ...surroundings.printed() }).toEqual({ exitCode: 2, stdout: '', stderr: usageText });
});

test('an error is in the JSON document too', async () => {
  const surroundings = captured();
  const exitCode = await runCommand('verify', true, surroundings, () => Promise.reject(usage));
  const { stdout, stderr } = surroundings.printed();
  expect({ exitCode, stderr, document: JSON.parse(stdout) as unknown }).toEqual({
    exitCode: 2,
    stderr: usageText,
    document: {
      command: 'verify',
      exitCode: 2,
      result: null,
      error: {
        code: 'USAGE',
        message: 'The lake is not a folder.',
        place: { file: 'lake', line: 3 },
        nextStep: 'See `insights --help`.',
        details: { rows: 4 },
      },
    },
  });
});

test('what the work found wrong is told beside its result, with an exit code of its own', async () => {
  const surroundings = captured();
  const found = new InsightsError('VALIDATION_FAILED', '1 of 3 checks failed: keys.');
  const exitCode = await runCommand('verify', true, surroundings, async () => ({
    error: found,
    result: { checks: 3 },
  }));
  const { stdout, stderr } = surroundings.printed();
  expect({ exitCode, stderr, document: JSON.parse(stdout) as unknown }).toEqual({
    exitCode: 1,
    stderr: `${formatError(found)}\n`,
    document: { command: 'verify', exitCode: 1, result: { checks: 3 }, error: toldError(found) },
  });
});

test('with a file, the document goes there and the text stays', async () => {
  const surroundings = captured();
  const file = path.join(folder, 'result.json');
  const exitCode = await runCommand('verify', file, surroundings, async (output) => {
    output.line('all well');
    return { result: [1] };
  });
  expect({ exitCode, ...surroundings.printed(), document: JSON.parse(readFileSync(file, 'utf8')) as unknown }).toEqual({
    exitCode: 0,
    stdout: 'all well\n',
    stderr: '',
    document: { command: 'verify', exitCode: 0, result: [1], error: null },
  });
});

test.each([
  [0, 2],
  [1, 1],
] as const)('a file that cannot be written: %d becomes %d', async (own, expected) => {
  const surroundings = captured();
  const file = path.join(folder, 'missing', 'result.json');
  const exitCode = await runCommand('verify', file, surroundings, async () => ({ exitCode: own, result: null }));
  expect({ exitCode, ...surroundings.printed() }).toEqual({
    exitCode: expected,
    stdout: '',
    stderr:
      'OUTPUT_NOT_WRITTEN: The JSON result could not be written (ENOENT).\n' +
      `  where: ${file}\n` +
      '  next:  Name a file in an existing folder that you may write to.\n',
  });
});

describe('an unexpected error', () => {
  const cell = 'Jane Doe\n    at cell (src/never.ts:1:1)';
  const fail = (): Promise<never> => Promise.reject(new TypeError(`Could not convert ${cell}`));
  const text =
    'INTERNAL: An unexpected TypeError stopped the command.\n' +
    '  where: test/cli/run-command.test.ts:LINE\n' +
    '  next:  Run it again with INSIGHTS_DEBUG=1, which adds the call stack, and report that.\n';
  const withoutLine = (printed: string): string => printed.replace(/(run-command\.test\.ts):\d+\n/, '$1:LINE\n');

  test('ends with 3 and keeps its message to itself (ROW13)', async () => {
    const surroundings = captured();
    const exitCode = await runCommand('process', undefined, surroundings, fail);
    const { stdout, stderr } = surroundings.printed();
    expect({ exitCode, stdout, stderr: withoutLine(stderr) }).toEqual({ exitCode: 3, stdout: '', stderr: text });
  });

  test('shows its frames with INSIGHTS_DEBUG=1, still without the message', async () => {
    const surroundings = captured({ environment: { INSIGHTS_DEBUG: '1' } });
    await runCommand('process', undefined, surroundings, fail);
    const frames = withoutLine(surroundings.printed().stderr).slice(text.length).trimEnd().split('\n');
    expect(frames.filter((frame) => !/^ {4}at .+(:\d+:\d+\)?|\(<anonymous>\))$/.test(frame))).toEqual([]);
    expect(frames[0]).toContain(path.join(projectRoot, 'test', 'cli', 'run-command.test.ts'));
    expect(surroundings.printed().stderr).not.toContain('never');
  });

  test('names the code of the operating system', async () => {
    const surroundings = captured();
    const full = Object.assign(new Error('no space: Jane Doe'), { code: 'ENOSPC' });
    await runCommand('process', undefined, surroundings, () => Promise.reject(full));
    expect(surroundings.printed().stderr.split('\n')[0]).toBe(
      'INTERNAL: An unexpected Error (ENOSPC) stopped the command.',
    );
  });

  test('of the file system says which path, and what was refused', async () => {
    const surroundings = captured();
    const file = path.join(folder, 'missing', 'x'.repeat(250));
    const exitCode = await runCommand('powerbi', undefined, surroundings, async () => ({ result: readFileSync(file) }));
    expect({ exitCode, stderr: surroundings.printed().stderr }).toEqual({
      exitCode: 3,
      stderr:
        'FILE_SYSTEM_REFUSED: The file system refused open (ENOENT).\n' +
        `  where: ${file.slice(0, 200)}…\n` +
        '  next:  Look at the path named above: does it exist, is it yours, is there space? Then run the same command again.\n',
    });
  });

  test('may even be no Error', async () => {
    const surroundings = captured();
    const exitCode = await runCommand('process', undefined, surroundings, () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- libraries do
      throw 'Jane Doe';
    });
    expect({ exitCode, first: surroundings.printed().stderr.split('\n')[0] }).toEqual({
      exitCode: 3,
      first: 'INTERNAL: An unexpected string stopped the command.',
    });
  });
});
