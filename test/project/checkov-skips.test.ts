import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Skip {
  readonly check: string;
  readonly stacks: readonly string[];
  readonly owner: string;
  readonly expires: string;
  readonly reason: string;
}

const skips = JSON.parse(readFileSync('test/checkov/skips.json', 'utf8')) as readonly Skip[];

describe('the skips of Checkov', () => {
  test('each name a check once, the stacks it is for, owner, last day, and a reason in a sentence', () => {
    expect(new Set(skips.map(({ check }) => check)).size).toBe(skips.length);
    expect(skips.filter((skip) => Object.keys(skip).sort().join() !== 'check,expires,owner,reason,stacks')).toEqual([]);
    expect(skips.filter(({ check }) => !/^CKV2?_AZURE_\d+$/.test(check))).toEqual([]);
    expect(skips.filter(({ reason }) => reason.length < 40 || !reason.endsWith('.'))).toEqual([]);
    expect(skips.filter(({ owner, expires }) => owner === '' || !/^20\d\d-\d\d-\d\d$/.test(expires))).toEqual([]);
    const stacks = ['dev', 'prod', 'test'].flatMap((name) => [`${name}-insights`, `${name}-platform`]);
    expect(
      skips.filter((skip) => skip.stacks.length === 0 || skip.stacks.some((stack) => !stacks.includes(stack))),
    ).toEqual([]);
  });

  test('are pinned: another one is a decision', () => {
    expect(skips.map(({ check }) => check)).toEqual([
      'CKV_AZURE_110',
      'CKV_AZURE_42',
      'CKV_AZURE_59',
      'CKV_AZURE_206',
      'CKV_AZURE_36',
      'CKV_AZURE_33',
      'CKV2_AZURE_33',
      'CKV2_AZURE_32',
      'CKV2_AZURE_1',
      'CKV2_AZURE_21',
    ]);
  });
});

const python = spawnSync('python3', ['--version'], { stdio: 'ignore' }).status === 0;

(python ? describe : describe.skip)('judge.py (skipped where there is no python3)', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'insights-checkov-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const failed = (check: string, stack: string) => ({
    check_id: check,
    check_name: 'Ensure it',
    file_path: `/${stack}/cdk.tf.json`,
    resource: 'resource.X',
  });
  const judge = (report: unknown, list: readonly Skip[]) => {
    writeFileSync(join(folder, 'report.json'), JSON.stringify(report));
    writeFileSync(join(folder, 'skips.json'), JSON.stringify(list));
    const { status, stdout } = spawnSync(
      'python3',
      ['test/checkov/judge.py', join(folder, 'report.json'), join(folder, 'skips.json')],
      {
        encoding: 'utf8',
      },
    );
    return [status, ...stdout.trimEnd().split('\n')];
  };
  const skip = {
    check: 'CKV_AZURE_1',
    stacks: ['dev-platform'],
    owner: 'operators',
    expires: '9999-12-31',
    reason: 'Because.',
  };
  const report = (...checks: readonly object[]) => ({ summary: { passed: 7 }, results: { failed_checks: checks } });

  test('lets pass what is skipped for that stack, and says why', () => {
    expect(judge(report(failed('CKV_AZURE_1', 'dev-platform')), [skip])).toEqual([
      0,
      'skipped CKV_AZURE_1 at dev-platform resource.X: Because.',
      '7 passed, 0 failed',
    ]);
  });

  test('fails anything else, in another stack too, and skips that skip nothing', () => {
    expect(judge([report(failed('CKV_AZURE_1', 'prod-platform')), { summary: { passed: 1 } }], [skip])).toEqual([
      1,
      'FAILED  CKV_AZURE_1 at prod-platform resource.X: Ensure it',
      'FAILED  the skip of CKV_AZURE_1 at dev-platform skips nothing: take it out',
      '8 passed, 2 failed',
    ]);
  });

  test('fails a skip that nobody answers for, or whose last day is over, and what it would have covered', () => {
    const { owner: _owner, ...nobodys } = skip;
    for (const [list, expires] of [
      [nobodys as unknown as Skip, '9999-12-31'],
      [{ ...skip, expires: '2020-01-01' }, '2020-01-01'],
    ] as const) {
      expect(judge(report(failed('CKV_AZURE_1', 'dev-platform')), [list])).toEqual([
        1,
        `FAILED  the skip of CKV_AZURE_1 has no owner, or ended on ${expires}`,
        'FAILED  CKV_AZURE_1 at dev-platform resource.X: Ensure it',
        '7 passed, 2 failed',
      ]);
    }
  });

  test('fails where nothing was checked, or a file could not be read', () => {
    expect(judge({ passed: 0, failed: 0 }, [])).toEqual([
      1,
      'FAILED  Checkov has checked nothing',
      '0 passed, 1 failed',
    ]);
    const unread = { summary: { passed: 7 }, results: { parsing_errors: ['/x'] } };
    expect(judge(unread, [])).toEqual([1, '1 file(s) could not be read', '7 passed, 1 failed']);
  });
});
