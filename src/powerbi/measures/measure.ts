/** What a measure counts rows of: a table of the semantic model, and a relation of the same meaning in SQL. */
export type FactTable = 'activity' | 'Section' | 'Enrollment';

/** Which rows take part. Each is true or false in the same rows in DAX and SQL: an empty cell never meets one. */
export type Condition =
  | { readonly column: string; readonly isIn: readonly string[] }
  | { readonly column: string; readonly isNot: string }
  | { readonly column: string; readonly isPresent: true }
  | { readonly column: string; readonly isTrue: true }
  | { readonly column: string; readonly isNotAfter: string };

export type Aggregate =
  | { readonly kind: 'rows' }
  /** Different values; an empty cell is none. */
  | { readonly kind: 'distinct'; readonly column: string }
  /** Different pairs of values that are both there. */
  | { readonly kind: 'distinctPairs'; readonly columns: readonly [string, string] }
  | { readonly kind: 'sum'; readonly column: string }
  /** The last day. */
  | { readonly kind: 'latest'; readonly column: string };

/** How a number is written: whole, with one decimal, as percent, or a day. */
export type MeasureFormat = 'whole' | 'decimal' | 'percent' | 'day';

interface Described {
  /** Unique in the model, and what readers see. */
  readonly name: string;
  /** A sentence for tooltips, the dictionary and the explanation page. */
  readonly description: string;
  readonly format: MeasureFormat;
  /** Folder of the field list. */
  readonly folder: string;
  /** Is there for other measures only. @default false */
  readonly isHidden?: boolean;
}

/** An aggregate of a fact table's rows. */
export interface CountedMeasure extends Described {
  readonly fact: FactTable;
  readonly aggregate: Aggregate;
  readonly where: readonly Condition[];
  /**
   * Rows of the number that this one is shown beside as a part, where that is not the same number: students are a part of
   * all users, so the others must be 5 or more as well (CELL1). @default the same rows
   */
  readonly partOf?: readonly Condition[];
}

/** One measure divided by another; shown only where both are. */
export interface RatioMeasure extends Described {
  readonly numerator: string;
  readonly denominator: string;
}

export type Measure = CountedMeasure | RatioMeasure;

export function isRatio(measure: Measure): measure is RatioMeasure {
  return 'numerator' in measure;
}

/**
 * The column that tells the person behind a row, so that a number can be suppressed. A section is no person: how many
 * schools and classes there are is public structure.
 */
export const personColumns: Readonly<Record<FactTable, string | undefined>> = {
  activity: 'ActorId_pseudonym',
  Enrollment: 'PersonId_pseudonym',
  Section: undefined,
};
