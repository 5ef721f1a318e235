import { engagementColumns } from '../../catalogue/digital-engagement';
import type { Catalogue, Table } from '../../catalogue/model';
import {
  generalShape,
  historyColumns,
  keepsHistory,
  lookupShape,
  type Making,
  type RefinedColumn,
} from '../../catalogue/refined-shape';
import { reportViewNames } from '../../catalogue/render/report-columns';
import { treatmentText } from '../../catalogue/treatment';
import type { LakePaths } from '../../contract/lake-paths';
import { lineageUses, type ComputedColumn } from './uses';

/** Where the lake and its databases are. */
export interface LineageSites {
  /** `https://<account>.dfs.core.windows.net` without the scheme. */
  readonly lakeHost: string;
  readonly sqlServer: string;
  readonly sqlDatabase: string;
}

export interface OpenLineageEvent {
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly job: { readonly namespace: string; readonly name: string };
  readonly inputs: readonly LineageDataset[];
  readonly outputs: readonly LineageDataset[];
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

interface LineageDataset extends Named {
  readonly facets?: {
    readonly schema?: Facet & { readonly fields: readonly SchemaField[] };
    readonly columnLineage?: Facet & { readonly fields: LineageFields };
  };
}

interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
}

interface SchemaField {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
}

type LineageFields = Readonly<Record<string, { readonly inputFields: readonly InputField[] }>>;

interface InputField extends Named {
  readonly field: string;
  readonly transformations: readonly {
    readonly type: 'DIRECT';
    readonly subtype: 'IDENTITY' | 'TRANSFORMATION' | 'AGGREGATION';
    readonly description: string;
    /** The value cannot be told from what is made of it. */
    readonly masking: boolean;
  }[];
}

const producer = 'urn:education-insights-cdk';
const spec = 'https://openlineage.io/spec';

/**
 * The way of every column as OpenLineage tells it without a run (JobEvent, 2-0-2), which Purview and others take in: an
 * event for each step of each table, for each view for reports, for stage 3, and for each visual of the reports.
 * @param eventTime ISO 8601
 */
export function openLineage(
  catalogue: Catalogue,
  paths: LakePaths,
  sites: LineageSites,
  eventTime: string,
): readonly OpenLineageEvent[] {
  const job = (name: string, inputs: readonly Named[], outputs: readonly LineageDataset[]): OpenLineageEvent => ({
    eventTime,
    producer,
    schemaURL: `${spec}/2-0-2/OpenLineage.json#/$defs/JobEvent`,
    job: { namespace: `education-insights/${paths.workspace}`, name },
    inputs,
    outputs,
  });
  const lake = (path: string): Named => {
    const [container = '', ...rest] = path.split('/');
    return { namespace: `abfss://${container}@${sites.lakeHost}`, name: rest.join('/') };
  };
  const view = (name: string): Named => ({
    namespace: `mssql://${sites.sqlServer}:1433`,
    name: `${sites.sqlDatabase}.dbo.${name}`,
  });
  const tables = catalogue.tables.flatMap((table) => {
    const { name } = table;
    const [landed, ingested] = [lake(paths.landedTable(name)), lake(paths.ingested(name))];
    const [corrected, general] = [lake(paths.corrected(name)), lake(paths.general(name))];
    const [shown, kept] = [generalShape(table), lookupShape(table, catalogue)];
    const history = keepsHistory(table, catalogue) ? historyColumns : [];
    const lookup = refined(lake(paths.lookup(name)), kept, [], corrected);
    const events = table.source === 'activity' ? [engaged(lake(paths.engagementEvents), table, general)] : [];
    return [
      job(`ingest ${name}`, [landed], [ingestedDataset(ingested, table)]),
      job(`correct ${name}`, [ingested], [correctedDataset(table, corrected, ingested)]),
      job(
        `refine ${name}`,
        [corrected],
        [refined(general, shown, history, corrected), ...(kept.length > 0 ? [lookup] : [])],
      ),
      job(`publish ${name}`, [general], [viewed(view(name), [...described(shown), ...history], general)]),
      ...events.map((dataset) => job(`engage ${name}`, [general], [dataset])),
    ];
  });
  const { computed, visuals } = lineageUses(catalogue);
  const activity = catalogue.tables.filter(({ source }) => source === 'activity').flatMap(generalShape);
  const reportViews = [...new Set(computed.map((column) => column.view))].map((name) => {
    const columns = computed.filter((column) => column.view === name);
    const copied = name === reportViewNames.activity ? described(activity) : [];
    const inputs = [...new Set(columns.flatMap(({ from }) => from.map(tableOf)))].sort();
    return job(`publish ${name}`, inputs.map(view), [reportView(view(name), copied, columns, view)]);
  });
  const shown = visuals
    .filter(({ columns }) => columns.length > 0)
    .map(({ report, page, title, fields }) => {
      const inputFields = fields
        .filter(
          (field) => tableOf(field) in viewOfModel || catalogue.tables.some(({ name }) => name === tableOf(field)),
        )
        .map((field) => ({
          ...view(viewOfModel[tableOf(field)] ?? tableOf(field)),
          field: columnOf(field),
          transformations: [transformation('AGGREGATION', 'suppressed below 5 persons', true)],
        }));
      const inputs = [...new Map(inputFields.map(({ namespace, name }) => [name, { namespace, name }])).values()];
      const output = { namespace: 'powerbi', name: `${report}/${page}/${title}` };
      return job(`show ${output.name}`, inputs, [
        { ...output, facets: { columnLineage: lineageFacet({ value: { inputFields } }) } },
      ]);
    });
  return [...tables, ...reportViews, ...shown];
}

