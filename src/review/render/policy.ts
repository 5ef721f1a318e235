import type { CheckFinding } from '../evidence';
import { isBreaking, type PolicySection } from '../sections/policy';
import { code, count, details, shortCode } from './markdown-text';

export function renderPolicy({ added, mended, known, suppressions, notRun }: PolicySection): string[] {
  const list = (findings: readonly CheckFinding[]): string[] =>
    findings.map((finding) => `- ${renderFinding(finding)}`);
  return [
    '',
    ...(added.length === 0 ? [] : ['**New:**', '', ...list(added), '']),
    ...(mended.length === 0 ? [] : ['Mended:', '', ...list(mended), '']),
    ...(known.length === 0 ? [] : [...details(`${count(known.length, 'finding')} known before`, list(known)), '']),
    ...(suppressions.length === 0 ? [] : ['Excepted for a while:', '']),
    ...suppressions.map(
      ({ isNew, rule, at, owner, reason, expires, daysLeft }) =>
        `- ${isNew ? '**new** ' : ''}${code(rule)} at ${code(at)}: ${shortCode(reason)}, of ${shortCode(owner)}, until ${expires} (${daysLeft} days)`,
    ),
    ...(notRun.length === 0 ? [] : ['', `Not run on both revisions: ${notRun.join(', ')}.`]),
  ];
}

function renderFinding(finding: CheckFinding): string {
  const { source, rule, at, problem } = finding;
  const advice = isBreaking(finding) ? '' : ', before long';
  return `${source} ${code(rule)}${advice} at ${shortCode(at)}: ${shortCode(problem, 400)}`;
}

export function policyInShort({ added, mended, suppressions }: PolicySection): string {
  const excepted = suppressions.filter(({ isNew }) => isNew).length;
  const parts = [
    ...(added.length === 0 ? [] : [count(added.length, 'new finding')]),
    ...(mended.length === 0 ? [] : [`${mended.length} mended`]),
    ...(excepted === 0 ? [] : [count(excepted, 'new exception')]),
  ];
  return parts.join(', ');
}
