import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../src/cli/program';
import { captured } from '../cli/captured';
import { useTemporaryFolders } from '../support/temporary-folder';

/**
 * Runs the steps of the workflows as GitHub does, with `npx` played by a script: what `insights` itself does is tested
 * elsewhere, and that it has the options that a step gives it, below.
 */

const folder = '.github/workflows';
const newFolder = useTemporaryFolders();

interface Step {
  readonly workflow: string;
  readonly name: string;
  readonly command: string;
}

/** Every `run` of a workflow, by the name of its step. */
const steps: readonly Step[] = readdirSync(folder).flatMap((workflow) => {
  const text = readFileSync(join(folder, workflow), 'utf8');
  return text.split(/^ {6}- /m).flatMap((step): readonly Step[] => {
    const [, name = ''] = /^(?: {8})?name: (.+)$/m.exec(step) ?? [];
    const [, block, line] = /^ {8}run: (?:\|\n((?: {10}.*\n|\n)+)|(.+))/m.exec(step) ?? [];
    const command = block?.replaceAll(/^ {10}/gm, '') ?? line;
    return command === undefined ? [] : [{ workflow, name, command }];
  });
});

function commandOf(workflow: string, name: string): string {
  const found = steps.find((step) => step.workflow === workflow && step.name === name);
  if (found === undefined) throw new Error(`${workflow} has no step "${name}".`);
  return found.command;
}

/** @param npx lines of the script that plays `npx`, in the folder of the step. */
async function runStep(command: string, npx: string, variables: Readonly<Record<string, string>> = {}) {
  const work = await newFolder();
  const bin = join(work, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npx'), `#!/usr/bin/env bash\necho "npx $*"\n${npx}\n`);
  chmodSync(join(bin, 'npx'), 0o755);
  writeFileSync(join(work, 'package.json'), readFileSync('package.json'));
  const [output, summary] = [join(work, 'output'), join(work, 'summary')];
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', command], {
    cwd: work,
    env: {
      PATH: `${bin}:${process.env['PATH']}`,
      ENVIRONMENT_NAME: 'dev',
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      ...variables,
    },
    encoding: 'utf8',
  });
  const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  return { status, stdout, stderr, output: textOf(output), summary: textOf(summary) };
}

const plans = (counts: object, hash = 'abc'): string =>
  `mkdir plans && echo '# Plan' > plans/summary.md && echo '${JSON.stringify({ result: { hash, stacks: [{ stack: 'dev-platform', counts }] } })}' > plans.json`;

test('every step is known: one that is added has to be run here, or named as run elsewhere', () => {
  const names = [...new Set(steps.map(({ workflow, name }) => `${workflow}: ${name}`))].sort();
  expect(names).toEqual([
    // Only one command each, whose options are looked at below; they need Azure.
    'deploy.yml: Apply',
    // The installation of the project, which the first start does as well.
    'deploy.yml: Install',
    'deploy.yml: Plan',
    'deploy.yml: Verify',
    // Run by other tests of this tier, with the local Azure.
    'nightly.yml: Drift',
    'nightly.yml: Drift plan',
    'nightly.yml: Drill',
    'nightly.yml: Install',
    // Asks the registry of npm.
    'nightly.yml: Known weaknesses',
    // `comment.sh` is run in test/project/workflows.test.ts.
    'pull-request-comment.yml: Comment',
    // Git alone; needs the request's repository.
    'pull-request-comment.yml: Fetch the files of the request, as data',
    'pull-request-comment.yml: Install',
    'pull-request-comment.yml: Review',
    // What everybody runs before a change: `npm test` and its neighbours.
    'pull-request.yml: Format',
    'pull-request.yml: Install',
    'pull-request.yml: Lint',
    'pull-request.yml: Synthesise, judge, process the test data',
    'pull-request.yml: Types',
    'pull-request.yml: Unit tests',
    'release.yml: Archive',
    'release.yml: Install',
    // Publishes.
    'release.yml: Publish',
    'release.yml: The tag is the version of package.json',
    'release.yml: Unit tests',
  ]);
});

