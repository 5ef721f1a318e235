import type { AccessSection } from '../sections/access';
import { code, count, shortCode, table } from './markdown-text';

export function renderAccess({ environments }: AccessSection): string[] {
  return environments.flatMap(({ environment, grants, addresses, network }) => [
    '',
    `In ${code(environment)}:`,
    '',
    ...(grants.length === 0
      ? []
      : table(
          ['who', 'where', 'before', 'after'],
          grants.map(({ who, where, before, after, widens }) => [
            shortCode(who),
            code(where),
            before,
            widens ? `**${after}**` : after,
          ]),
        ).concat('')),
    ...addresses.map(
      ({ change, address, owner, reason, expires, daysLeft }) =>
        `- address ${code(address)} ${change}: ${shortCode(reason)}, of ${shortCode(owner)}, until ${expires} (${daysLeft} days)`,
    ),
    ...network.map((line) => `- ${shortCode(line, 200)}`),
  ]);
}

export function accessInShort({ environments }: AccessSection): string {
  const grants = environments.flatMap((one) => one.grants);
  const openings = environments.flatMap((one) => [...one.addresses, ...one.network]);
  const wider = grants.filter(({ widens }) => widens).length;
  const parts = [
    ...(grants.length === 0 ? [] : [`${count(grants.length, 'right')} (${wider} wider)`]),
    ...(openings.length === 0 ? [] : [`${count(openings.length, 'change')} of the network`]),
  ];
  return parts.join(', ');
}
