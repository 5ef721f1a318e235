import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunChild } from '../../src/deployment/child-process';
import { findCheckov } from '../../src/review/collect/checkov';
import { findBase, findRevision } from '../../src/review/collect/git-revision';
import { readEvidence } from '../../src/review/collect/read-evidence';
import { readPlans } from '../../src/review/collect/read-plans';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';
import { insights, platform, stack } from './fixture';

const newFolder = useTemporaryFolders();

describe('readEvidence', () => {
  test('takes files for data, and tells what is wrong with them as findings', async () => {
    const [tree, output] = [await newFolder(), await newFolder()];
    cpSync('assets/catalogue', join(tree, 'assets/catalogue'), { recursive: true });
    mkdirSync(join(tree, 'environments'));
    writeFileSync(join(tree, 'environments/dev.json'), '{');
    writeFileSync(join(tree, 'package.json'), '{"dependencies":{"ajv":"8.20.0"},"engines":{"node":">=22"}}');
    writeFileSync(join(tree, 'CODEOWNERS'), '* @team\n');
    mkdirSync(join(output, 'stacks/dev-platform'), { recursive: true });
    writeFileSync(join(output, 'stacks/dev-platform/cdk.tf.json'), JSON.stringify({ resource: platform }));
    const violation = { rule: 'tags', at: 'dev-platform/X', found: 'no tags', demand: 'Everything has tags.' };
    writeFileSync(
      join(output, 'policy.json'),
      JSON.stringify([{ violations: [violation], advice: [{ ...violation, found: 'soon none' }] }]),
    );
    writeFileSync(
      join(output, 'failure.txt'),
      'ARTIFACTS_INVALID: The artifacts have 1 error:\n  a.json#/x: Dangling. Mend it. (reference)\n  next:  Mend it.',
    );
    writeFileSync(
      join(output, 'checkov.json'),
      JSON.stringify({
        results: {
          failed_checks: [
            {
              check_id: 'CKV_1',
              check_name: 'Ensure',
              file_path: '/dev-platform/cdk.tf.json',
              resource: 'azurerm_key_vault.V',
            },
          ],
        },
      }),
    );
    const { stacks, catalogues, findings, notRun, versions, owners } = readEvidence('head', tree, output);
    expect(stacks).toEqual([stack('dev-platform', platform)]);
    expect(catalogues.map(({ catalogue }) => catalogue.profile)).toEqual(['strict', 'v0.2']);
    expect({ findings, notRun, versions, owners }).toEqual({
      findings: [
        {
          source: 'environments',
          rule: 'ENVIRONMENT_UNREADABLE',
          at: 'environments/dev.json',
          problem: 'The environment file is not JSON.',
        },
        {
          source: 'synthesis',
          rule: 'ARTIFACTS_INVALID',
          at: 'synthesis',
          problem: 'a.json#/x: Dangling. Mend it. (reference)',
        },
        { source: 'policy', rule: 'tags', at: 'dev-platform/X', problem: 'no tags. Everything has tags.' },
        {
          source: 'policy',
          rule: 'tags',
          at: 'dev-platform/X',
          problem: 'soon none. Everything has tags.',
          isAdvice: true,
        },
        { source: 'Checkov', rule: 'CKV_1', at: 'dev-platform azurerm_key_vault.V', problem: 'Ensure' },
      ],
      notRun: [],
      versions: { ajv: '8.20.0', node: '>=22' },
      owners: '* @team\n',
    });
  });

  test('a skip of Checkov counts with owner and last day only, and a list that cannot be read is a finding', async () => {
    const [tree, output] = [await newFolder(), await newFolder()];
    mkdirSync(join(tree, 'test/checkov'), { recursive: true });
    const list = join(tree, 'test/checkov/skips.json');
    const skip = { check: 'CKV_1', stacks: ['dev-platform'], owner: 'IT', reason: 'Why', expires: '2027-01-01' };
    writeFileSync(list, JSON.stringify([skip, { ...skip, owner: '' }, { ...skip, expires: 'never' }, null]));
    expect(readEvidence('head', tree, output).skips).toEqual([skip]);
    writeFileSync(list, '{');
    const { skips, findings } = readEvidence('head', tree, output);
    expect([skips, findings.filter(({ source }) => source === 'Checkov')]).toEqual([
      [],
      [
        {
          source: 'Checkov',
          rule: 'REVIEW_EVIDENCE_UNREADABLE',
          at: 'test/checkov/skips.json',
          problem: 'This is not JSON.',
        },
      ],
    ]);
  });

  test('follows no link out of its folders', async () => {
    const [tree, output, outside] = [await newFolder(), await newFolder(), await newFolder()];
    writeFileSync(join(outside, 'secret'), '@stranger');
    symlinkSync(join(outside, 'secret'), join(tree, 'CODEOWNERS'));
    symlinkSync(join(outside, 'secret'), join(output, 'failure.txt'));
    const { owners, findings } = readEvidence('head', tree, output);
    expect([owners, findings.filter(({ source }) => source === 'synthesis')]).toEqual(['', []]);
  });

  test('refuses evidence that is not JSON', async () => {
    const [tree, output] = [await newFolder(), await newFolder()];
    writeFileSync(join(output, 'policy.json'), '{');
    expect(await thrownBy(() => readEvidence('head', tree, output))).toEqual({
      code: 'REVIEW_EVIDENCE_UNREADABLE',
      message: 'This is not JSON.',
      place: { file: 'policy.json' },
    });
  });
});

