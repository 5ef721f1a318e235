import type { Review } from '../review';
import type { Verdict } from '../verdict';
import { accessInShort, renderAccess } from './access';
import { ageingInShort, renderAgeing } from './ageing';
import { artifactsInShort, renderArtifacts } from './artifacts';
import { costInShort, renderCost } from './cost';
import { dataInShort, renderData } from './data';
import { code, count, shortCode, table } from './markdown-text';
import { policyInShort, renderPolicy } from './policy';
import { privacyInShort, renderPrivacy } from './privacy';
import { renderResources, resourcesInShort } from './resources';

/** First line of the comment: the workflow finds its own comment by it, and replaces it instead of adding another. */
export const commentMarker = '<!-- education-insights review -->';

/** GitHub takes 65,536 characters; some are left for the note that says what was left out. */
const longestComment = 60_000;

/** Losses, and reasons for an approval, that stand at the top; the sections have all. */
const shownReasons = 20;

/** A review as one Markdown comment; a single line (and the marker) where nothing has changed. */
export function renderMarkdown(review: Review): string {
  const { base, head, changed, sections } = review;
  const between = `between ${code(base)} and ${code(head)}`;
  if (!changed) {
    const old = sections.ageing.items.length;
    const note = old === 0 ? '' : ` (${count(old, 'thing')} near an end, as before)`;
    const data = sections.data.notCompared === undefined ? '' : ' Data was not compared.';
    return `${commentMarker}\nNothing differs ${between}: resources, access, privacy, policy, artifacts, data, cost, ageing${note}.${data}\n`;
  }
  const parts = partsOf(review).filter(({ isShown }) => isShown);
  const lines = [
    commentMarker,
    `## What changes ${between}`,
    '',
    ...renderVerdict(review.verdict),
    ...table(
      ['section', 'in short'],
      partsOf(review).map(({ title, isShown, short }) => [
        title,
        isShown || short.startsWith('not compared') ? short : 'no change',
      ]),
    ),
  ];
  return `${cutTo(
    longestComment,
    lines,
    parts.map(({ title, body }) => ['', `### ${title}`, ...body()]),
  ).join('\n')}\n`;
}

interface Part {
  readonly title: string;
  readonly isShown: boolean;
  readonly short: string;
  readonly body: () => readonly string[];
}

function partsOf({ sections, notCompared }: Review): readonly Part[] {
  const { resources, access, privacy, policy, artifacts, data, cost, ageing } = sections;
  const part = (title: string, isShown: boolean, short: string, body: () => readonly string[]): Part => ({
    title,
    isShown,
    short,
    body,
  });
  const unlessUnknown = (short: string): string => (notCompared === undefined ? short : `not compared: ${notCompared}`);
  return [
    part('Resources', resources.changed, unlessUnknown(resourcesInShort(resources)), () => renderResources(resources)),
    part('Access', access.changed, unlessUnknown(accessInShort(access)), () => renderAccess(access)),
    part('Privacy', privacy.changed, privacyInShort(privacy), () => renderPrivacy(privacy)),
    part('Policy', policy.changed, policyInShort(policy), () => renderPolicy(policy)),
    part('Artifacts', artifacts.changed, artifactsInShort(artifacts), () => renderArtifacts(artifacts)),
    part('Data', data.changed, dataInShort(data), () => renderData(data)),
    part('Cost', cost.changed, unlessUnknown(costInShort(cost)), () => renderCost(cost)),
    part('Ageing', ageing.changed, ageingInShort(ageing), () => renderAgeing(ageing)),
  ];
}

/** What must not be overlooked: data that goes, what opens and who has to approve it, what the policy refuses. */
function renderVerdict({ losses, privacy, policy, unknown }: Verdict): string[] {
  const approvers = privacy.approvers.map((name) => shortCode(name)).join(', ');
  const who = approvers === '' ? ', and CODEOWNERS names nobody who could give it' : ` by ${approvers}`;
  const lines = [
    ...losses.slice(0, shownReasons).map((loss) => `- **Data: ${shortCode(loss, 200)}**`),
    ...(losses.length > shownReasons ? [`- **Data: ${losses.length - shownReasons} more below**`] : []),
    ...unknown.map((line) => `- **Not compared:** ${line}`),
    ...(privacy.approval === 'needed' ? [`- **Privacy needs approval**${who}:`] : []),
    ...privacy.reasons.slice(0, shownReasons).map((reason) => `  - ${shortCode(reason, 200)}`),
    ...(privacy.reasons.length > shownReasons ? [`  - ${privacy.reasons.length - shownReasons} more below`] : []),
    ...(policy.passed ? [] : [`- **The policy or a check refuses it**: ${count(policy.newFindings, 'new finding')}`]),
  ];
  return lines.length === 0 ? [] : [...lines, ''];
}

/** Whole sections as long as they fit; of one that does not, its heading and where to read it. */
function cutTo(limit: number, head: readonly string[], sections: readonly (readonly string[])[]): readonly string[] {
  const lines = [...head];
  const length = (some: readonly string[]): number => some.reduce((sum, line) => sum + line.length + 1, 0);
  let used = length(lines);
  for (const section of sections) {
    if (used + length(section) > limit) {
      const short = [
        ...section.slice(0, 2),
        '',
        `Too long for a comment (${section.length} lines): \`npx insights review --json\` has all of it.`,
      ];
      lines.push(...short);
      used += length(short);
      continue;
    }
    lines.push(...section);
    used += length(section);
  }
  return lines;
}
