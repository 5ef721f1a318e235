import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { InsightsError } from '../../contract/errors';
import type { ChildResult, RunChild } from '../../deployment/child-process';

/** Git in the project's folder. */
export interface Git {
  readonly projectRoot: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly run: RunChild;
}

/** A commit, and how a person calls it. */
export interface Revision {
  readonly commit: string;
  readonly name: string;
}

/** Where a branch or commit left the line that it is compared with, so that only its own changes are told. */
export async function findBase(git: Git, base: string | undefined, head: string): Promise<Revision> {
  const wanted = base === undefined ? ['origin/HEAD', 'origin/main', 'main'] : [base];
  for (const name of wanted) {
    const { exitCode, stdout } = await call(git, 'merge-base', name, head);
    if (exitCode === 0) return describe(name, stdout.trim());
  }
  throw unknown(base ?? 'main');
}

/** @throws InsightsError REVIEW_REVISION_UNKNOWN */
export async function findRevision(git: Git, name: string): Promise<Revision> {
  const { exitCode, stdout } = await call(
    git,
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${name}^{commit}`,
  );
  if (exitCode !== 0) throw unknown(name);
  return describe(name, stdout.trim());
}

/** Puts the files of a commit into a folder that is not there yet, with the packages of this project beside them. */
export async function checkOut(git: Git, commit: string, folder: string): Promise<void> {
  // The revision may be a stranger's: no hook is run, nothing is fetched for it, and a link becomes a file with its target's
  // name instead of a way out of the folder.
  const careful = { ...git, variables: { ...git.variables, GIT_LFS_SKIP_SMUDGE: '1' } };
  const settings = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.symlinks=false'];
  const { exitCode } = await call(careful, ...settings, 'worktree', 'add', '--detach', folder, commit);
  if (exitCode !== 0) throw unknown(commit);
  const packages = join(git.projectRoot, 'node_modules');
  if (existsSync(packages)) symlinkSync(packages, join(folder, 'node_modules'), 'junction');
}

/** Takes away what `checkOut` made. */
export async function dropCheckOut(git: Git, folder: string): Promise<void> {
  rmSync(join(folder, 'node_modules'), { force: true });
  await call(git, 'worktree', 'remove', '--force', folder);
}

function describe(name: string, commit: string): Revision {
  const short = commit.slice(0, 12);
  return { commit, name: commit.startsWith(name) ? short : `${name} (${short})` };
}

function call({ projectRoot, variables, run }: Git, ...words: string[]): Promise<ChildResult> {
  return run({ program: 'git', arguments: words, folder: projectRoot, variables });
}

function unknown(name: string): InsightsError {
  return new InsightsError('REVIEW_REVISION_UNKNOWN', `There is no revision ${JSON.stringify(name)} here.`);
}
