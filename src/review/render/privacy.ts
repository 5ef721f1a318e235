import type { PrivacySection } from '../sections/privacy';
import { code, count, table } from './markdown-text';

export function renderPrivacy({ changes, unreadable }: PrivacySection): string[] {
  if (unreadable !== undefined)
    return ['', 'The catalogue cannot be read, so that nothing is known of it: see policy.'];
  return [
    '',
    ...table(
      ['', 'profile', 'at', 'what', 'before', 'after'],
      changes.map(({ opens, profile, at, kind, before, after }) => [
        opens ? '**opens**' : '',
        profile,
        code(at),
        kind,
        before === undefined ? '-' : code(before),
        after === undefined ? '-' : opens ? `**${code(after)}**` : code(after),
      ]),
    ),
  ];
}

export function privacyInShort({ changes, unreadable }: PrivacySection): string {
  if (unreadable !== undefined) return 'the catalogue cannot be read';
  const opening = changes.filter(({ opens }) => opens).length;
  return `${count(changes.length, 'change')}, ${opening} of which ${opening === 1 ? 'opens' : 'open'} something`;
}
