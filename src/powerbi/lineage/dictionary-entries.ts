import type { ReportSet } from '../report/report';

/** What the dictionary says: the same in every form it is written in, and on the dashboard's page. */
export interface Dictionary {
  readonly profile: string;
  readonly workspace: string;
  readonly version: string;
  readonly tables: readonly DictionaryTable[];
  /** Those that readers see. */
  readonly measures: readonly {
    readonly measure: string;
    readonly description: string;
    readonly folder: string;
    /** Columns of general that it is made of, as `Table.Column`. */
    readonly columns: readonly string[];
  }[];
  /** Those of the reports with columns of general behind them. */
  readonly visuals: readonly DictionaryVisual[];
}

export interface DictionaryTable {
  readonly table: string;
  readonly description: string;
  readonly descriptionSource: string;
  /** Files of the drop that it is delivered in. */
  readonly source: string;
  readonly protection: string;
  readonly key: readonly string[];
  /** In the order in which rows go through them. */
  readonly stages: readonly { readonly stage: Stage; readonly path: string }[];
  /** `database view` of serverless SQL; the database is that of the zone. */
  readonly views: readonly string[];
  readonly columns: readonly DictionaryColumn[];
}

export type Stage = 'landed' | 'ingested' | 'corrected' | 'general' | 'sensitive' | 'engagement';

export interface DictionaryColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly description: string;
  /** Treatment on the way to general; empty for what general adds. */
  readonly treatment: string;
  /** Who may read it in Refined: `general` in some form, `sensitive` in clear, or neither. */
  readonly zones: readonly ('general' | 'sensitive')[];
  readonly isKey: boolean;
  readonly domain: string | undefined;
  /** What each stage of the table calls it; several times where several columns are made of it. */
  readonly stages: readonly { readonly stage: Stage; readonly column: string }[];
  /** `database view.column`, those of the views for reports that are computed of it included. */
  readonly views: readonly string[];
  readonly measures: readonly string[];
  readonly visuals: readonly VisualPlace[];
}

/** A visual of the Power BI reports. */
export interface VisualPlace {
  readonly report: ReportSet;
  /** Title of the page. */
  readonly page: string;
  readonly title: string;
}

export interface DictionaryVisual extends VisualPlace {
  /** Columns of general behind it, as `Table.Column`. */
  readonly columns: readonly string[];
}
