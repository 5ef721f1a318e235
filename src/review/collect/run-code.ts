import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunChild } from '../../deployment/child-process';

/** Runs the code of a revision in processes of its own; only ever a revision that is trusted with the rights of the caller. */
export interface RevisionCode {
  /** Folder with the files of the revision. */
  readonly tree: string;
  /** Folder for what comes out, there already. */
  readonly output: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly run: RunChild;
}

/** Where `collect` writes, and a review reads. */
export const evidenceFiles = {
  policy: 'policy.json',
  failure: 'failure.txt',
  checkov: 'checkov.json',
  lake: 'lake.json',
  smallGroups: 'small-groups.json',
} as const;

/** Synthesises all environments and lets the policy say what it finds; a failure's words go into a file. */
export async function synthesiseRevision({ tree, output, variables, run }: RevisionCode): Promise<void> {
  const { ENVIRONMENT: _environment, ENVIRONMENTS: _environments, ...others } = variables;
  const { exitCode, stderr } = await run({
    program: process.execPath,
    arguments: ['--import', 'tsx', 'main.ts'],
    folder: tree,
    variables: { ...others, CDKTF_OUTDIR: output, POLICY_REPORT: join(output, evidenceFiles.policy) },
  });
  if (exitCode === 0 || existsSync(join(output, evidenceFiles.policy))) return;
  writeFileSync(join(output, evidenceFiles.failure), stderr.trim());
}

/** Processes a drop into a folder lake of workspace dev. @returns whether it succeeded. */
export async function processRevision(code: RevisionCode, drop: string, saltFile: string): Promise<boolean> {
  const { tree, output, variables, run } = code;
  const { exitCode } = await run({
    program: process.execPath,
    arguments: [
      ...['--import', 'tsx', 'src/cli/main.ts', 'process'],
      ...['--drop', drop, '--lake', join(output, 'lake'), '--salt-file', saltFile],
    ],
    folder: tree,
    variables,
  });
  return exitCode === 0;
}

/** Of both revisions, so that pseudonyms differ only where the revisions do. No secret: what is processed is invented. */
const reviewSalt = 'education-insights review of invented data';

/** Writes the salt of all reviews. */
export function writeReviewSalt(folder: string): string {
  const file = join(folder, 'salt');
  writeFileSync(file, reviewSalt);
  return file;
}
