import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { ownFolder } from '../../contract/project-folders';
import { digestOfFiles, type RevisionProgram } from './revision-program';
import { evidenceFiles } from './run-code';

/** Enough for some branches side by side: a lake comes to some hundred kilobytes, all stacks to some megabytes. */
const keptAtMost = 24;

/** Something that was made of a revision and can be had again. */
interface KeptEvidence {
  /** Of everything that decides what it is. */
  readonly key: string;
  /** Its files and folders; the first is there where it was made. */
  readonly files: readonly string[];
}

/** Where a project keeps evidence. All of it was made on this machine, of code that ran here with the caller's rights. */
export function keptEvidenceFolder(projectRoot: string): string {
  return ownFolder(projectRoot, 'review-evidence');
}

type Variables = Readonly<Record<string, string | undefined>>;

/** What a drop comes to: by the program with its catalogue, the variables, the drop, and the code here that looks at the lake. */
export function keptLake(
  program: RevisionProgram,
  drop: string,
  variables: Variables,
  projectRoot: string,
): KeptEvidence {
  const looking = digestOfFiles(projectRoot, ['src']);
  const key = keyOf(program, variables, projectRoot, ['lake', digestOfFiles(drop, ['M365']), looking]);
  return { key, files: [evidenceFiles.lake, evidenceFiles.smallGroups] };
}

/** What is synthesised, and what the policy says: by the program with what it reads, the variables, and the day. */
export function keptStacks(
  program: RevisionProgram,
  today: string,
  variables: Variables,
  projectRoot: string,
): KeptEvidence {
  return { key: keyOf(program, variables, projectRoot, ['stacks', today]), files: [evidenceFiles.policy, 'stacks'] };
}

/** With the packages that are installed, which both revisions run with, Node and the machine. */
function keyOf(
  { digest }: RevisionProgram,
  variables: Variables,
  projectRoot: string,
  parts: readonly string[],
): string {
  const given = Object.entries(variables).sort(([one], [other]) => (one < other ? -1 : 1));
  const packages = digestOfFiles(projectRoot, ['node_modules/.package-lock.json']);
  const { version, platform, arch } = process;
  return createHash('sha256')
    .update(JSON.stringify([digest, given, packages, version, platform, arch, ...parts]))
    .digest('hex');
}

/**
 * Puts what is kept into the output folder, or else has it made there, and keeps it where something was made. That nothing
 * can be kept is no reason to fail.
 */
export async function onceMade(
  folder: string,
  { key, files }: KeptEvidence,
  output: string,
  make: () => Promise<void>,
): Promise<void> {
  const kept = join(folder, key);
  const isMade = (place: string): boolean => existsSync(join(place, files[0] ?? ''));
  if (isMade(kept)) {
    copyAll(files, kept, output);
    return unlessRefused(() => utimesSync(kept, new Date(), new Date()));
  }
  await make();
  if (!isMade(output)) return;
  unlessRefused(() => {
    mkdirSync(folder, { recursive: true });
    // Whole or not at all, whoever else reviews at the same time.
    const made = mkdtempSync(join(folder, 'new-'));
    copyAll(files, output, made);
    if (existsSync(kept)) rmSync(made, { recursive: true, force: true });
    else renameSync(made, kept);
    dropUnused(folder);
  });
}

function unlessRefused(keep: () => void): void {
  try {
    keep();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

function copyAll(files: readonly string[], from: string, to: string): void {
  for (const file of files)
    if (existsSync(join(from, file))) cpSync(join(from, file), join(to, file), { recursive: true });
}

/** What was made or used longest ago goes: the base of many reviews stays. */
function dropUnused(folder: string): void {
  const found = readdirSync(folder).map((name) => ({ name, used: statSync(join(folder, name)).mtimeMs }));
  const old = found.sort((one, other) => other.used - one.used).slice(keptAtMost);
  for (const { name } of old) rmSync(join(folder, name), { recursive: true, force: true });
}
