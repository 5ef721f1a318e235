import type { ColumnProfile, TableProfile } from '../data/lake-profile';
import type { SmallGroups } from '../data/small-groups';
import type { Evidence } from '../evidence';

/** What differs in a column after both revisions have processed the same drop. */
export interface ColumnChange {
  readonly column: string;
  /** `string` where it is new or gone: its type. */
  readonly before?: string;
  readonly after?: string;
  /** Share of the rows (0 to 1) whose values are others; undefined for a column that is new or gone. */
  readonly moved?: number;
  readonly distinct?: readonly [before: number, after: number];
  readonly nulls?: readonly [before: number, after: number];
}

export interface TableChange {
  /** `general/AadUser`. */
  readonly table: string;
  /** Undefined where there was no such table. */
  readonly rowsBefore?: number;
  readonly rowsAfter?: number;
  readonly columns: readonly ColumnChange[];
}

/** Persons in groups of fewer than `smallestGroup` by what is readable of them (PRIV5). */
export interface GroupChange {
  /** A table of general, or all of them joined. */
  readonly table: string;
  readonly before: number;
  readonly after: number;
  readonly ofPersons: number;
}

export interface DataSection {
  readonly changed: boolean;
  readonly tables: readonly TableChange[];
  readonly groups: readonly GroupChange[];
  /** Whether the persons that each revision singles out could be counted. */
  readonly groupsCompared: boolean;
  /** Why nothing was compared. */
  readonly notCompared?: string;
}

/** Of two revisions that make the same of every drop. */
export const sameData: DataSection = { changed: false, tables: [], groups: [], groupsCompared: true };

type LakeEvidence = Pick<Evidence, 'lake' | 'smallGroups'>;

/** Compares what two revisions make of the same drop, with the same salt. */
export function compareData(before: LakeEvidence, after: LakeEvidence): DataSection {
  if (before.lake === undefined || after.lake === undefined) {
    const side = before.lake === undefined ? 'base' : 'head';
    const notCompared = `the ${side} revision has processed no drop`;
    return { changed: false, tables: [], groups: [], groupsCompared: false, notCompared };
  }
  const [old, young] = [before.lake, after.lake];
  const names = [...new Set([...Object.keys(old), ...Object.keys(young)])].sort();
  const tables = names.flatMap((table) => compareTable(table, old[table], young[table]));
  const groupsCompared = before.smallGroups !== undefined && after.smallGroups !== undefined;
  const groups = groupsCompared ? compareGroups(before.smallGroups, after.smallGroups) : [];
  return { changed: tables.length + groups.length > 0, tables, groups, groupsCompared };
}

function compareGroups(before: SmallGroups, after: SmallGroups): readonly GroupChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((table): GroupChange[] => {
    const [old, young] = [before[table], after[table]];
    if (old?.persons === young?.persons) return [];
    const ofPersons = young?.ofPersons ?? old?.ofPersons ?? 0;
    return [{ table, before: old?.persons ?? 0, after: young?.persons ?? 0, ofPersons }];
  });
}

function compareTable(
  table: string,
  before: TableProfile | undefined,
  after: TableProfile | undefined,
): readonly TableChange[] {
  const columns = before === undefined || after === undefined ? [] : compareColumns(before, after);
  if (before?.rows === after?.rows && columns.length === 0) return [];
  return [
    {
      table,
      ...(before === undefined ? {} : { rowsBefore: before.rows }),
      ...(after === undefined ? {} : { rowsAfter: after.rows }),
      columns,
    },
  ];
}

function compareColumns(before: TableProfile, after: TableProfile): readonly ColumnChange[] {
  const names = [...new Set([...Object.keys(before.columns), ...Object.keys(after.columns)])];
  return names.flatMap((column): ColumnChange[] => {
    const [old, young] = [before.columns[column], after.columns[column]];
    if (old === undefined || young === undefined) {
      return [
        {
          column,
          ...(old === undefined ? {} : { before: old.type }),
          ...(young === undefined ? {} : { after: young.type }),
        },
      ];
    }
    const moved = movedShare(old, young);
    const same = moved === 0 && old.type === young.type && old.distinct === young.distinct && old.nulls === young.nulls;
    if (same) return [];
    return [
      {
        column,
        before: old.type,
        after: young.type,
        moved,
        distinct: [old.distinct, young.distinct],
        nulls: [old.nulls, young.nulls],
      },
    ];
  });
}

/** Total variation distance of the two distributions, missing values as a bucket of their own. */
function movedShare(before: ColumnProfile, after: ColumnProfile): number {
  const [old, young] = [sharesOf(before), sharesOf(after)];
  return old.reduce((sum, share, index) => sum + Math.abs(share - (young[index] ?? 0)), 0) / 2;
}

function sharesOf({ buckets, nulls }: ColumnProfile): readonly number[] {
  const counts = [...buckets, nulls];
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (rows === 0 ? 0 : count / rows));
}
