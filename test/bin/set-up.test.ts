import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorCatalogue } from '../../src/contract/error-catalogue';
import { exitCodes } from '../../src/contract/errors';

interface SetUp {
  readonly setUp: (
    level: 'runtime' | 'all',
    options: {
      root: string;
      environment: Record<string, string>;
      report: (line: string) => void;
      nodeVersion?: string;
      waitMinutes?: number;
    },
  ) => void;
  readonly stampFile: (root: string) => string;
}

const setUpPath = path.resolve(__dirname, '..', '..', 'bin', 'set-up.cjs');
const { setUp, stampFile } = require(setUpPath) as SetUp;

/** Stands in for npm: notes its arguments, fails as asked, and otherwise leaves the packages of the lock behind. */
const fakeNpm = `
const fs = require('fs');
fs.appendFileSync('npm-calls.log', process.argv.slice(2).concat(process.env.INSIGHTS_PASSPHRASE || []).join(' ') + '\\n');
if (process.env.FAKE_NPM_DELAY) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(process.env.FAKE_NPM_DELAY));
if (process.env.FAKE_NPM_ERROR) {
  process.stderr.write(process.env.FAKE_NPM_ERROR + '\\n');
  process.exit(1);
}
fs.rmSync('node_modules', { recursive: true, force: true });
fs.mkdirSync('node_modules');
`;

const lock = {
  packages: {
    '': { name: 'project' },
    'node_modules/runs': { version: '1.0.0' },
    'node_modules/tests': { version: '2.0.0', dev: true },
    'node_modules/other-platform': { version: '3.0.0', optional: true, os: ['none'] },
  },
};

let root: string;
let environment: Record<string, string>;
let reported: string[];

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'insights-set-up-'));
  writeFileSync(path.join(root, 'package.json'), JSON.stringify({ engines: { node: '>=20.9' } }));
  writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify(lock));
  writeFileSync(path.join(root, 'npm-cli.js'), fakeNpm);
  environment = { npm_execpath: path.join(root, 'npm-cli.js'), PATH: process.env['PATH'] ?? '' };
  reported = [];
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function run(level: 'runtime' | 'all', extra: Record<string, string> = {}, nodeVersion = 'v20.9.0'): void {
  setUp(level, { root, environment: { ...environment, ...extra }, report: (line) => reported.push(line), nodeVersion });
}

function calls(): string[] {
  const log = path.join(root, 'npm-calls.log');
  return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
}

function errorOf(work: () => void): { message: string; code: string; exitCode: number } {
  try {
    work();
  } catch (error) {
    const { message, code, exitCode } = error as { message: string; code: string; exitCode: number };
    return { message, code, exitCode };
  }
  throw new Error('Nothing was thrown.');
}

const runtimeCall = 'ci --omit=dev --no-audit --no-fund --loglevel=error';
const fullCall = 'ci --include=dev --no-audit --no-fund --loglevel=error';

describe('what is installed when', () => {
  test('the first start installs the runtime packages, the second nothing', () => {
    run('runtime');
    run('runtime');
    expect(calls()).toEqual([runtimeCall]);
    expect(reported).toEqual([
      'Installing the packages the command needs, about half a minute ...',
      expect.stringMatching(/^Installed in \d+\.\d s\.$/),
    ]);
    expect(readdirSync(path.join(root, '.insights'))).toEqual([]);
  });

  test('a test run after a start installs everything, and a start after that takes nothing away', () => {
    run('runtime');
    run('all');
    run('runtime');
    run('all');
    expect(calls()).toEqual([runtimeCall, fullCall]);
  });

  test('a changed lock file is installed again, with the tools that were there', () => {
    run('all');
    writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify({ ...lock, changed: true }));
    run('runtime');
    run('runtime');
    expect(calls()).toEqual([fullCall, fullCall]);
  });

  test('removed packages are installed again', () => {
    run('runtime');
    rmSync(path.join(root, 'node_modules'), { recursive: true });
    run('runtime');
    expect(calls()).toEqual([runtimeCall, runtimeCall]);
  });

  test.each([
    ['all packages', ['node_modules/runs', 'node_modules/tests'], 'all', []],
    ['runtime packages', ['node_modules/runs'], 'runtime', []],
    ['runtime packages, when all are needed', ['node_modules/runs'], 'all', [fullCall]],
    ['not all runtime packages', ['node_modules/tests'], 'runtime', [runtimeCall]],
  ] as const)('what npm installed by hand counts: %s', (_, present, level, expected) => {
    const packages = Object.fromEntries(
      Object.entries(lock.packages).filter(([name]) => present.some((p) => p === name)),
    );
    mkdirSync(path.join(root, 'node_modules'));
    writeFileSync(path.join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
    run(level);
    expect(calls()).toEqual(expected);
  });

  test('npm does not get the passphrase of a backup (PRIV3)', () => {
    run('runtime', { INSIGHTS_PASSPHRASE: 'five words drawn by lot' });
    expect(calls()).toEqual([runtimeCall]);
  });

  test('a failed installation leaves no stamp, and the next start tries again', () => {
    expect(errorOf(() => run('runtime', { FAKE_NPM_ERROR: 'npm error code E500' })).code).toBe('SETUP_INSTALL_FAILED');
    expect(existsSync(stampFile(root))).toBe(false);
    run('runtime');
    expect(calls()).toEqual([runtimeCall, runtimeCall]);
  });
});

