import { isList } from '../../walk-json';
import type { RuleFinding } from '../finding';
import { below, memberAt, visitTexts } from '../json';
import type { ArtifactRule } from '../rule';
import { propertiesPointer, type Subject } from '../subject';

/** Addresses of files in a repository; the first group is the branch, tag or commit. */
const repositoryUrls: readonly RegExp[] = [
  /raw\.githubusercontent\.com\/[^/\s'"]+\/[^/\s'"]+\/(?:refs\/heads\/)?([^/\s'"@{]+)\//gi,
  /github\.com\/[^/\s'"]+\/[^/\s'"]+\/(?:blob|raw|tree|blame)\/(?:refs\/heads\/)?([^/\s'"@{]+)/gi,
  /github\.com\/[^/\s'"]+\/[^/\s'"]+\/archive\/(?:refs\/heads\/)?([^/\s'"@{]+?)\.(?:zip|tar\.gz)/gi,
  /\/-\/(?:raw|blob|tree|archive)\/([^/\s'"@{]+)/gi,
  /bitbucket\.org\/[^/\s'"]+\/[^/\s'"]+\/(?:raw|src)\/([^/\s'"@{]+)/gi,
  /cdn\.jsdelivr\.net\/gh\/[^/\s'"@]+\/[^/\s'"@]+@([^/\s'"@{]+)/gi,
  /dev\.azure\.com\/[^\s'"]*[?&](?:version|versionDescriptor\.version)=GB([^&\s'"@{]+)/gi,
];

/** A commit, or a tag that names a release: what stays the same. */
const fixed = /^([0-9a-f]{40}|v?\d+(\.\d+)+)$/i;

export const branchUrlRule: ArtifactRule = {
  id: 'branch-url',
  demand: 'No address names a branch: what is there changes without a review (defects S5, O6, O8).',
  check: (subject) => {
    const findings: RuleFinding[] = [];
    for (const [text, pointer] of textsOf(subject)) {
      const branches = repositoryUrls.flatMap((pattern) =>
        [...text.matchAll(pattern)].map(([, branch = '']) => branch),
      );
      for (const branch of new Set(branches.filter((each) => !fixed.test(each)))) {
        findings.push({
          pointer,
          problem: `The address names the branch "${branch}", whose content can change at any time.`,
          mend: 'Name a commit by its 40 digits, or keep the file in the project.',
        });
      }
    }
    return findings;
  },
};

/** Descriptions and markdown are for readers; nothing fetches from them. */
function textsOf({ artifact: { kind, properties } }: Subject): readonly (readonly [text: string, pointer: string])[] {
  const found: (readonly [string, string])[] = [];
  const add = (text: string, pointer: string): number => found.push([text, pointer]);
  if (kind !== 'notebooks') {
    visitTexts(properties, propertiesPointer, add, (name) => name === 'description' || name === 'annotations');
    return found;
  }
  const cells = properties['cells'];
  for (const [index, cell] of isList(cells) ? cells.entries() : []) {
    if (memberAt(cell, 'cell_type') !== 'code') continue;
    visitTexts(memberAt(cell, 'source'), below(propertiesPointer, 'cells', index, 'source'), add);
  }
  return found;
}
