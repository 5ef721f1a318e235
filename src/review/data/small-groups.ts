import { runCheck } from '../../verify/check';
import { isJudged, smallCells } from '../../verify/checks/small-cells';
import { VerifyContext, type VerifyOptions } from '../../verify/context';

/** Persons that readable columns single out. */
export interface SingledOut {
  /** Who share what is said of them with fewer than `smallestGroup` persons. */
  readonly persons: number;
  readonly ofPersons: number;
}

/** By table of general, or `joinedTables`; where nobody is singled out there is no entry. */
export type SmallGroups = Readonly<Record<string, SingledOut>>;

/** What general says of a person in all tables, joined by the pseudonym. */
export const joinedTables = 'all tables joined';

/**
 * Counts whom the general tables of a lake single out, as verification does (PRIV5). Only reads.
 * @returns undefined when it cannot be counted
 */
export async function countSmallGroups(options: VerifyOptions): Promise<SmallGroups | undefined> {
  const { catalogue } = options;
  const judged = { ...catalogue, tables: catalogue.tables.filter(isJudged) };
  const context = await VerifyContext.open({ ...options, catalogue: judged });
  const { status, findings } = await runCheck(smallCells, context).finally(() => context.close());
  if (status === 'failed') return undefined;
  return Object.fromEntries(
    findings.map(({ table, counts }) => [
      table ?? joinedTables,
      { persons: counts?.['persons'] ?? 0, ofPersons: counts?.['ofPersons'] ?? 0 },
    ]),
  );
}