/** Tables of the semantic model that read a view of another name. */
const viewOfModel: Readonly<Record<string, string>> = {
  activity: reportViewNames.activity,
  Date: reportViewNames.calendar,
};

function tableOf(name: string): string {
  return name.split('.')[0] ?? '';
}

function columnOf(name: string): string {
  return name.split('.')[1] ?? '';
}

function ingestedDataset(ingested: Named, table: Table): LineageDataset {
  const fields = table.columns.map(({ position, name }) => ({
    name: `_c${position}`,
    type: 'string',
    description: `${name} as delivered.`,
  }));
  return { ...ingested, facets: { schema: schemaFacet(fields) } };
}

function correctedDataset(table: Table, corrected: Named, ingested: Named): LineageDataset {
  return dataset(
    corrected,
    table.columns,
    table.columns.map(({ name, position }) => [name, from(ingested, `_c${position}`, 'TRANSFORMATION', 'cast', false)]),
  );
}

function refined(
  target: Named,
  columns: readonly RefinedColumn[],
  history: readonly SchemaField[],
  corrected: Named,
): LineageDataset {
  return dataset(
    target,
    [...described(columns), ...history],
    columns.map(({ name, source, making }) => {
      const isCopy = making.kind === 'copy';
      return [name, from(corrected, source.name, isCopy ? 'IDENTITY' : 'TRANSFORMATION', makingText(making), !isCopy)];
    }),
  );
}

function viewed(target: Named, columns: readonly SchemaField[], general: Named): LineageDataset {
  return dataset(target, columns, copies(columns, general, 'view'));
}

function engaged(target: Named, activity: Table, general: Named): LineageDataset {
  const columns = engagementColumns(activity);
  return dataset(
    target,
    columns.map(({ name, type }) => ({ name, type })),
    columns.flatMap(({ name, making }): [string, readonly InputField[]][] => {
      if (!('from' in making)) return [];
      const subtype = making.kind === 'copy' ? 'IDENTITY' : 'TRANSFORMATION';
      return [[name, from(general, making.from, subtype, making.kind, false)]];
    }),
  );
}

function reportView(
  target: Named,
  copied: readonly SchemaField[],
  computed: readonly ComputedColumn[],
  view: (table: string) => Named,
): LineageDataset {
  const fields = computed.map(({ column, type, description }) => ({ name: column, type, description }));
  return dataset(
    target,
    [...copied, ...fields],
    [
      ...copies(copied, view('activity'), 'view'),
      ...computed.map(({ column, from: sources }): [string, readonly InputField[]] => [
        column,
        sources.flatMap((one) => from(view(tableOf(one)), columnOf(one), 'TRANSFORMATION', 'view', false)),
      ]),
    ],
  );
}

function copies(
  columns: readonly SchemaField[],
  source: Named,
  description: string,
): readonly (readonly [string, readonly InputField[]])[] {
  return columns.map(({ name }) => [name, from(source, name, 'IDENTITY', description, false)]);
}

function described(columns: readonly RefinedColumn[]): readonly SchemaField[] {
  return columns.map(({ name, type, source }) => ({ name, type, description: source.description }));
}

function makingText(making: Making): string {
  return making.kind === 'generalise' ? treatmentText(making) : making.kind;
}

function from(
  source: Named,
  field: string,
  subtype: 'IDENTITY' | 'TRANSFORMATION',
  description: string,
  masking: boolean,
): readonly InputField[] {
  return [{ ...source, field, transformations: [transformation(subtype, description, masking)] }];
}

function dataset(
  target: Named,
  fields: readonly SchemaField[],
  lineage: readonly (readonly [column: string, inputFields: readonly InputField[]])[],
): LineageDataset {
  const entries = lineage.map(([column, inputFields]) => [column, { inputFields }] as const);
  return {
    ...target,
    facets: { schema: schemaFacet(fields), columnLineage: lineageFacet(Object.fromEntries(entries)) },
  };
}

function transformation(
  subtype: InputField['transformations'][number]['subtype'],
  description: string,
  masking: boolean,
): InputField['transformations'][number] {
  return { type: 'DIRECT', subtype, description, masking };
}

function schemaFacet(fields: readonly SchemaField[]): Facet & { readonly fields: readonly SchemaField[] } {
  return {
    _producer: producer,
    _schemaURL: `${spec}/facets/1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet`,
    fields: fields.map(({ name, type, description }) => ({
      name,
      type,
      ...(description === undefined ? {} : { description }),
    })),
  };
}

function lineageFacet(fields: LineageFields): Facet & { readonly fields: LineageFields } {
  return {
    _producer: producer,
    _schemaURL: `${spec}/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet`,
    fields,
  };
}
