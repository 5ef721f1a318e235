import type { AgeingSection } from '../sections/ageing';
import { code, count, shortCode, table } from './markdown-text';

export function renderAgeing({ versions, items }: AgeingSection): string[] {
  return [
    '',
    ...(versions.length === 0
      ? []
      : [
          ...table(
            ['version of', 'before', 'after'],
            versions.map(({ name, before, after }) => [
              code(name),
              before === undefined ? '-' : code(before),
              after === undefined ? '-' : code(after),
            ]),
          ),
          '',
        ]),
    ...items.map(({ kind, what, ends, daysLeft, isNew }) => {
      const until = ends === undefined ? 'no end is named' : `ends on ${ends} (${daysLeft} days)`;
      return `- ${isNew ? '**new** ' : ''}${kind} ${shortCode(what)}: ${until}`;
    }),
  ];
}

export function ageingInShort({ versions, items }: AgeingSection): string {
  const fresh = items.filter(({ isNew }) => isNew).length;
  const parts = [
    ...(versions.length === 0 ? [] : [count(versions.length, 'version')]),
    ...(fresh === 0 ? [] : [`${fresh} newly near an end`]),
    ...(items.length > fresh ? [`${items.length - fresh} near an end before`] : []),
  ];
  return parts.join(', ');
}
