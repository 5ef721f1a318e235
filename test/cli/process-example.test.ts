import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { LakeSteps } from '../../src/cli/lake-steps';
import { createOutput } from '../../src/cli/output';
import { processExample } from '../../src/cli/process-example';
import type { RunReport, VerificationReport } from '../../src/contract/lake-format';
import { captured } from './captured';

const common = {
  format: 1,
  runId: 'run-1',
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: '2026-01-01T00:00:01Z',
  workspace: 'dev',
  version: '1.14',
  profile: 'strict',
  catalogue: 'c',
  saltFingerprint: 's',
} as const;

const flow = { duplicates: 0, superseded: 0, rejected: {}, kept: 0 };
const tables = [
  {
    ...flow,
    table: 'AadUser',
    landed: 1200,
    ingested: 1200,
    corrected: 1198,
    general: 1198,
    sensitive: 1198,
    rejected: { cast: 1, width: 1 },
  },
  { ...flow, table: 'Course', landed: 3, ingested: 3, corrected: 2, duplicates: 1, general: 2, sensitive: null },
];

const goodRun: RunReport = {
  ...common,
  report: 'run',
  engine: 'embedded',
  timeZone: 'UTC',
  outcome: 'succeeded',
  units: [],
  tables: [],
  messages: [
    {
      severity: 'warning',
      code: 'ROW7',
      message: 'Columns settled by the data.',
      table: 'Course',
      file: 'c.csv',
      line: 4,
    },
  ],
};

const goodVerification: VerificationReport = {
  ...common,
  report: 'verification',
  outcome: 'passed',
  tables,
  freshness: {},
  checks: [{ check: 'ledger adds up', rules: ['ROW14'], status: 'passed', examined: 2, findings: [] }],
};

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'insights-start-'));
  mkdirSync(path.join(root, 'test_data', 'k12', 'M365'), { recursive: true });
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

async function start(run = goodRun, verification = goodVerification) {
  const given: unknown[] = [];
  const steps: LakeSteps = {
    process: async ({ progress, ...options }) => {
      given.push(options);
      progress('processing');
      return run;
    },
    verify: async ({ progress, ...options }) => {
      given.push(options);
      progress('verifying');
      return verification;
    },
  };
  const surroundings = captured();
  const outcome = await processExample(steps, root, createOutput(surroundings.streams, false));
  const { stdout, stderr } = surroundings.printed();
  return { given, outcome, stdout: stdout.replace(/\d+\.\d s/g, 'N s'), stderr };
}

const inRoot = (...parts: string[]): string => path.join(root, ...parts);

test('processes the K-12 example into a local lake, verifies it and shows the stages', async () => {
  const { given, outcome, stdout, stderr } = await start();
  const [lake, saltFile, html] = ['lake', 'oeaSalt-dev', 'verification.html'].map((name) => inRoot('.insights', name));
  expect(given).toEqual([
    { drop: inRoot('test_data', 'k12'), lake, saltFile },
    { lake, saltFile, html },
  ]);
  expect(outcome).toEqual({
    exitCode: 0,
    result: { drop: inRoot('test_data', 'k12'), lake, html, run: goodRun, verification: goodVerification },
  });
  expect(stderr).toBe('processing\nverifying\n');
  expect(stdout.split('\n')).toEqual([
    'table     landed  ingested  corrected  duplicates  rejected  general  sensitive',
    '--------  ------  --------  ---------  ----------  --------  -------  ---------',
    'AadUser    1,200     1,200      1,198           0         2    1,198      1,198',
    'Course         3         3          2           1         0        2          -',
    '2 tables   1,203     1,203      1,200           1         2    1,200      1,198',
    '',
    '  warning ROW7: Columns settled by the data. (table Course, c.csv:4)',
    'Checks: 1 of 1 passed',
    '',
    'Processed (N s), verified (N s)',
    `Lake:    ${path.join('.insights', 'lake')}`,
    `Report:  ${path.join('.insights', 'verification.html')}`,
    'Look:    npx insights dashboard',
    '',
  ]);
});

test('the salt is made once, for its owner only', async () => {
  await start();
  const salt = readFileSync(inRoot('.insights', 'oeaSalt-dev'), 'utf8');
  await start();
  expect(salt).toMatch(/^[0-9a-f]{64}\n$/);
  expect(readFileSync(inRoot('.insights', 'oeaSalt-dev'), 'utf8')).toBe(salt);
  expect(statSync(inRoot('.insights', 'oeaSalt-dev')).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
});

test('a second start says that there was nothing to do', async () => {
  const { stdout } = await start({ ...goodRun, outcome: 'nothing to do', messages: [] });
  expect(stdout).toContain('\nNothing new to process (N s), verified (N s)\n');
});

test.each([
  ['the run', { ...goodRun, outcome: 'failed' as const }, goodVerification],
  ['the verification', goodRun, { ...goodVerification, outcome: 'failed' as const }],
])('ends with 1 when %s failed', async (_, run, verification) => {
  expect((await start(run, verification)).outcome.exitCode).toBe(1);
});

test('findings of checks: errors first, twenty at most, no mere information', async () => {
  const finding = (severity: 'error' | 'warning' | 'information', message: string) => ({
    severity,
    code: 'ROW14',
    message,
  });
  const { stdout } = await start(
    { ...goodRun, messages: [] },
    {
      ...goodVerification,
      checks: [
        {
          check: 'a',
          rules: [],
          status: 'warned',
          examined: 1,
          findings: [finding('warning', 'late'), finding('information', 'fine')],
        },
        {
          check: 'b',
          rules: [],
          status: 'failed',
          examined: 1,
          findings: Array.from({ length: 20 }, (_, n) => finding('error', `row ${n}`)),
        },
        { check: 'c', rules: [], status: 'skipped', examined: 0, findings: [] },
      ],
    },
  );
  const lines = stdout.split('\n');
  const from = lines.indexOf('Checks: 0 of 3 passed, 1 failed, 1 warned, 1 skipped');
  expect(lines.slice(from + 1, lines.indexOf('', from))).toEqual([
    ...Array.from({ length: 20 }, (_, n) => `  error ROW14: row ${n}`),
    '  and 1 more, see the report',
  ]);
});

test('says what to do when the example is missing, and makes nothing', async () => {
  rmSync(inRoot('test_data'), { recursive: true });
  await expect(start()).rejects.toMatchObject({
    code: 'START_DATA_MISSING',
    message: 'The K-12 example is missing.',
    place: { file: path.join('test_data', 'k12') },
    nextStep: 'Make it again with `npx insights test-data generate --set k12 --out test_data/k12`.',
  });
  expect(existsSync(inRoot('.insights'))).toBe(false);
});
