import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { InsightsError } from '../../contract/errors';
import { testDataFolder } from '../../contract/project-folders';
import { makeTemporary, removeTemporary } from '../../lake/temporary-folder';
import { review, type Review } from '../review';
import { findCheckov } from './checkov';
import { collectLake, judgeStacks } from './collect';
import { checkOut, dropCheckOut, findBase, findRevision, type Git } from './git-revision';
import { keptEvidenceFolder, keptLake, keptStacks, onceMade } from './kept-evidence';
import { readPlans } from './read-plans';
import { readEvidence } from './read-evidence';
import type { RevisionProgram } from './revision-program';
import { bundlePrograms, synthesiseRevision, type RevisionCode, type RevisionPrograms } from './run-code';

export interface RevisionsRequest {
  readonly git: Git;
  /** @default where the head left origin/HEAD, origin/main or main */
  readonly base?: string | undefined;
  /** @default the working tree */
  readonly head?: string | undefined;
  /** Evidence collected before. The code of that revision is then not run, which is how a revision that is not trusted is reviewed. */
  readonly baseEvidence?: string | undefined;
  readonly headEvidence?: string | undefined;
  /** Whether Checkov judges the stacks, where it is installed; it takes longer than all the rest. */
  readonly checkov: boolean;
  /** `<stack>=<file>` or `<file>`, each what `terraform show -json` printed. */
  readonly plans: readonly string[];
  /** The committed set that both revisions process; undefined: no data is compared. */
  readonly set: 'k12' | 'hed' | undefined;
  /** `yyyy-MM-dd`. */
  readonly today: string;
  readonly progress: (text: string) => void;
}

/** A revision whose files are in a folder. */
interface Side {
  readonly name: string;
  readonly tree: string;
  /** Folder with its evidence. */
  readonly output: string;
  /** Undefined for evidence that was collected before: nothing of that revision is run. */
  readonly code?: RevisionCode;
}

/**
 * Compares two revisions of this repository: puts the files of each into a folder of its own, runs what may be run, and reads
 * the rest as data. What would do the same in both is run once, or, where only its difference is told, not at all.
 */
export async function compareRevisions(request: RevisionsRequest): Promise<Review> {
  const { git, progress } = request;
  const head = request.head === undefined ? undefined : await findRevision(git, request.head);
  const base = await findBase(git, request.base, head?.commit ?? 'HEAD');
  const work = makeTemporary();
  const trees: string[] = [];
  const place = async (name: string, commit: string): Promise<string> => {
    const tree = join(work, name);
    trees.push(tree);
    await checkOut(git, commit, tree);
    return tree;
  };
  try {
    const baseTree = await place('base', base.commit);
    const headTree = head === undefined ? git.projectRoot : await place('head', head.commit);
    const [old, young] = await Promise.all([
      sideOf(base.name, baseTree, request.baseEvidence, request, work),
      sideOf(head?.name ?? 'working tree', headTree, request.headEvidence, request, work),
    ]);
    // Of the base revision, so that both process the same rows even where the set itself is changed.
    const drop = request.set === undefined ? undefined : testDataFolder(baseTree, request.set);
    const alike = { synthesis: areAlike(old, young, 'synthesis'), processing: areAlike(old, young, 'processing') };
    if (old.code !== undefined || young.code !== undefined) progress(progressText(alike, drop !== undefined));
    await runSides(old, young, alike, drop !== undefined && existsSync(drop) ? drop : undefined, request);
    const before = readEvidence(old.name, old.tree, old.output);
    const after = readEvidence(young.name, young.tree, young.output, alike.synthesis ? old.output : young.output);
    const plans = readPlans(request.plans, after.stacks);
    return review({ before, after, today: request.today, plans, processedAlike: alike.processing });
  } finally {
    for (const tree of trees) await dropCheckOut(git, tree);
    removeTemporary(work);
  }
}

async function sideOf(
  name: string,
  tree: string,
  given: string | undefined,
  { git, checkov: isWanted }: RevisionsRequest,
  work: string,
): Promise<Side> {
  if (given !== undefined) {
    if (existsSync(given)) return { name, tree, output: given };
    throw new InsightsError('REVIEW_EVIDENCE_UNREADABLE', 'The folder with the evidence is not there.', {
      place: { file: given },
    });
  }
  const { variables, run, projectRoot } = git;
  const checkov = isWanted ? findCheckov(variables, projectRoot) : undefined;
  const [output, folder] = [mkdtempSync(join(work, 'evidence-')), mkdtempSync(join(work, 'programs-'))];
  return {
    name,
    tree,
    output,
    code: { tree, output, programs: await bundlePrograms(tree, folder), checkov, variables, run },
  };
}

type Alike = Readonly<Record<keyof RevisionPrograms, boolean>>;

function areAlike({ code: old }: Side, { code: young }: Side, kind: keyof RevisionPrograms): boolean {
  const [one, other] = [old?.programs[kind], young?.programs[kind]];
  return isProgram(one) && isProgram(other) && one.digest === other.digest;
}

function isProgram(program: RevisionProgram | string | undefined): program is RevisionProgram {
  return typeof program === 'object';
}

function progressText({ synthesis, processing }: Alike, hasDrop: boolean): string {
  const synthesised = synthesis ? 'synthesis is the same in both revisions' : 'both revisions are synthesised';
  if (!hasDrop) return synthesised;
  return `${synthesised}; ${processing ? 'so is what becomes of the test data' : 'both process the test data'}`;
}

/** Stacks that are alike are made once: what is in them is told too. Of lakes only the difference is. */
async function runSides(
  old: Side,
  young: Side,
  alike: Alike,
  drop: string | undefined,
  request: RevisionsRequest,
): Promise<void> {
  const codes = [old.code, young.code].flatMap((code) => code ?? []);
  const synthesised = alike.synthesis ? codes.slice(0, 1) : codes;
  const processed = alike.processing ? [] : codes;
  await Promise.all([
    ...synthesised.map((code) => stacksOf(code, request)),
    ...(drop === undefined ? [] : processed.map((code) => lakeOf(code, drop, request))),
  ]);
}

/** What was made of a revision when it was reviewed here before, such as the base of the last review, is kept. */
async function stacksOf(code: RevisionCode, { git, today }: RevisionsRequest): Promise<void> {
  const { synthesis } = code.programs;
  const { projectRoot } = git;
  if (isProgram(synthesis)) {
    const kept = keptStacks(synthesis, today, code.variables, projectRoot);
    await onceMade(keptEvidenceFolder(projectRoot), kept, code.output, () => synthesiseRevision(code));
  } else await synthesiseRevision(code);
  await judgeStacks(code);
}

async function lakeOf(code: RevisionCode, drop: string, { git: { projectRoot } }: RevisionsRequest): Promise<void> {
  const { processing } = code.programs;
  if (!isProgram(processing)) return;
  const kept = keptLake(processing, drop, code.variables, projectRoot);
  await onceMade(keptEvidenceFolder(projectRoot), kept, code.output, () => collectLake(code, drop));
}
