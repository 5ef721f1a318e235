import type { Catalogue, Column, Table } from '../catalogue/model';
import { identifierHmac, type PersonDomain } from '../contract/erasure';
import { DelimitedReader, fileChunks } from './delimited-reader';
import { namingCell, type PersonCell } from './erased-records';
import type { Tombstones } from './tombstones';

/** A table whose key says which account is whose person, and the two columns that do. */
export interface PersonMapping extends Readonly<Record<PersonDomain, Column>> {
  readonly table: Table;
}

/** The tables that map accounts to persons. */
export function personMappings({ tables }: Catalogue): PersonMapping[] {
  return tables.flatMap((table) => {
    const keyOf = (wanted: PersonDomain): Column | undefined =>
      table.columns.find(({ name, domain }) => domain === wanted && table.key.includes(name));
    const [directoryUser, person] = [keyOf('directoryUser'), keyOf('person')];
    return directoryUser === undefined || person === undefined ? [] : [{ table, directoryUser, person }];
  });
}

/** Tombstones of an account and of a person that a delivered row connects. */
export type ConnectedTombstones = readonly [account: string, person: string];

/** What the rows of a delivered file of a mapping connect, under the erasure key. */
export async function connectedIn(
  localFile: string,
  persons: readonly PersonCell[],
  key: string,
): Promise<ConnectedTombstones[]> {
  const found: ConnectedTombstones[] = [];
  for await (const batch of new DelimitedReader(fileChunks(localFile)).batches()) {
    for (const { cells } of batch) {
      if (cells === undefined) continue;
      const named = (wanted: PersonDomain): string[] =>
        persons.flatMap((person) => {
          const cell = person.domain === wanted ? namingCell(cells, person) : undefined;
          return cell === undefined ? [] : [identifierHmac(key, wanted, cell)];
        });
      for (const account of named('directoryUser')) {
        for (const person of named('person')) found.push([account, person]);
      }
    }
  }
  return found;
}

/**
 * Tombstones for everything that is one with an erased person by these connections, until nothing new is reached: somebody
 * who returns under another account, or as another person of the same account, is the same (ERASE1). Nobody under a legal
 * hold is among them.
 * @returns how many identifiers were added; none where all are known
 */
export async function followConnections(
  tombstones: Tombstones,
  connections: readonly ConnectedTombstones[],
  key: string,
  now: Date,
): Promise<number> {
  const { erased, held } = tombstones;
  const reached = new Set(erased);
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const [account, person] of connections) {
      if (reached.has(account) === reached.has(person) || held.has(account) || held.has(person)) continue;
      reached.add(account).add(person);
    }
  }
  const added = new Set([...reached].filter((one) => !erased.has(one)));
  if (added.size === 0) return 0;
  const touched = connections.filter((pair) => pair.some((one) => added.has(one))).flat();
  // With those that they are one with, so that one lift brings all of them back.
  const together = tombstones.listedWith('erase', new Set(touched.filter((one) => erased.has(one))));
  await tombstones.append('erase', [...together.filter((one) => erased.has(one)), ...added], key, now);
  return added.size;
}
