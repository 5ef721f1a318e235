/** A range of IPv4 addresses as the firewalls of account, vault and workspace take it. */
export interface AddressRange {
  /** First and last address, dotted: what the workspace's firewall wants. */
  readonly first: string;
  readonly last: string;
  /** Bits of the network part, 32 for a single address. */
  readonly prefix: number;
}

/**
 * Ranges that never reach Azure from outside (RFC 1918, loopback, link-local, shared): the account refuses them in its
 * firewall, or takes them without effect. The first is nobody's address, and lets all of Azure into a workspace.
 */
const privateRanges: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
];

/** The storage firewall refuses /31 and /32: a single address is written without a prefix. */
const longestPrefix = 30;

/** `203.0.113.7` or `203.0.113.0/24`; undefined for anything that is not a public IPv4 address or a proper network. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d{1,2}))?$/.exec(text);
  const start = match?.[1] === undefined ? undefined : toNumber(match[1]);
  if (match === null || start === undefined) return undefined;
  const prefix = match[2] === undefined ? 32 : Number(match[2]);
  if (match[2] !== undefined && prefix > longestPrefix) return undefined;
  const size = 2 ** (32 - prefix);
  if (start % size !== 0 || isPrivate(start)) return undefined;
  return { first: toText(start), last: toText(start + size - 1), prefix };
}

function isPrivate(address: number): boolean {
  return privateRanges.some(([network, prefix]) => {
    const size = 2 ** (32 - prefix);
    return Math.floor(address / size) * size === toNumber(network);
  });
}

function toNumber(dotted: string): number | undefined {
  const parts = dotted.split('.').map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function toText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
