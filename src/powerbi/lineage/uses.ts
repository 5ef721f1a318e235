import { signalFacts } from '../../catalogue/render/signal-facts';
import { signalTimes } from '../../catalogue/render/report-columns';
import { isRatio, personColumns, type Condition, type Measure } from '../measures/measure';
import { measureNamed, measures } from '../measures/measures';
import { reportPages, type ReportSet } from '../report/pages';
import type { FieldReference, VisualSpec } from '../report/report';

/** A column of general as `Table.Column`. */
export type GeneralColumn = string;

/** What is made of a column of general. */
export interface ColumnUses {
  readonly measures: readonly string[];
  readonly visuals: readonly VisualPlace[];
}

export interface VisualPlace {
  readonly report: ReportSet;
  readonly page: string;
  readonly title: string;
}

export interface ReportVisual extends VisualPlace {
  readonly columns: readonly GeneralColumn[];
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
  if (table === 'Enrollment' && column === 'Role') return ['AadUser.Role', ...personOfAccount];
  if (table !== 'activity') return [`${table}.${column}`];
  if (signalTimes.some(({ name }) => name === column)) return ['activity.StartTime'];
  if (column === 'SchoolId') return schoolOfSignal;
  const fact = signalFacts.find(({ name }) => name === column);
  return fact === undefined ? [`activity.${column}`] : fact.from.map((name) => `activity.${name}`);
}

/** The columns of general that a measure is computed of, those by which it is suppressed included; sorted. */
export function measureColumns(measure: Measure): readonly GeneralColumn[] {
  if (isRatio(measure)) {
    return distinct([measure.numerator, measure.denominator].flatMap((name) => measureColumns(measureNamed(name))));
  }
  const { fact, aggregate, where, partOf = [] } = measure;
  const names = [
    ...('column' in aggregate ? [aggregate.column] : []),
    ...('columns' in aggregate ? aggregate.columns : []),
    ...[...where, ...partOf].flatMap(conditionColumns),
    ...(personColumns[fact] === undefined ? [] : [personColumns[fact]]),
  ];
  const school = fact === 'activity' ? [] : ['Organization.Id', 'Section.OrganizationId'];
  return distinct([...names.flatMap((name) => columnsBehind(fact, name)), ...school]);
}

/** Every visual of the reports with the columns of general behind it. */
export function reportVisuals(): readonly ReportVisual[] {
  return (['k12', 'hed'] as const).flatMap((report) =>
    reportPages(report).flatMap((page) =>
      page.visuals.flatMap((visual): ReportVisual[] => {
        const { title } = visual;
        return title === undefined ? [] : [{ report, page: page.title, title, columns: visualColumns(visual) }];
      }),
    ),
  );
}

/** The uses of every column of general that has any. */
export function columnUses(): ReadonlyMap<GeneralColumn, ColumnUses> {
  const uses = new Map<GeneralColumn, { measures: string[]; visuals: VisualPlace[] }>();
  const of = (column: GeneralColumn) => {
    const found = uses.get(column) ?? { measures: [], visuals: [] };
    uses.set(column, found);
    return found;
  };
  for (const measure of measures) {
    for (const column of measureColumns(measure)) of(column).measures.push(measure.name);
  }
  for (const { columns, ...place } of reportVisuals()) {
    for (const column of columns) of(column).visuals.push(place);
  }
  return uses;
}

function visualColumns({ roles, filters = [] }: VisualSpec): readonly GeneralColumn[] {
  const filterFields = filters.map((filter): FieldReference =>
    'measure' in filter ? filter : { ...filter, label: filter.column },
  );
  return distinct([...Object.values(roles).flat(), ...filterFields].flatMap(fieldColumns));
}

function fieldColumns(field: FieldReference): readonly GeneralColumn[] {
  if (!('measure' in field)) return columnsBehind(field.table, field.column);
  // Measures of the runs' reports are no data of general.
  const measure = measures.find(({ name }) => name === field.measure);
  return measure === undefined ? [] : measureColumns(measure);
}

function conditionColumns(condition: Condition): string[] {
  return 'isNotAfter' in condition ? [condition.column, condition.isNotAfter] : [condition.column];
}

function distinct(columns: readonly GeneralColumn[]): readonly GeneralColumn[] {
  return [...new Set(columns)].sort();
}
