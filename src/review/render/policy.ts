import type { CheckFinding } from '../evidence';
import { isBreaking, type PolicySection, type Suppression } from '../sections/policy';
import { code, count, details, shortCode } from './markdown-text';

/** An exception that ends so soon is shown, the others are folded away. */
const urgentDays = 30;

export function renderPolicy({ added, mended, known, suppressions, notRun }: PolicySection): string[] {
  const list = (findings: readonly CheckFinding[]): string[] =>
    findings.map((finding) => `- ${renderFinding(finding)}`);
  const urgent = suppressions.filter(({ isNew, daysLeft }) => isNew || daysLeft <= urgentDays);
  const others = suppressions.filter((one) => !urgent.includes(one));
  return [
    '',
    ...(added.length === 0 ? [] : ['**New:**', '', ...list(added), '']),
    ...(mended.length === 0 ? [] : ['Mended:', '', ...list(mended), '']),
    ...(known.length === 0 ? [] : [...details(`${count(known.length, 'finding')} known before`, list(known)), '']),
    ...(urgent.length === 0 ? [] : ['Excepted for a while:', '', ...urgent.map(renderSuppression), '']),
    ...(others.length === 0
      ? []
      : details(`${count(others.length, 'exception')} known before`, others.map(renderSuppression))),
    ...(notRun.length === 0 ? [] : ['', `Not run on both revisions: ${notRun.join(', ')}.`]),
  ];
}

function renderSuppression({ isNew, rule, at, owner, reason, expires, daysLeft }: Suppression): string {
  const mark = isNew ? '**new** ' : '';
  return `- ${mark}${code(rule)} at ${code(at)}: ${shortCode(reason)}, of ${shortCode(owner)}, until ${expires} (${daysLeft} days)`;
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
