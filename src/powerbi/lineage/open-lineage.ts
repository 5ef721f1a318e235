import type { Catalogue, Table } from '../../catalogue/model';
import { generalShape, lookupShape, type RefinedColumn } from '../../catalogue/refined-shape';
import type { LakePaths } from '../../contract/lake-paths';
import { reportVisuals } from './uses';

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
    readonly schema?: Facet & { readonly fields: readonly { readonly name: string; readonly type: string }[] };
    readonly columnLineage?: Facet & {
      readonly fields: Readonly<Record<string, { readonly inputFields: readonly InputField[] }>>;
    };
  };
}

interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
}

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
 * The way of every column as OpenLineage tells it without a run (JobEvent, 2-0-2), which Purview and others take in: one
 * event for each table and stage, for each view and for each visual of the reports.
 * @param eventTime ISO 8601
 */
export function openLineage(
  catalogue: Catalogue,
  paths: LakePaths,
  sites: LineageSites,
  eventTime: string,
): readonly OpenLineageEvent[] {
  const job = (
    name: string,
    inputs: readonly LineageDataset[],
    outputs: readonly LineageDataset[],
  ): OpenLineageEvent => ({
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
  const view = (table: string): Named => ({
    namespace: `mssql://${sites.sqlServer}:1433`,
    name: `${sites.sqlDatabase}.dbo.${table}`,
  });
  const tables = catalogue.tables.flatMap((table) => {
    const { name } = table;
    const [landed, ingested] = [lake(paths.landedTable(name)), lake(paths.ingested(name))];
    const [corrected, general] = [lake(paths.corrected(name)), lake(paths.general(name))];
    const [shown, kept] = [generalShape(table), lookupShape(table, catalogue)];
    const lookup = refined(lake(paths.lookup(name)), kept, corrected);
    return [
      job(`ingest ${name}`, [landed], [ingested]),
      job(`correct ${name}`, [ingested], [correctedDataset(table, corrected, ingested)]),
      job(`refine ${name}`, [corrected], [refined(general, shown, corrected), ...(kept.length > 0 ? [lookup] : [])]),
      job(`publish ${name}`, [general], [viewed(view(name), shown, general)]),
    ];
  });
  const visuals = reportVisuals().map(({ report, page, title, columns }) => {
    const inputFields = columns.map((column): InputField => {
      const [table = '', field = ''] = column.split('.');
      return {
        ...view(table),
        field,
        transformations: [transformation('AGGREGATION', 'suppressed below 5 persons', true)],
      };
    });
    const inputs = [...new Set(columns.map((column) => column.split('.')[0] ?? ''))].map(view);
    const output = { namespace: 'powerbi', name: `${report}/${page}/${title}` };
    return job(`show ${output.name}`, inputs, [
      { ...output, facets: { columnLineage: lineageFacet({ value: { inputFields } }) } },
    ]);
  });
  return [...tables, ...visuals.filter(({ inputs }) => inputs.length > 0)];
}

function correctedDataset(table: Table, corrected: Named, ingested: Named): LineageDataset {
  const fields = table.columns.map(({ name, position }): [string, { readonly inputFields: readonly InputField[] }] => {
    const transformations = [transformation('TRANSFORMATION', 'cast', false)];
    return [name, { inputFields: [{ ...ingested, field: `_c${position}`, transformations }] }];
  });
  return {
    ...corrected,
    facets: { schema: schemaFacet(table.columns), columnLineage: lineageFacet(Object.fromEntries(fields)) },
  };
}

function refined(dataset: Named, columns: readonly RefinedColumn[], corrected: Named): LineageDataset {
  const fields = columns.map(({ name, source, making }): [string, { readonly inputFields: readonly InputField[] }] => {
    const isCopy = making.kind === 'copy';
    const step = transformation(isCopy ? 'IDENTITY' : 'TRANSFORMATION', making.kind, !isCopy);
    return [name, { inputFields: [{ ...corrected, field: source.name, transformations: [step] }] }];
  });
  return {
    ...dataset,
    facets: { schema: schemaFacet(columns), columnLineage: lineageFacet(Object.fromEntries(fields)) },
  };
}

function viewed(dataset: Named, columns: readonly RefinedColumn[], general: Named): LineageDataset {
  const fields = columns.map(({ name }): [string, { readonly inputFields: readonly InputField[] }] => [
    name,
    { inputFields: [{ ...general, field: name, transformations: [transformation('IDENTITY', 'view', false)] }] },
  ]);
  return {
    ...dataset,
    facets: { schema: schemaFacet(columns), columnLineage: lineageFacet(Object.fromEntries(fields)) },
  };
}

function transformation(
  subtype: 'IDENTITY' | 'TRANSFORMATION' | 'AGGREGATION',
  description: string,
  masking: boolean,
): InputField['transformations'][number] {
  return { type: 'DIRECT', subtype, description, masking };
}

function schemaFacet(
  columns: readonly { readonly name: string; readonly type: string }[],
): NonNullable<NonNullable<LineageDataset['facets']>['schema']> {
  const fields = columns.map(({ name, type }) => ({ name, type }));
  return {
    _producer: producer,
    _schemaURL: `${spec}/facets/1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet`,
    fields,
  };
}

function lineageFacet(
  fields: Readonly<Record<string, { readonly inputFields: readonly InputField[] }>>,
): NonNullable<NonNullable<LineageDataset['facets']>['columnLineage']> {
  return {
    _producer: producer,
    _schemaURL: `${spec}/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet`,
    fields,
  };
}