test('Checkov is the one that is named, else the one of its tier, else that of the PATH', async () => {
  const projectRoot = await newFolder();
  const own = join(projectRoot, 'test/checkov/.venv/bin/checkov');
  expect(findCheckov({}, projectRoot)).toBe('checkov');
  mkdirSync(dirname(own), { recursive: true });
  writeFileSync(own, '');
  expect(findCheckov({}, projectRoot)).toBe(own);
  expect(findCheckov({ INSIGHTS_CHECKOV: 'other' }, projectRoot)).toBe('other');
});

describe('readPlans', () => {
  const stacks = [stack('dev-platform', platform), stack('dev-insights', insights)];
  const write = async (content: unknown): Promise<string> => {
    const file = join(await newFolder(), 'plan.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const plan = {
    format_version: '1.2',
    resource_changes: [
      {
        address: 'azurerm_storage_account.DataLake',
        type: 'azurerm_storage_account',
        change: { actions: ['update'], after: { name: 'stoeaa' } },
      },
    ],
  };

  test('finds the stack of a plan by its resources and their names, or takes the one that is given', async () => {
    const file = await write(plan);
    expect([...readPlans([file], stacks)]).toEqual([['dev-platform', plan]]);
    expect([...readPlans([`dev-insights=${file}`], stacks)]).toEqual([['dev-insights', plan]]);
  });

  test.each([
    ['{', '', 'The plan cannot be read as JSON.'],
    [{ a: 1 }, '', 'This is not what `terraform show -json` prints.'],
    [{ format_version: '1.2' }, '', 'The plan belongs to no stack of the head revision.'],
    [plan, 'prod-platform=', 'The plan belongs to no stack of the head revision (prod-platform).'],
  ])('refuses %j', async (content, prefix, message) => {
    const file = await write(content);
    expect(await thrownBy(() => readPlans([`${prefix}${file}`], stacks))).toEqual({
      code: 'REVIEW_PLAN_UNREADABLE',
      message,
      place: { file },
    });
  });
});

describe('revisions', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const git = (known: readonly string[]) => {
    const run: RunChild = ({ arguments: words }) => {
      const found = known.some((name) => words.includes(name));
      return Promise.resolve({ exitCode: found ? 0 : 1, stdout: found ? `${commit}\n` : '', stderr: '' });
    };
    return { projectRoot: '.', variables: {}, run };
  };

  test('a base is where the head left the first line that is there', async () => {
    expect(await findBase(git(['origin/main']), undefined, 'HEAD')).toEqual({
      commit,
      name: 'origin/main (0123456789ab)',
    });
    expect(await findRevision(git([`${commit}^{commit}`]), commit)).toEqual({ commit, name: '0123456789ab' });
  });

  test('one that is not there is named', async () => {
    const told = { code: 'REVIEW_REVISION_UNKNOWN', place: {} };
    expect(await thrownBy(() => findBase(git([]), 'nowhere', 'HEAD'))).toEqual({
      ...told,
      message: 'There is no revision "nowhere" here.',
    });
    expect(await thrownBy(() => findRevision(git([]), '--all'))).toEqual({
      ...told,
      message: 'There is no revision "--all" here.',
    });
  });
});
