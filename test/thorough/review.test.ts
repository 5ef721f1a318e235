import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CommandDocument } from '../../src/contract/command-document';
import { joinedTables } from '../../src/review/data/small-groups';
import { bundlePrograms, programInputs, writeReviewSalt } from '../../src/review/collect/run-code';
import type { Review } from '../../src/review/review';
import { readStacks } from '../../src/review/stacks';
import { useTemporaryFolders } from '../support/temporary-folder';

const projectRoot = join(__dirname, '../..');
const newFolder = useTemporaryFolders();

// Each starts several processes that synthesise everything.
jest.setTimeout(600_000);
const left = new Set(['node_modules', '.git', '.insights', 'cdktf.out', '.venv', '__snapshots__']);

let project: string;

beforeAll(async () => {
  project = join(await newFolder(), 'project');
  cpSync(projectRoot, project, {
    recursive: true,
    filter: (path) => !left.has(basename(path)) && !basename(path).endsWith('.tfstate'),
  });
  symlinkSync(join(projectRoot, 'node_modules'), join(project, 'node_modules'));
  git('init', '--quiet', '--initial-branch', 'main');
  commit('Begin');
});

function git(...words: readonly string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync('git', [...identity, ...words], { cwd: project, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

function commit(message: string): string {
  git('add', '--all', '--force', '.', ':!node_modules');
  git('commit', '--quiet', '--message', message);
  return git('rev-parse', 'HEAD');
}

function change(file: string, from: string, to: string): void {
  const text = readFileSync(join(project, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not hold ${from}.`);
  writeFileSync(join(project, file), text.replace(from, to));
}

function reviewed(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'src/cli/main.ts', 'review', '--base', 'main', ...words],
    { cwd: project, encoding: 'utf8', maxBuffer: 100_000_000 },
  );
  return { status, stdout, stderr };
}

function reviewOf(...words: readonly string[]): Review {
  const document = JSON.parse(reviewed('--json', ...words).stdout) as CommandDocument;
  return document.result as Review;
}

test('nothing changed is one line, in the same bytes each time, and leaves nothing behind', () => {
  const [first, second] = [reviewed(), reviewed()];
  expect(first.stderr).toBe('synthesis is the same in both revisions; so is what becomes of the test data\n');
  expect([first.status, first.stdout.trimEnd().split('\n').length]).toEqual([0, 2]);
  expect(second.stdout).toBe(first.stdout);
  expect(git('worktree', 'list').split('\n')).toHaveLength(1);
  expect(git('status', '--porcelain', '--', ':!node_modules')).toBe('');
});

test('bundled programs do the same as the files they are made of, and read nothing but what their digest has', async () => {
  const [output, alone, bundled, plain] = [await newFolder(), await newFolder(), await newFolder(), await newFolder()];
  const { synthesis, processing } = await bundlePrograms(projectRoot, output);
  if (typeof synthesis === 'string' || typeof processing === 'string') throw new Error('A program was not made.');
  const run = (folder: string, outdir: string, ...words: readonly string[]) =>
    spawnSync(process.execPath, words, {
      cwd: folder,
      env: { ...process.env, CDKTF_OUTDIR: outdir, POLICY_REPORT: join(outdir, 'policy.json') },
      encoding: 'utf8',
    });
  for (const name of programInputs.synthesis) cpSync(join(projectRoot, name), join(alone, name), { recursive: true });
  expect(run(alone, bundled, synthesis.file).stderr).toBe('');
  expect(run(projectRoot, plain, '--import', 'tsx', 'main.ts').stderr).toBe('');
  expect(readStacks(bundled)).toEqual(readStacks(plain));
  expect(readStacks(bundled)).toHaveLength(6);
  const few = await newFolder();
  for (const name of programInputs.processing) cpSync(join(projectRoot, name), join(few, name), { recursive: true });
  // Only for the number of its version.
  cpSync(join(projectRoot, 'package.json'), join(few, 'package.json'));
  const drop = join(projectRoot, 'test_data/k12');
  const saltFile = writeReviewSalt(few);
  const processed = run(
    few,
    few,
    processing.file,
    'process',
    '--drop',
    drop,
    '--lake',
    'lake',
    '--salt-file',
    saltFile,
  );
  expect([processed.status, /^Run .*: (\w+)$/m.exec(processed.stdout)?.[1]]).toEqual([0, 'succeeded']);
});

test('a change of everything is told section by section, from what both revisions really do', () => {
  git('checkout', '--quiet', '-b', 'everything');
  change(
    'environments/dev.json',
    '"testData": "k12",',
    '"testData": "k12",\n  "pools": { "medium": { "minNodes": 6 } },\n  "retention": { "landedDays": 30 },\n' +
      '  "people": { "analysts": [{ "objectId": "aaaaaaaa-0000-0000-0000-000000000000", "displayName": "Teachers" }] },',
  );
  change('assets/notebooks/Insights_driver.py', "run_id = ''", "run_id = ''\nextra = 1");
  change('assets/catalogue/metadata.csv', ',Grade,double,generalise:band:10', ',Grade,double,generalise:band:5');
  change('assets/catalogue/metadata.csv', ',RefSexId,string,mask', ',RefSexId,string,no-op');
  change('package.json', '"ajv": "8.20.0"', '"ajv": "8.20.1"');
  commit('Change everything');
  const first = reviewOf();
  const { sections, verdict, changed } = first;
  expect(changed).toBe(true);
  // What both lakes came to is kept by now.
  expect(reviewOf()).toEqual(first);
  expect(
    Object.entries(sections).flatMap(([name, { changed: is }]: [string, { changed: boolean }]) => (is ? [name] : [])),
  ).toEqual(['resources', 'access', 'privacy', 'artifacts', 'data', 'cost', 'ageing']);
  const opened = sections.data.groups.filter(({ before, after }) => after > before).map(({ table }) => table);
  expect(opened).toEqual(['PersonDemographic', 'activity', joinedTables]);
  expect(verdict.losses).toContain(
    'update dev-platform/LakeRetention/Resource: data is deleted sooner: 365 to 30 days',
  );
  expect(verdict.privacy.reasons).toContain('dev: Teachers on general, - to read');
  expect(verdict.privacy.approvers).toEqual(['@your-organisation/privacy-officers']);
  expect(sections.artifacts.changes.find(({ name }) => name === 'Insights_driver')).toMatchObject({
    environments: ['dev', 'prod', 'test'],
    cells: [{ change: 'changed', cell: 2, addedLines: 1, removedLines: 0, lines: ['+extra = 1'] }],
  });
  git('checkout', '--quiet', 'main');
});

test('a broken reference is found without a synthesis, and the head is reviewed from evidence without its code', async () => {
  git('checkout', '--quiet', '-b', 'broken');
  change(
    'assets/pipelines/0_main_insights.json',
    '"referenceName": "Insights_driver"',
    '"referenceName": "Insights_drive"',
  );
  // Would be seen if it ran.
  change(
    'main.ts',
    'function main(): void {',
    "function main(): void {\n  require('node:fs').writeFileSync('ran', '');",
  );
  const head = commit('Break a reference');
  git('checkout', '--quiet', 'main');
  const evidence = await newFolder();
  writeFileSync(
    join(evidence, 'failure.txt'),
    'ARTIFACTS_INVALID: The artifacts have 1 error:\n  assets/pipelines/0_main_insights.json#/x: There is no notebook "Insights_drive". Deploy it. (reference)',
  );
  const { verdict, sections, notCompared } = reviewOf('--set', 'none', '--head', head, '--head-evidence', evidence);
  expect(notCompared).toBe('the head revision could not be synthesised');
  expect([verdict.policy.passed, sections.policy.added.map(({ rule }) => rule)]).toEqual([
    false,
    ['ARTIFACTS_INVALID'],
  ]);
  expect(sections.artifacts.changes.map(({ kind, name }) => `${kind}/${name}`)).toEqual(['pipelines/0_main_insights']);
  expect(existsSync(join(project, 'ran'))).toBe(false);
});
