import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { InsightsError } from '../../contract/errors';
import { makeTemporary, removeTemporary } from '../../lake/temporary-folder';
import type { Evidence } from '../evidence';
import { review, type Review } from '../review';
import { collect } from './collect';
import { checkOut, dropCheckOut, findBase, findRevision, type Git } from './git-revision';
import { readPlans } from './read-plans';
import { readEvidence } from './read-evidence';

export interface RevisionsRequest {
  readonly git: Git;
  /** @default where the head left origin/HEAD, origin/main or main */
  readonly base?: string | undefined;
  /** @default the working tree */
  readonly head?: string | undefined;
  /** Evidence collected before. The code of that revision is then not run, which is how a revision that is not trusted is reviewed. */
  readonly baseEvidence?: string | undefined;
  readonly headEvidence?: string | undefined;
  /** `<stack>=<file>` or `<file>`, each what `terraform show -json` printed. */
  readonly plans: readonly string[];
  /** The committed set that both revisions process; undefined: no data is compared. */
  readonly set: 'k12' | 'hed' | undefined;
  /** `yyyy-MM-dd`. */
  readonly today: string;
  readonly progress: (text: string) => void;
}

/**
 * Compares two revisions of this repository: puts the files of each into a folder of its own, runs what may be run, and reads
 * the rest as data.
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
    // Of the base revision, so that both process the same rows even where the set itself is changed.
    const drop = request.set === undefined ? undefined : join(baseTree, 'test_data', request.set);
    progress('both revisions are synthesised and process the test data');
    const [before, after] = await Promise.all([
      evidenceOf(base.name, baseTree, request.baseEvidence, { ...request, work, drop }),
      evidenceOf(head?.name ?? 'working tree', headTree, request.headEvidence, { ...request, work, drop }),
    ]);
    const plans = readPlans(request.plans, after.stacks);
    return review({ before, after, today: request.today, plans });
  } finally {
    for (const tree of trees) await dropCheckOut(git, tree);
    removeTemporary(work);
  }
}

async function evidenceOf(
  name: string,
  tree: string,
  given: string | undefined,
  { git, work, drop }: { readonly git: Git; readonly work: string; readonly drop: string | undefined },
): Promise<Evidence> {
  if (given !== undefined) {
    if (!existsSync(given)) {
      throw new InsightsError('REVIEW_EVIDENCE_UNREADABLE', 'The folder with the evidence is not there.', {
        place: { file: given },
      });
    }
    return readEvidence(name, tree, given);
  }
  const output = mkdtempSync(join(work, 'evidence-'));
  const { variables, run } = git;
  await collect({ tree, output, variables, run }, drop === undefined || !existsSync(drop) ? {} : { drop });
  return readEvidence(name, tree, output);
}
