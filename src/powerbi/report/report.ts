/** For whom a report is: schools of a district, or faculties of a university (upstream has a report for each). */
export const reportSets = ['k12', 'hed'] as const;
export type ReportSet = (typeof reportSets)[number];
export const reportTitles: Readonly<Record<ReportSet, string>> = { k12: 'K-12', hed: 'Higher Education' };

/** What a report shows, apart from how a PBIR file says it. */
export type FieldReference =
  { readonly measure: string } | { readonly table: string; readonly column: string; readonly label: string };

/** What a visual shows only. */
export type VisualFilter =
  | { readonly table: string; readonly column: string; readonly values: readonly string[] }
  | { readonly table: string; readonly column: string; readonly isNotBlank: true }
  | { readonly measure: string; readonly isNotBlank: true };

export type VisualType =
  | 'textbox'
  | 'slicer'
  | 'cardVisual'
  | 'clusteredColumnChart'
  | 'clusteredBarChart'
  | 'lineChart'
  | 'treemap'
  | 'tableEx';

/** In pixels of the page. */
export interface Position {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface VisualSpec {
  /** Unique on its page; its file's name is made of it. */
  readonly key: string;
  readonly type: VisualType;
  /** Says what is counted; undefined for texts. */
  readonly title?: string;
  /** For those who hear the page. */
  readonly altText: string;
  readonly position: Position;
  /** Fields by the visual's role. */
  readonly roles: Readonly<Record<string, readonly FieldReference[]>>;
  readonly filters?: readonly VisualFilter[];
  /** Ascending by this field. @default Power BI's own order */
  readonly sortBy?: FieldReference;
  /** Of a slicer. @default Dropdown */
  readonly mode?: 'Dropdown' | 'Between';
  /** Of axes with one value for each category, such as weeks. @default false */
  readonly isCategorical?: boolean;
  /** Paragraphs of a text; a heading is large. */
  readonly paragraphs?: readonly { readonly text: string; readonly isHeading?: boolean }[];
}

export interface PageSpec {
  readonly key: string;
  readonly title: string;
  readonly visuals: readonly VisualSpec[];
}

/** Every page has this size. */
export const pageSize = { width: 1280, height: 720 } as const;
