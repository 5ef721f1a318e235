import { engagementColumns } from '../../catalogue/digital-engagement';
import type { Catalogue, Column, Table } from '../../catalogue/model';
import { generalShape, historyColumns, keepsHistory, lookupShape } from '../../catalogue/refined-shape';
import { treatmentText } from '../../catalogue/treatment';
import type { LakePaths } from '../../contract/lake-paths';
import type { Dictionary, DictionaryColumn, DictionaryTable } from './dictionary-entries';
import { lineageUses, type ColumnUses, type LineageUses } from './uses';

const historyDescriptions: Readonly<Record<string, string>> = {
  IsCurrent: 'Whether the row is in the newest snapshot.',
  GoneSince: 'When it left: the rundate of the first without it.',
};

const noUses: ColumnUses = { views: [], measures: [], visuals: [] };

/** Everything that is known of every column, from the delivered file to the visuals that show it. Pure. */
export function dictionary(catalogue: Catalogue, paths: LakePaths): Dictionary {
  const uses = lineageUses(catalogue);
  return {
    profile: catalogue.profile,
    workspace: paths.workspace,
    version: paths.version,
    tables: catalogue.tables.map((table) => tableEntry(table, catalogue, paths, uses)),
    measures: uses.measures.map(({ measure, columns }) => ({
      measure: measure.name,
      description: measure.description,
      folder: measure.folder,
      columns,
    })),
    visuals: uses.visuals
      .filter(({ columns }) => columns.length > 0)
      .map(({ report, page, title, columns }) => ({ report, page, title, columns })),
  };
}

function tableEntry(table: Table, catalogue: Catalogue, paths: LakePaths, uses: LineageUses): DictionaryTable {
  const { name } = table;
  const columns = [
    ...table.columns.map((column) => columnEntry(table, column, catalogue, uses)),
    ...historyEntries(table, catalogue, uses),
  ];
  const places = {
    landed: paths.landedTable(name),
    ingested: paths.ingested(name),
    corrected: paths.corrected(name),
    general: paths.general(name),
    sensitive: paths.lookup(name),
    engagement: paths.engagementEvents,
  };
  const reached = new Set(columns.flatMap(({ stages }) => stages.map(({ stage }) => stage)));
  return {
    table: name,
    description: table.description,
    descriptionSource: table.descriptionSource,
    source: table.source === 'activity' ? 'M365/activity/<date>/*.csv' : `M365/roster/<timestamp>/${name}/*.csv`,
    protection: table.protection,
    key: table.key,
    stages: (Object.keys(places) as (keyof typeof places)[])
      .filter((stage) => reached.has(stage))
      .map((stage) => ({ stage, path: places[stage] })),
    views: [...new Set(columns.flatMap(({ views }) => views).map((view) => view.replace(/\.[^.]*$/, '')))],
    columns,
  };
}

function columnEntry(table: Table, column: Column, catalogue: Catalogue, uses: LineageUses): DictionaryColumn {
  const { name, position } = column;
  const general = generalShape(table).filter(({ source }) => source.name === name);
  const sensitive = lookupShape(table, catalogue).filter(({ source }) => source.name === name);
  const published = new Set(general.map((one) => one.name));
  const events = table.source === 'activity' ? engagementColumns(table) : [];
  const used = general.map((one) => uses.columns.get(`${table.name}.${one.name}`) ?? noUses);
  return {
    table: table.name,
    column: name,
    type: column.type,
    description: column.description,
    treatment: treatmentText(column.treatment),
    zones: [
      ...(general.length > 0 ? (['general'] as const) : []),
      ...(sensitive.some(({ making }) => making.kind === 'copy') ? (['sensitive'] as const) : []),
    ],
    isKey: table.key.includes(name),
    domain: column.domain,
    stages: [
      { stage: 'landed', column: `column ${position + 1}` },
      { stage: 'ingested', column: `_c${position}` },
      { stage: 'corrected', column: name },
      ...general.map((one) => ({ stage: 'general', column: one.name }) as const),
      ...sensitive.map((one) => ({ stage: 'sensitive', column: one.name }) as const),
      ...events
        .filter(({ making }) => 'from' in making && published.has(making.from))
        .map((one) => ({ stage: 'engagement', column: one.name }) as const),
    ],
    views: [
      ...general.map((one) => `general ${table.name}.${one.name}`),
      ...used.flatMap(({ views }) => views).map((view) => `general ${view}`),
      ...sensitive.map((one) => `sensitive ${table.name}_lookup.${one.name}`),
    ],
    measures: used.flatMap(({ measures }) => measures),
    visuals: used.flatMap(({ visuals }) => visuals),
  };
}

function historyEntries(table: Table, catalogue: Catalogue, uses: LineageUses): readonly DictionaryColumn[] {
  if (!keepsHistory(table, catalogue)) return [];
  return historyColumns.map(({ name, type }) => {
    const { views, measures, visuals } = uses.columns.get(`${table.name}.${name}`) ?? noUses;
    return {
      table: table.name,
      column: name,
      type,
      description: historyDescriptions[name] ?? '',
      treatment: '',
      zones: ['general'],
      isKey: false,
      domain: undefined,
      stages: [{ stage: 'general', column: name }],
      views: [`general ${table.name}.${name}`, ...views.map((view) => `general ${view}`)],
      measures,
      visuals,
    };
  });
}
