import { quoteDax } from '../measures/dax';
import type { ModelColumn, ModelMeasure, ModelTable, Relationship, SemanticModel } from '../model/model';
import { quoteM, tableQuery, type DataMode } from './m-queries';
import { itemGuid } from './stable-ids';
import { quoteTmdl, tmdlColumn, tmdlDocument, tmdlFileName, type TmdlObject } from './tmdl';

/** An organisation whose leaders get a role of their own. */
export interface School {
  readonly id: string;
  readonly name: string;
}

/** Parameters of the model, the only place that names an environment. */
export type ModelParameters =
  | { readonly mode: 'import'; readonly dataFolder: string }
  | { readonly mode: 'directQuery'; readonly server: string; readonly database: string; readonly runsFolder: string };

/** The role that sees every school. There is always one: who is in no role of a model with roles sees nothing. */
const districtRole = 'All schools';

/** Files of `<name>.SemanticModel/definition`, by path below it. */
export function semanticModelFiles(
  model: SemanticModel,
  parameters: ModelParameters,
  schools: readonly School[],
): ReadonlyMap<string, string> {
  const roles = [districtObject, ...schools.map((school) => schoolObject(school, schools))];
  return new Map([
    ['database.tmdl', tmdlDocument([{ type: 'database', name: '', properties: { compatibilityLevel: '1600' } }])],
    ['model.tmdl', modelDocument(model, roles)],
    ['relationships.tmdl', tmdlDocument(model.relationships.map(relationshipObject))],
    ['expressions.tmdl', tmdlDocument(parameterObjects(parameters))],
    ['cultures/en-US.tmdl', tmdlDocument([{ type: 'cultureInfo', name: 'en-US' }])],
    ...model.tables.map((table): [string, string] => [
      `tables/${tmdlFileName(table.name)}`,
      tmdlDocument([tableObject(table, parameters.mode)]),
    ]),
    ...roles.map((role): [string, string] => [`roles/${tmdlFileName(role.name)}`, tmdlDocument([role])]),
  ]);
}

function modelDocument(model: SemanticModel, roles: readonly TmdlObject[]): string {
  const references: TmdlObject[] = [
    ...model.tables.map(({ name }): TmdlObject => ({ type: 'ref table', name })),
    ...roles.map(({ name }): TmdlObject => ({ type: 'ref role', name })),
    { type: 'ref cultureInfo', name: 'en-US' },
  ];
  const kinds = ['ref table', 'ref role', 'ref cultureInfo'];
  const listed = kinds.map((kind) =>
    references
      .filter(({ type }) => type === kind)
      .map(({ type, name }) => `${type} ${quoteTmdl(name)}`)
      .join('\n'),
  );
  const head = [
    'model Model',
    '\tculture: en-US',
    '\tdefaultPowerBIDataSourceVersion: powerBI_V3',
    // Else a reader could count hidden columns past the measures that suppress small numbers (CELL5).
    '\tdiscourageImplicitMeasures',
    '\tsourceQueryCulture: en-US',
    '\tdataAccessOptions',
    '\t\tlegacyRedirects',
    '\t\treturnErrorValuesAsNull',
  ].join('\n');
  return `${[head, 'annotation __PBI_TimeIntelligenceEnabled = 0', ...listed].join('\n\n')}\n\n`;
}

function tableObject(table: ModelTable, mode: DataMode): TmdlObject {
  const partitionMode = table.source.kind === 'runs' ? 'import' : mode;
  return {
    type: 'table',
    name: table.name,
    description: table.description,
    properties: {
      isHidden: table.isHidden,
      lineageTag: itemGuid('table', table.name),
      dataCategory: table.isCalendar ? 'Time' : undefined,
    },
    children: [
      ...table.measures.map((measure) => measureObject(table.name, measure)),
      ...table.columns.map((column) => columnObject(table.name, column)),
      {
        type: 'partition',
        name: table.name,
        value: 'm',
        properties: { mode: partitionMode },
        source: tableQuery(table, mode),
      },
    ],
  };
}

function measureObject(table: string, measure: ModelMeasure): TmdlObject {
  return {
    type: 'measure',
    name: measure.name,
    value: measure.dax,
    description: measure.description,
    properties: {
      formatString: measure.formatString,
      isHidden: measure.isHidden,
      displayFolder: measure.folder,
      lineageTag: itemGuid('measure', table, measure.name),
    },
  };
}

function columnObject(table: string, column: ModelColumn): TmdlObject {
  return {
    type: 'column',
    name: column.name,
    description: column.description,
    properties: {
      dataType: column.dataType,
      isHidden: column.isHidden,
      isKey: column.isKey,
      formatString: column.formatString,
      lineageTag: itemGuid('column', table, column.name),
      summarizeBy: 'none',
      sourceColumn: column.name,
      sortByColumn: column.sortByColumn,
    },
  };
}

function relationshipObject(relationship: Relationship): TmdlObject {
  const { from, to, isActive, isBidirectional } = relationship;
  return {
    type: 'relationship',
    name: itemGuid('relationship', ...from, ...to),
    properties: {
      isActive: isActive === false ? 'false' : undefined,
      crossFilteringBehavior: isBidirectional === true ? 'bothDirections' : undefined,
      fromColumn: tmdlColumn(from),
      toColumn: tmdlColumn(to),
    },
  };
}

function parameterObjects(parameters: ModelParameters): TmdlObject[] {
  const object = (name: string, value: string): TmdlObject => ({
    type: 'expression',
    name,
    value: `${quoteM(value)} meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]`,
    properties: { lineageTag: itemGuid('parameter', name) },
    children: [{ type: 'annotation', name: 'PBI_ResultType', value: 'Text' }],
  });
  if (parameters.mode === 'import') return [object('DataFolder', parameters.dataFolder)];
  return [
    object('Server', parameters.server),
    object('Database', parameters.database),
    object('RunsFolder', parameters.runsFolder),
  ];
}

const districtObject: TmdlObject = { type: 'role', name: districtRole, properties: { modelPermission: 'read' } };

/**
 * The role of a school's leaders: its signals, by their school (ROW17), its classes and their enrolments. Signals are
 * reached through their class as well, so that those without a class are not shown rather than another school's classes.
 */
function schoolObject(school: School, schools: readonly School[]): TmdlObject {
  const isUnique = schools.filter(({ name }) => name === school.name).length === 1;
  const permission = (table: string, column: string): TmdlObject => ({
    type: 'tablePermission',
    name: table,
    value: `${table}[${column}] = ${quoteDax(school.id)}`,
  });
  return {
    type: 'role',
    name: isUnique ? school.name : `${school.name} (${school.id})`,
    properties: { modelPermission: 'read' },
    children: [permission('Organization', 'Id'), permission('Section', 'OrganizationId')],
  };
}
