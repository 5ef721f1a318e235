import type { Catalogue, Column, Table } from '../../catalogue/model';
import { generalShape, historyColumns, keepsHistory, lookupShape } from '../../catalogue/refined-shape';
import { reportViewNames } from '../../catalogue/render/report-columns';
import { treatmentText } from '../../catalogue/treatment';
import type { LakePaths } from '../../contract/lake-paths';
import { measures } from '../measures/measures';
import { columnUses, measureColumns, type ColumnUses, type VisualPlace } from './uses';

/** Where a column is at a stage; `column` as that stage calls it. */
export interface StagePlace {
  readonly stage: 'landed' | 'ingested' | 'corrected' | 'general' | 'sensitive';
  readonly path: string;
  readonly column: string;
}

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
  readonly stages: readonly StagePlace[];
  /** `database view.column` of serverless SQL; the database is that of the zone. */
  readonly views: readonly string[];
  readonly measures: readonly string[];
  readonly visuals: readonly VisualPlace[];
}

export interface DictionaryTable {
  readonly table: string;
  readonly description: string;
  /** Where the description comes from. */
  readonly source: string;
  readonly protection: string;
  readonly key: readonly string[];
  readonly columns: readonly DictionaryColumn[];
}

export interface Dictionary {
  readonly profile: string;
  readonly workspace: string;
  readonly version: string;
  readonly tables: readonly DictionaryTable[];
  readonly measures: readonly {
    readonly measure: string;
    readonly description: string;
    readonly folder: string;
    readonly columns: readonly string[];
  }[];
}

const noUses: ColumnUses = { measures: [], visuals: [] };

/** Everything that is known of every column, from the delivered file to the visuals that show it. Pure. */
export function dictionary(catalogue: Catalogue, paths: LakePaths): Dictionary {
  const uses = columnUses();
  return {
    profile: catalogue.profile,
    workspace: paths.workspace,
    version: paths.version,
    tables: catalogue.tables.map((table) => ({
      table: table.name,
      description: table.description,
      source: table.descriptionSource,
      protection: table.protection,
      key: table.key,
      columns: [
        ...table.columns.map((column) => columnEntry(table, column, catalogue, paths, uses)),
        ...historyEntries(table, catalogue, paths, uses),
      ],
    })),
    measures: measures
      .filter(({ isHidden }) => isHidden !== true)
      .map((measure) => ({
        measure: measure.name,
        description: measure.description,
        folder: measure.folder,
        columns: measureColumns(measure),
      })),
  };
}

function columnEntry(
  table: Table,
  column: Column,
  catalogue: Catalogue,
  paths: LakePaths,
  uses: ReadonlyMap<string, ColumnUses>,
): DictionaryColumn {
  const general = generalShape(table).filter(({ source }) => source.name === column.name);
  const sensitive = lookupShape(table, catalogue).filter(({ source }) => source.name === column.name);
  const place = (stage: StagePlace['stage'], path: string, name: string): StagePlace => ({ stage, path, column: name });
  const [published] = general;
  const { measures: usedBy, visuals } = uses.get(`${table.name}.${published?.name ?? ''}`) ?? noUses;
  return {
    table: table.name,
    column: column.name,
    type: column.type,
    description: column.description,
    treatment: treatmentText(column.treatment),
    zones: [
      ...(general.length > 0 ? (['general'] as const) : []),
      ...(sensitive.some(({ making }) => making.kind === 'copy') ? (['sensitive'] as const) : []),
    ],
    isKey: table.key.includes(column.name),
    domain: column.domain,
    stages: [
      place('landed', paths.landedTable(table.name), `column ${column.position + 1}`),
      place('ingested', paths.ingested(table.name), `_c${column.position}`),
      place('corrected', paths.corrected(table.name), column.name),
      ...general.map(({ name }) => place('general', paths.general(table.name), name)),
      ...sensitive.map(({ name }) => place('sensitive', paths.lookup(table.name), name)),
    ],
    views: [
      ...general.flatMap(({ name }) => viewsOf(table, name, catalogue)),
      ...sensitive.map(({ name }) => `sensitive ${table.name}_lookup.${name}`),
    ],
    measures: usedBy,
    visuals,
  };
}

function historyEntries(
  table: Table,
  catalogue: Catalogue,
  paths: LakePaths,
  uses: ReadonlyMap<string, ColumnUses>,
): readonly DictionaryColumn[] {
  if (!keepsHistory(table, catalogue)) return [];
  const descriptions = [
    'Whether the row is in the newest snapshot.',
    'When it left: the rundate of the first without it.',
  ];
  return historyColumns.map(({ name, type }, index) => {
    const { measures: usedBy, visuals } = uses.get(`${table.name}.${name}`) ?? noUses;
    return {
      table: table.name,
      column: name,
      type,
      description: descriptions[index] ?? '',
      treatment: '',
      zones: ['general'],
      isKey: false,
      domain: undefined,
      stages: [{ stage: 'general', path: paths.general(table.name), column: name }],
      views: [`general ${table.name}.${name}`],
      measures: usedBy,
      visuals,
    };
  });
}

function viewsOf(table: Table, name: string, catalogue: Catalogue): readonly string[] {
  const isReported = catalogue.profile === 'strict' && table.source === 'activity';
  return [table.name, ...(isReported ? [reportViewNames.activity] : [])].map((view) => `general ${view}.${name}`);
}
