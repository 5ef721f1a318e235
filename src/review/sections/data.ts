import type { ColumnProfile, LakeProfile, TableProfile } from '../data/lake-profile';

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

export interface DataSection {
  readonly changed: boolean;
  readonly tables: readonly TableChange[];
  /** Why nothing was compared. */
  readonly notCompared?: string;
}

/** Compares what two revisions make of the same drop, with the same salt. */
export function compareData(before: LakeProfile | undefined, after: LakeProfile | undefined): DataSection {
  if (before === undefined || after === undefined) {
    const side = before === undefined ? 'base' : 'head';
    return { changed: false, tables: [], notCompared: `the ${side} revision has processed no drop` };
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const tables = names.flatMap((table) => compareTable(table, before[table], after[table]));
  return { changed: tables.length > 0, tables };
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