test('every command of a step is there, with the options that the step gives it', async () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const wrong: string[] = [];
  for (const { workflow, name, command } of steps) {
    for (const [, script = ''] of command.matchAll(/\bnpm run ([\w:]+)/g))
      if (scripts[script] === undefined) wrong.push(`${workflow}, ${name}: npm run ${script}`);
    for (const [, subcommand = '', rest = ''] of command.matchAll(/\bnpx insights ([\w-]+)(.*)/g)) {
      const surroundings = captured();
      await runCli([subcommand, '--help'], surroundings);
      const { stdout: help } = surroundings.printed();
      if (!help.startsWith(`Usage: insights ${subcommand}`)) wrong.push(`${workflow}, ${name}: ${subcommand}`);
      for (const [option] of rest.matchAll(/--[a-z][\w-]*/g))
        if (!help.includes(`${option} `) && option !== '--json') wrong.push(`${workflow}, ${name}: ${option}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(steps.filter(({ command }) => command.includes('npx insights'))).toHaveLength(8);
});

test('deploy: the plan’s hash is handed on and shown with the plan; without a plan there is none', async () => {
  const command = commandOf('deploy.yml', 'Plan');
  const planned = await runStep(command, plans({ create: 1 }));
  expect(planned).toEqual({
    status: 0,
    stdout: 'npx insights deploy --env dev --plan-to plans --json plans.json\n',
    stderr: '',
    output: 'hash=abc\n',
    summary: 'Approving this deployment approves the plan `abc`.\n\n# Plan\n',
  });
  expect(await runStep(command, 'exit 3')).toMatchObject({ status: 3, output: '', summary: '' });
});

test('nightly: a plan with a change fails, an empty one does not', async () => {
  const command = commandOf('nightly.yml', 'Drift plan');
  expect(await runStep(command, plans({ create: 0, update: 0 }))).toMatchObject({ status: 0, summary: '# Plan\n' });
  expect(await runStep(command, plans({ create: 0, update: 1 }))).toMatchObject({ status: 1, summary: '# Plan\n' });
});

test('comment: a review that wants something looked at is commented on, one that failed is not', async () => {
  const command = commandOf('pull-request-comment.yml', 'Review');
  const statusOf = async (code: number) =>
    (await runStep(command, `exit ${code}`, { HEAD_SHA: 'abc', EVIDENCE: '/evidence' })).status;
  expect([await statusOf(0), await statusOf(1), await statusOf(2), await statusOf(3)]).toEqual([0, 0, 1, 1]);
});

test('release: only a tag of this version becomes one', async () => {
  const command = commandOf('release.yml', 'The tag is the version of package.json');
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const statusOf = async (tag: string) => (await runStep(command, '', { GITHUB_REF_NAME: tag })).status;
  expect([await statusOf(`v${version}`), await statusOf('v99.0.0')]).toEqual([0, 1]);
});

test('release: the archive, its checksum and the list of dependencies are made', async () => {
  const work = await newFolder();
  const run = (words: readonly string[]) => spawnSync(words[0] ?? '', words.slice(1), { cwd: work, encoding: 'utf8' });
  writeFileSync(join(work, 'package.json'), '{"name":"x","version":"1.0.0"}');
  writeFileSync(
    join(work, 'package-lock.json'),
    '{"name":"x","version":"1.0.0","lockfileVersion":3,"packages":{"":{}}}',
  );
  run(['git', 'init', '--quiet']);
  run(['git', 'add', '.']);
  run(['git', '-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '--quiet', '--message', 'Begin']);
  const { status, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', commandOf('release.yml', 'Archive')], {
    cwd: work,
    env: { ...process.env, GITHUB_REF_NAME: 'v1.0.0' },
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  const archive = 'education-insights-cdk-v1.0.0.tar.gz';
  expect(readdirSync(join(work, 'release')).sort()).toEqual(['SHA256SUMS', 'dependencies.cdx.json', archive]);
  expect(run(['tar', '--list', '--file', `release/${archive}`]).stdout).toContain(
    'education-insights-cdk-v1.0.0/package.json',
  );
  const sums = spawnSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: join(work, 'release'), encoding: 'utf8' });
  expect(sums.status).toBe(0);
});
