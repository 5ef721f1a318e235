import { reportViewNames, signalTimes } from '../../catalogue/render/report-columns';
import { signalFacts } from '../../catalogue/render/signal-facts';
import type { Catalogue } from '../../catalogue/model';
import { generalShape } from '../../catalogue/refined-shape';
import { isRatio, personColumns, type Condition, type Measure } from '../measures/measure';
import { measureNamed, measures } from '../measures/measures';
import { semanticModel } from '../model/semantic-model';
import { reportPages } from '../report/pages';
import { reportSets, type FieldReference, type VisualSpec } from '../report/report';
import type { VisualPlace } from './dictionary-entries';

/** A column of general as `Table.Column`. */
export type GeneralColumn = string;

/** A column of the semantic model as `Table.Column`. */
export type ModelField = string;

/** What is made of a column of general. */
export interface ColumnUses {
  /** Computed columns of the views for reports, as `view.column`. */
  readonly views: readonly string[];
  /** Those that readers see. */
  readonly measures: readonly string[];
  readonly visuals: readonly VisualPlace[];
}

export interface ReportVisual extends VisualPlace {
  readonly fields: readonly ModelField[];
  readonly columns: readonly GeneralColumn[];
}

/** A column that a view for reports has and no table of general. */
export interface ComputedColumn {
  readonly view: string;
  readonly column: string;
  readonly type: string;
  readonly description: string;
  readonly from: readonly GeneralColumn[];
}

/** What reports make of the columns of general: nothing where a profile has no views for reports. */
export interface LineageUses {
  readonly computed: readonly ComputedColumn[];
  readonly measures: readonly { readonly measure: Measure; readonly columns: readonly GeneralColumn[] }[];
  readonly visuals: readonly ReportVisual[];
  readonly columns: ReadonlyMap<GeneralColumn, ColumnUses>;
}

/** The way from an account to its persons, whose enrolments or roles count. */
const personOfAccount = ['AadUserPersonMapping.ObjectId_pseudonym', 'AadUserPersonMapping.PersonId_pseudonym'];

/** What ROW17 looks at to tell the school of a signal. */
const schoolOfSignal: readonly GeneralColumn[] = [
  ...['activity.ClassId_pseudonym', 'AadGroup.ObjectId_pseudonym', 'AadGroup.SectionId', 'Section.Id'],
  ...['Section.OrganizationId', 'activity.ActorId_pseudonym', ...personOfAccount],
  ...['PersonId_pseudonym', 'OrganizationId', 'IsPrimary'].map((column) => `PersonOrganizationRole.${column}`),
];

/** The columns of general behind one of the semantic model; none for what is no data of general. */
export function columnsBehind(table: string, column: string): readonly GeneralColumn[] {
  if (table === 'Date') return ['activity.StartTime'];
  if (table === 'Quality') return [];
  if (table !== 'activity') return [`${table}.${column}`];
  if (signalTimes.some(({ name }) => name === column)) return ['activity.StartTime'];
  if (column === 'SchoolId') return schoolOfSignal;
  const fact = signalFacts.find(({ name }) => name === column);
  return fact === undefined ? [`activity.${column}`] : fact.from.map((name) => `activity.${name}`);
}

/** The columns of the model that a measure is computed of, those by which it is suppressed included; sorted. */
function measureFields(measure: Measure): readonly ModelField[] {
  if (isRatio(measure)) {
    return distinct([measure.numerator, measure.denominator].flatMap((name) => measureFields(measureNamed(name))));
  }
  const { fact, aggregate, where, partOf = [] } = measure;
  const names = [
    ...('column' in aggregate ? [aggregate.column] : []),
    ...('columns' in aggregate ? aggregate.columns : []),
    ...[...where, ...partOf].flatMap(conditionColumns),
    ...(personColumns[fact] === undefined ? [] : [personColumns[fact]]),
  ];
  const school = fact === 'activity' ? [] : ['Organization.Id', 'Section.OrganizationId'];
  return distinct([...names.flatMap((name) => fieldsOf(fact, name)), ...school]);
}

