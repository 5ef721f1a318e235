import type { Environment } from '../../contract/environment';
import type { ReviewedStack, StackResource } from '../stacks';
import type { Grant } from './grant';
import { lakeGrants } from './lake-grants';
import { compareAddresses, compareNetwork, type AddressChange } from './network-openings';
import { databaseGrants, studioGrants } from './workspace-grants';

export interface GrantChange {
  readonly who: string;
  readonly where: string;
  /** `-` where there was none. */
  readonly before: string;
  /** `-` where there is none. */
  readonly after: string;
  /** Whether somebody gets more than before. */
  readonly widens: boolean;
}

export interface EnvironmentAccess {
  readonly environment: string;
  readonly grants: readonly GrantChange[];
  /** Openings of the network that come, go or change. */
  readonly addresses: readonly AddressChange[];
  /** Other settings of the way in, such as `publicNetworkAccess of syn-oea-dev: Disabled to Enabled`. */
  readonly network: readonly string[];
}

export interface AccessSection {
  readonly changed: boolean;
  readonly environments: readonly EnvironmentAccess[];
}

/** What access is read from: the stacks of a revision, and the environments for the names of groups. */
export interface AccessEvidence {
  readonly stacks: readonly ReviewedStack[];
  readonly environments: readonly Environment[];
}

/** @param today `yyyy-MM-dd`, for the days that an opening still has. */
export function compareAccess(before: AccessEvidence, after: AccessEvidence, today: string): AccessSection {
  const names = [...new Set([...before.stacks, ...after.stacks].map(({ environment }) => environment))].sort();
  const environments = names
    .map((name) => ({
      environment: name,
      grants: compareGrants(grantsOf(before, name), grantsOf(after, name)),
      addresses: compareAddresses(environmentOf(before, name), environmentOf(after, name), today),
      network: compareNetwork(stacksOf(before, name), stacksOf(after, name)),
    }))
    .filter(({ grants, addresses, network }) => grants.length + addresses.length + network.length > 0);
  return { changed: environments.length > 0, environments };
}

/** Every right in the stacks of an environment. */
function grantsOf(evidence: AccessEvidence, environment: string): readonly Grant[] {
  const resources = stacksOf(evidence, environment);
  const settings = environmentOf(evidence, environment);
  return [
    ...lakeGrants(resources, settings),
    ...resources.flatMap((resource) => studioGrants(resource, settings)),
    ...resources.flatMap(databaseGrants),
  ];
}

function stacksOf({ stacks }: AccessEvidence, environment: string): readonly StackResource[] {
  return stacks.filter((stack) => stack.environment === environment).flatMap(({ resources }) => resources);
}

function environmentOf({ environments }: AccessEvidence, name: string): Environment | undefined {
  return environments.find((environment) => environment.name === name);
}

function compareGrants(before: readonly Grant[], after: readonly Grant[]): readonly GrantChange[] {
  const [old, young] = [byHolder(before), byHolder(after)];
  const keys = [...new Set([...old.keys(), ...young.keys()])].sort();
  return keys.flatMap((key) => {
    const [former, present] = [old.get(key) ?? new Set<string>(), young.get(key) ?? new Set<string>()];
    const [first, then] = [wordOf(former), wordOf(present)];
    if (first === then) return [];
    const [who = '', where = ''] = key.split('\n');
    const more = [...present].filter((right) => !former.has(right) && !isInWrite(right, former));
    return [{ who, where, before: first, after: then, widens: more.length > 0 }];
  });
}

function byHolder(grants: readonly Grant[]): ReadonlyMap<string, ReadonlySet<string>> {
  const rights = new Map<string, Set<string>>();
  for (const { who, where, right } of grants) {
    const key = `${who}\n${where}`;
    rights.set(key, (rights.get(key) ?? new Set()).add(right));
  }
  return rights;
}

function wordOf(rights: ReadonlySet<string>): string {
  const words = [...rights].filter((right) => !isInWrite(right, rights)).sort();
  return words.length === 0 ? '-' : words.join(', ');
}

/** Who writes also reads, and delivers. */
function isInWrite(right: string, rights: ReadonlySet<string>): boolean {
  return (right === 'read' || right === 'deliver') && rights.has('write');
}
