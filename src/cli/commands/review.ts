import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { exitCodes } from '../../contract/errors';
import { outputNotWritten } from '../../contract/system-failure';
import { testDataFolder } from '../../contract/project-folders';
import type { Review } from '../../review/review';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

interface ReviewOptions {
  readonly base?: string;
  readonly head?: string;
  readonly baseEvidence?: string;
  readonly headEvidence?: string;
  readonly collect?: string;
  readonly plan?: readonly string[];
  readonly set: 'k12' | 'hed' | 'none';
  readonly format: 'markdown' | 'json' | 'sarif';
  readonly out?: string;
  readonly checkov: boolean;
}

/** `insights review`: what a change does to resources, access, privacy, policy, artifacts, data, cost; nothing is sent anywhere. */
export function addReview({ program, run }: CommandFrame): void {
  program
    .command('review')
    .description('what a change does to resources, access, privacy, policy, artifacts, data and cost; offline')
    .option('--base <ref>', 'compare with where the head left this (default: origin/HEAD, origin/main or main)')
    .option('--head <ref>', 'the revision to review (default: the working tree)')
    .option('--plan <file...>', 'what `terraform show -json` printed for a stack of the head: FILE or STACK=FILE')
    .addOption(
      new Option('--set <name>', 'test data that both revisions process')
        .choices(['k12', 'hed', 'none'])
        .default('k12'),
    )
    .addOption(
      new Option('--format <format>', 'how it is printed').choices(['markdown', 'json', 'sarif']).default('markdown'),
    )
    .option('--out <file>', 'write it to a file instead')
    .option('--no-checkov', 'leave Checkov out where it is installed: it takes longer than the rest')
    .option('--collect <folder>', 'only run the working tree’s code, and leave what a review needs of it in a folder')
    .option('--base-evidence <folder>', 'what --collect left; the code of the base revision is then not run')
    .option('--head-evidence <folder>', 'the same for the head: for a revision whose code is not to be trusted')
    .addHelpText(
      'after',
      '\nExit code 1: the policy or a check has a new finding, or nobody can approve what needs approval.',
    )
    .action((options: ReviewOptions, command: Command) =>
      run(command, (output, surroundings) =>
        options.collect === undefined
          ? reviewHere(options, output, surroundings)
          : collectHere(options.collect, options, output, surroundings),
      ),
    );
}

async function reviewHere(options: ReviewOptions, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { runChild } = require('../../deployment/child-process') as typeof import('../../deployment/child-process');
  const { compareRevisions } =
    require('../../review/collect/compare-revisions') as typeof import('../../review/collect/compare-revisions');
  const { projectRoot, environment: variables } = surroundings;
  const result = await compareRevisions({
    git: { projectRoot, variables, run: runChild },
    base: options.base,
    head: options.head,
    baseEvidence: options.baseEvidence,
    headEvidence: options.headEvidence,
    plans: options.plan ?? [],
    checkov: options.checkov,
    set: options.set === 'none' ? undefined : options.set,
    today: new Date().toISOString().slice(0, 10),
    progress: (text) => output.progress(text),
  });
  const text = render(result, options.format);
  if (options.out === undefined) output.line(text.trimEnd());
  else writeText(options.out, text);
  return { exitCode: isAcceptable(result) ? exitCodes.done : exitCodes.checkFailed, result };
}

async function collectHere(
  folder: string,
  { set, checkov: isWanted }: ReviewOptions,
  output: Output,
  { projectRoot, environment: variables }: Surroundings,
): Promise<Outcome> {
  const { runChild: run } =
    require('../../deployment/child-process') as typeof import('../../deployment/child-process');
  const { collect } = require('../../review/collect/collect') as typeof import('../../review/collect/collect');
  const drop = set === 'none' ? undefined : testDataFolder(projectRoot, set);
  const { findCheckov } = require('../../review/collect/checkov') as typeof import('../../review/collect/checkov');
  const checkov = isWanted ? findCheckov(variables, projectRoot) : undefined;
  await collect({ tree: projectRoot, output: path.resolve(folder), checkov, variables, run }, drop);
  output.line(`Collected in ${folder}.`);
  return { result: { folder } };
}

/** Whether nothing stands in the way of merging but the approval itself. */
function isAcceptable({ verdict: { policy, privacy, unknown } }: Review): boolean {
  return unknown.length === 0 && policy.passed && (privacy.approval === 'not needed' || privacy.approvers.length > 0);
}

function render(review: Review, format: ReviewOptions['format']): string {
  if (format === 'json') return `${JSON.stringify(review, undefined, 2)}\n`;
  if (format === 'sarif') {
    const { renderSarif } = require('../../review/render/sarif') as typeof import('../../review/render/sarif');
    return renderSarif(review);
  }
  const { renderMarkdown } = require('../../review/render/markdown') as typeof import('../../review/render/markdown');
  return renderMarkdown(review);
}

function writeText(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw outputNotWritten('The review', file, cause);
  }
}