/** The role of who is enrolled is that of their accounts. */
function fieldsOf(fact: string, column: string): readonly ModelField[] {
  return fact === 'Enrollment' && column === 'Role' ? ['AadUser.Role', ...personOfAccount] : [`${fact}.${column}`];
}

/** Every visual of the reports with what is behind it. */
export function reportVisuals(): readonly ReportVisual[] {
  return reportSets.flatMap((report) =>
    reportPages(report).flatMap((page) =>
      page.visuals.flatMap((visual): ReportVisual[] => {
        const { title } = visual;
        if (title === undefined) return [];
        const fields = visualFields(visual);
        return [{ report, page: page.title, title, fields, columns: columnsOf(fields) }];
      }),
    ),
  );
}

/** The uses of every column of general that has any. */
export function lineageUses(catalogue: Catalogue): LineageUses {
  // Reports, and the views for them, are of the strict profile.
  if (catalogue.profile !== 'strict') return { computed: [], measures: [], visuals: [], columns: new Map() };
  const computed = computedColumns(catalogue);
  const visible = measures
    .filter(({ isHidden }) => isHidden !== true)
    .map((measure) => ({ measure, columns: columnsOf(measureFields(measure)) }));
  const visuals = reportVisuals();
  const columns = new Map<GeneralColumn, { views: string[]; measures: string[]; visuals: VisualPlace[] }>();
  const of = (column: GeneralColumn) => {
    const found = columns.get(column) ?? { views: [], measures: [], visuals: [] };
    columns.set(column, found);
    return found;
  };
  const { activity } = reportViewNames;
  for (const { name } of catalogue.tables.filter(({ source }) => source === 'activity').flatMap(generalShape)) {
    of(`activity.${name}`).views.push(`${activity}.${name}`);
  }
  for (const { view, column, from } of computed) from.forEach((one) => of(one).views.push(`${view}.${column}`));
  for (const { measure, columns: from } of visible) from.forEach((one) => of(one).measures.push(measure.name));
  for (const { report, page, title, columns: from } of visuals) {
    from.forEach((one) => of(one).visuals.push({ report, page, title }));
  }
  return { computed, measures: visible, visuals, columns };
}

/** The semantic model has every column that the views for reports compute. */
function computedColumns(catalogue: Catalogue): readonly ComputedColumn[] {
  const general = new Set(
    catalogue.tables.flatMap((table) => generalShape(table).map(({ name }) => `${table.name}.${name}`)),
  );
  const views: readonly string[] = Object.values(reportViewNames);
  return semanticModel(catalogue)
    .tables.filter(({ source }) => views.includes(source.name))
    .flatMap((table) =>
      table.columns
        .filter(({ name }) => !general.has(`${table.name}.${name}`))
        .map(({ name, dataType, description }) => ({
          view: table.source.name,
          column: name,
          type: dataType,
          description,
          from: columnsBehind(table.name, name),
        })),
    );
}

function visualFields({ roles, filters = [] }: VisualSpec): readonly ModelField[] {
  const filterFields = filters.map((filter): FieldReference =>
    'measure' in filter ? filter : { ...filter, label: filter.column },
  );
  return distinct([...Object.values(roles).flat(), ...filterFields].flatMap(modelFields));
}

function modelFields(field: FieldReference): readonly ModelField[] {
  if (!('measure' in field)) return [`${field.table}.${field.column}`];
  // Measures of the runs' reports are no data of general.
  const measure = measures.find(({ name }) => name === field.measure);
  return measure === undefined ? [] : measureFields(measure);
}

function columnsOf(fields: readonly ModelField[]): readonly GeneralColumn[] {
  return distinct(
    fields.flatMap((field) => {
      const [table = '', column = ''] = field.split('.');
      return columnsBehind(table, column);
    }),
  );
}

function conditionColumns(condition: Condition): string[] {
  return 'isNotAfter' in condition ? [condition.column, condition.isNotAfter] : [condition.column];
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
