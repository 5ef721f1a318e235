import type { Environment } from '../../contract/environment';
import { findSparkRuntime, runtimeState } from '../../contract/spark-runtimes';
import { daysBetween } from '../days';
import { nodeLifetimes, packageLifetimes } from '../lifetimes';
import { nameOf, propertiesOf, textOf, type ReviewedStack } from '../stacks';

/** Something near its end, or past it. */
export interface AgeingItem {
  readonly kind: 'Spark runtime' | 'Node' | 'package' | 'exception' | 'address' | 'preview API';
  readonly what: string;
  /** `yyyy-MM-dd`; undefined where nobody has named a day. */
  readonly ends?: string;
  /** Negative where it is over. */
  readonly daysLeft?: number;
  /** Whether the other revision does not have it. */
  readonly isNew: boolean;
}

/** A dependency with another version than before. */
export interface VersionChange {
  readonly name: string;
  /** Undefined where it was not there. */
  readonly before?: string;
  /** Undefined where it is gone. */
  readonly after?: string;
}

export interface AgeingSection {
  /** Whether versions differ or something new is near its end; what was near it before is no change. */
  readonly changed: boolean;
  readonly versions: readonly VersionChange[];
  readonly items: readonly AgeingItem[];
}

export interface AgeingEvidence {
  readonly environments: readonly Environment[];
  readonly stacks: readonly ReviewedStack[];
  /** Version by name: packages, `node`, Terraform providers. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Half a year, as for runtimes: time to move and to test. */
const warningDays = 183;
/** An opening is a matter of somebody's signature. */
const exceptionWarningDays = 30;

/** @param today `yyyy-MM-dd`. */
export function compareAgeing(before: AgeingEvidence, after: AgeingEvidence, today: string): AgeingSection {
  const known = new Set(itemsOf(before, today).map(({ kind, what }) => `${kind}\n${what}`));
  const items = itemsOf(after, today).map((item) => ({ ...item, isNew: !known.has(`${item.kind}\n${item.what}`) }));
  const versions = compareVersions(before.versions, after.versions);
  return { changed: versions.length > 0 || items.some(({ isNew }) => isNew), versions, items };
}

function compareVersions(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly VersionChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name): VersionChange[] => {
    const [old, young] = [before[name], after[name]];
    if (old === young) return [];
    return [{ name, ...(old === undefined ? {} : { before: old }), ...(young === undefined ? {} : { after: young }) }];
  });
}

type Item = Omit<AgeingItem, 'isNew'>;

/** What ends soonest first. */
function itemsOf({ environments, stacks, versions }: AgeingEvidence, today: string): readonly Item[] {
  const ending = (kind: Item['kind'], what: string, ends: string, within: number): readonly Item[] => {
    const daysLeft = daysBetween(today, ends);
    return daysLeft > within ? [] : [{ kind, what, ends, daysLeft }];
  };
  const openings = environments.flatMap(({ name, network, exceptions }) => [
    ...(network.access === 'addresses' ? network.addresses : []).flatMap(({ address, owner, expires }) =>
      ending('address', `${address} of ${owner} (${name})`, expires, exceptionWarningDays),
    ),
    ...exceptions.flatMap(({ rule, at, owner, expires }) =>
      ending('exception', `${rule} at ${at}, of ${owner}`, expires, exceptionWarningDays),
    ),
  ]);
  const oldestNode = Number(/\d+/.exec(versions['node'] ?? '')?.[0]);
  const node = nodeLifetimes.filter(({ major }) => major === oldestNode);
  const packages = packageLifetimes.filter(({ name }) => versions[name] !== undefined);
  const items = [
    ...runtimesOf(stacks, today),
    ...openings,
    ...node.flatMap(({ name, endOfSupport }) =>
      ending('Node', `${name}, the oldest allowed`, endOfSupport, warningDays),
    ),
    ...packages.flatMap(({ name, endOfSupport }) => ending('package', name, endOfSupport, warningDays)),
    ...previewTypes(stacks),
  ];
  return items.sort(
    (one, other) => (one.ends ?? '9999').localeCompare(other.ends ?? '9999') || one.what.localeCompare(other.what),
  );
}

function runtimesOf(stacks: readonly ReviewedStack[], today: string): readonly Item[] {
  return stacks.flatMap(({ environment, resources }) =>
    resources.flatMap((resource): Item[] => {
      const version = textOf(propertiesOf(resource)['sparkVersion']);
      if (version === '' || runtimeState(version, today) === 'supported') return [];
      const what = `Spark ${version} of ${nameOf(resource)} (${environment})`;
      const ends = findSparkRuntime(version)?.endOfLife;
      return [
        { kind: 'Spark runtime', what, ...(ends === undefined ? {} : { ends, daysLeft: daysBetween(today, ends) }) },
      ];
    }),
  );
}

function previewTypes(stacks: readonly ReviewedStack[]): readonly Item[] {
  const types = stacks.flatMap(({ resources }) => resources.map(({ body }) => textOf(body['type'])));
  return [...new Set(types)].filter((type) => type.endsWith('-preview')).map((what) => ({ kind: 'preview API', what }));
}