describe('the mutex', () => {
  test('two starts at once install once, and both end well', async () => {
    const script = `require(${JSON.stringify(setUpPath)}).setUp('runtime', { root: ${JSON.stringify(root)} })`;
    const start = (): Promise<{ code: number | null; printed: string }> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, ['-e', script], { env: { ...environment, FAKE_NPM_DELAY: '600' } });
        let printed = '';
        child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
        child.on('close', (code) => resolve({ code, printed }));
      });
    const both = await Promise.all([start(), start()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(calls()).toEqual([runtimeCall]);
    expect(readdirSync(path.join(root, '.insights'))).toEqual([]);
  });

  test('the lock of a process that lives is waited for only so long', () => {
    mkdirSync(path.join(root, '.insights', 'set-up.lock'), { recursive: true });
    writeFileSync(path.join(root, '.insights', 'set-up.lock', String(process.pid)), '');
    const report = (line: string) => void reported.push(line);
    expect(
      errorOf(() => setUp('runtime', { root, environment, report, waitMinutes: 0, nodeVersion: 'v20.9.0' })),
    ).toEqual({
      code: 'SETUP_LOCKED',
      exitCode: 3,
      message:
        `SETUP_LOCKED: Another installation (process ${process.pid}) has not finished for 0 minutes.\n` +
        '  next:  End that process, or remove the folder .insights/set-up.lock, and start again.',
    });
    expect([calls(), readdirSync(path.join(root, '.insights'))]).toEqual([[], ['set-up.lock']]);
  });

  test('the lock of a dead process is taken over', () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    mkdirSync(path.join(root, '.insights', 'set-up.lock'), { recursive: true });
    writeFileSync(path.join(root, '.insights', 'set-up.lock', String(dead)), '');
    run('runtime');
    expect(calls()).toEqual([runtimeCall]);
    expect(readdirSync(path.join(root, '.insights'))).toEqual([]);
  });
});

describe('what goes wrong', () => {
  test.each(['v18.20.4', 'v20.8.1', 'v9.0.0'])('Node %s is refused', (version) => {
    expect(errorOf(() => run('runtime', {}, version))).toEqual({
      code: 'SETUP_NODE_VERSION',
      exitCode: 2,
      message:
        `SETUP_NODE_VERSION: Node 20.9 or newer is needed, this is ${version.slice(1)}.\n` +
        '  next:  Install a current Node from https://nodejs.org and start again.',
    });
    expect(calls()).toEqual([]);
  });

  test.each(['v20.9.0', 'v20.20.2', 'v22.0.0', 'v100.1.0'])('Node %s is accepted', (version) => {
    run('runtime', {}, version);
    expect(calls()).toEqual([runtimeCall]);
  });

  test('no npm', () => {
    const noNpm = { npm_execpath: '', PATH: path.join(root, 'nowhere') };
    expect(errorOf(() => run('runtime', noNpm))).toEqual({
      code: 'SETUP_NPM_MISSING',
      exitCode: 2,
      message: 'SETUP_NPM_MISSING: npm was not found.\n  next:  Install Node with npm, or put npm on the PATH.',
    });
  });

  test.each([
    [
      'npm error code ENOTFOUND',
      'SETUP_NETWORK: The package registry could not be reached.\n' +
        '  next:  Check the network, or the proxy and registry of `npm config list`, and start again.',
    ],
    [
      'npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'SETUP_NETWORK: The certificate of the package registry is not trusted.\n' +
        '  next:  Give npm the certificate of your proxy: `npm config set cafile FILE`.',
    ],
    ['npm error code ENOSPC', 'SETUP_INSTALL_FAILED: The disk is full.\n  next:  Free about 1 GB and start again.'],
    [
      'npm error code EUSAGE',
      'SETUP_INSTALL_FAILED: Installing the packages failed: npm ended with exit code 1.\n' +
        '  next:  Run `npm ci` in the project folder to see all of it. The end of what npm said:\n' +
        '    npm error code EUSAGE',
    ],
  ])('npm says %s', (said, message) => {
    expect(errorOf(() => run('runtime', { FAKE_NPM_ERROR: said }))).toEqual({
      code: message.slice(0, message.indexOf(':')),
      exitCode: 3,
      message,
    });
  });

  test('every code that set-up can print is in the catalogue of errors, with the same exit code', () => {
    const source = readFileSync(setUpPath, 'utf8');
    const exits = { usage: exitCodes.usage, outside: exitCodes.outside };
    const printed = [...source.matchAll(/'(SETUP_[A-Z_]+)'(?:[^;]*?)\b(usage|outside),?\s*\)/g)].map(
      ([, code = '', exit = '']) => [code, exits[exit as keyof typeof exits]],
    );
    expect(new Set(printed.map(([code]) => code)).size).toBe(5);
    expect(printed).toEqual(
      printed.map(([code]) => [code, exitCodes[errorCatalogue[code as keyof typeof errorCatalogue].exit]]),
    );
  });
});
