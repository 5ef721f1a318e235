import type { Measure } from '../measures/measure';

/** Data types of a semantic model that ours uses. */
export type DataType = 'string' | 'int64' | 'double' | 'dateTime' | 'boolean';

export interface ModelColumn {
  /** As the view and the data file call it. */
  readonly name: string;
  readonly dataType: DataType;
  readonly description: string;
  /** Ids, keys and amounts are for relationships and measures only: nobody can count or list them past the measures. */
  readonly isHidden: boolean;
  readonly formatString?: string;
  readonly isKey?: boolean;
  readonly sortByColumn?: string;
}

/** Where the rows of a table come from. */
export type TableSource =
  /** A view of the serverless SQL database; of an imported model a data file of the same name. */
  | { readonly kind: 'view'; readonly name: string }
  /** The reports that runs leave in the lake; of an imported model a data file. */
  | { readonly kind: 'runs'; readonly name: string };

export interface ModelTable {
  readonly name: string;
  readonly description: string;
  readonly isHidden: boolean;
  readonly isCalendar: boolean;
  readonly columns: readonly ModelColumn[];
  readonly measures: readonly ModelMeasure[];
  readonly source: TableSource;
}

export interface ModelMeasure extends Pick<Measure, 'name' | 'description' | 'folder'> {
  readonly dax: string;
  readonly formatString: string;
  readonly isHidden: boolean;
}

/** From the side with many rows to the side with one. */
export interface Relationship {
  readonly from: readonly [table: string, column: string];
  readonly to: readonly [table: string, column: string];
  /** @default true */
  readonly isActive?: boolean;
  /** Filters reach the other side too. @default false */
  readonly isBidirectional?: boolean;
  readonly reason: string;
}

export interface SemanticModel {
  readonly tables: readonly ModelTable[];
  readonly relationships: readonly Relationship[];
}

/** Format strings by what a measure's number is. */
export const formatStrings = { whole: '#,##0', decimal: '#,##0.0', percent: '0.0 %', day: 'yyyy-mm-dd' } as const;
