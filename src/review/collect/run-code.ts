import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunChild } from '../../deployment/child-process';
import { bundleProgram, type RevisionProgram } from './revision-program';

/** Runs the code of a revision in processes of its own; only ever a revision that is trusted with the rights of the caller. */
export interface RevisionCode {
  /** Folder with the files of the revision. */
  readonly tree: string;
  /** Folder for what comes out, there already. */
  readonly output: string;
  readonly programs: RevisionPrograms;
  /** The program; undefined: it is not run. */
  readonly checkov?: string | undefined;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly run: RunChild;
}

/** The programs of a revision that a review runs; words instead where one cannot be put together. */
export interface RevisionPrograms {
  readonly synthesis: RevisionProgram | string;
  readonly processing: RevisionProgram | string;
}

/** Where `collect` writes, and a review reads. */
export const evidenceFiles = {
  policy: 'policy.json',
  failure: 'failure.txt',
  checkov: 'checkov.json',
  lake: 'lake.json',
  smallGroups: 'small-groups.json',
} as const;

/** What both programs read of a revision: a change elsewhere changes nothing of what they do. */
export const programInputs = {
  synthesis: ['cdktf.json', 'assets', 'environments', 'test_data'],
  processing: ['assets/catalogue'],
} as const;

/** @param output folder for the programs, there already; it has to stay while they run. */
export async function bundlePrograms(tree: string, output: string): Promise<RevisionPrograms> {
  const [synthesis, processing] = await Promise.all([
    bundleProgram({ tree, output, entry: 'main.ts', reads: programInputs.synthesis }),
    // The command line around it holds all other commands as well.
    bundleProgram({
      ...{ tree, output, entry: 'src/cli/main.ts', decisive: 'src/cli/commands/process.ts' },
      reads: programInputs.processing,
    }),
  ]);
  return { synthesis, processing };
}

/** Synthesises all environments and lets the policy say what it finds; a failure's words go into a file. */
export async function synthesiseRevision({ tree, output, programs, variables, run }: RevisionCode): Promise<void> {
  const { synthesis: program } = programs;
  const failed = (words: string): void => writeFileSync(join(output, evidenceFiles.failure), words.trim());
  if (typeof program === 'string') return failed(program);
  const { ENVIRONMENT: _environment, ENVIRONMENTS: _environments, ...others } = variables;
  const { exitCode, stderr } = await run({
    program: process.execPath,
    arguments: [program.file],
    folder: tree,
    variables: { ...others, CDKTF_OUTDIR: output, POLICY_REPORT: join(output, evidenceFiles.policy) },
  });
  if (exitCode !== 0 && !existsSync(join(output, evidenceFiles.policy))) failed(stderr);
}

/** Processes a drop into a folder lake of workspace dev. @returns whether it succeeded. */
export async function processRevision(
  code: RevisionCode,
  { drop, lake, saltFile }: { readonly drop: string; readonly lake: string; readonly saltFile: string },
): Promise<boolean> {
  const { tree, programs, variables, run } = code;
  const { processing: program } = programs;
  if (typeof program === 'string') return false;
  const { exitCode } = await run({
    program: process.execPath,
    arguments: [program.file, 'process', '--drop', drop, '--lake', lake, '--salt-file', saltFile],
    folder: tree,
    // A variable, because a revision may not know the option. Two revisions beside each other fill two cores by themselves.
    variables: { ...variables, INSIGHTS_THREADS: '1' },
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
