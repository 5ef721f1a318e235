import type { Catalogue, ColumnType, Table } from '../../catalogue/model';
import { generalShape, historyColumns } from '../../catalogue/refined-shape';
import { signalFacts } from '../../catalogue/render/signal-facts';
import { reportViewNames, signalTimes } from '../../catalogue/render/report-columns';
import { InsightsError } from '../../contract/errors';
import { measureDax } from '../measures/dax';
import { isRatio } from '../measures/measure';
import { measureNamed, measures } from '../measures/measures';
import {
  formatStrings,
  type DataType,
  type ModelColumn,
  type ModelMeasure,
  type ModelTable,
  type SemanticModel,
} from './model';
import { qualityTable } from './quality';
import { relationships } from './relationships';

/** The columns of general that the model has, by table; all else stays out of it. Those with `true` can be seen. */
const chosen: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  activity: {
    SignalType: true,
    AppName: true,
    ActorRole: true,
    UserAgent: true,
    ActorId_pseudonym: false,
    ClassId_pseudonym: false,
    AssignmentId_pseudonym: false,
    SubmissionId_pseudonym: false,
    SubmissionCreatedTime: false,
    Action: false,
    DueDate: false,
    MeetingSessionId_pseudonym: false,
    ReadingSubmissionWordsPerMinute: false,
  },
  AadUser: { ObjectId_pseudonym: false, Role: true },
  AadUserPersonMapping: { ObjectId_pseudonym: false, PersonId_pseudonym: false },
  AadGroup: { ObjectId_pseudonym: false, SectionId: false },
  Course: { Id: false, Name: true },
  Enrollment: { PersonId_pseudonym: false, SectionId: false },
  Organization: { Id: false, Name: true },
  Person: { Id_pseudonym: false },
  Section: { Id: false, OrganizationId: false, CourseId: false, Name: true, IsCurrent: false },
};

const dataTypes: Readonly<Record<ColumnType, DataType>> = {
  string: 'string',
  timestamp: 'dateTime',
  date: 'dateTime',
  boolean: 'boolean',
  integer: 'int64',
  short: 'int64',
  long: 'int64',
  double: 'double',
};

/**
 * The semantic model of the reports, the same for every set and storage mode: upstream's tables without the sensitive one,
 * a calendar, and what the runs say of the data's quality.
 * @throws InsightsError REPORTS_NEED_STRICT for a catalogue without the columns
 */
export function semanticModel(catalogue: Catalogue): SemanticModel {
  const tables = Object.entries(chosen).map(([name, columns]) => generalTable(name, columns, catalogue));
  return { tables: [...tables, calendarTable, qualityTable], relationships };
}

function generalTable(name: string, wanted: Readonly<Record<string, boolean>>, catalogue: Catalogue): ModelTable {
  const table = catalogue.tables.find((candidate) => candidate.name === name);
  const columns = Object.entries(wanted).map(([column, isShown]) => generalColumn(table, name, column, isShown));
  const isActivity = name === 'activity';
  return {
    name,
    description: table?.description ?? '',
    isHidden: !columns.some(({ isHidden }) => !isHidden) && measuresOf(name).length === 0,
    isCalendar: false,
    columns: isActivity ? [...columns, ...computedColumns()] : columns,
    measures: measuresOf(name),
    source: { kind: 'view', name: isActivity ? reportViewNames.activity : name },
  };
}

function generalColumn(table: Table | undefined, tableName: string, name: string, isShown: boolean): ModelColumn {
  const general = table === undefined ? undefined : generalShape(table).find((column) => column.name === name);
  const history = historyColumns.find((column) => column.name === name);
  const type = general?.type ?? history?.type;
  if (type === undefined) {
    throw new InsightsError('REPORTS_NEED_STRICT', 'The catalogue’s general table lacks a column that reports need.', {
      place: { table: tableName, column: name },
    });
  }
  return {
    name,
    dataType: dataTypes[type],
    description: general?.source.description ?? 'Whether the row is in the newest snapshot.',
    isHidden: !isShown,
  };
}

function computedColumns(): ModelColumn[] {
  const times = signalTimes.map(({ name, type, description }): ModelColumn => ({
    name,
    dataType: dataTypes[type],
    description,
    isHidden: name === 'Day',
    ...(type === 'date' ? { formatString: 'yyyy-mm-dd' } : {}),
  }));
  const facts = signalFacts.map(({ name, type, description }): ModelColumn => ({
    name,
    dataType: dataTypes[type],
    description,
    isHidden: type !== 'string',
  }));
  const school = 'Id of the signal’s school: of its class, else of the actor’s primary role, else none (ROW17).';
  return [...times, ...facts, { name: 'SchoolId', dataType: 'string', description: school, isHidden: true }];
}

function measuresOf(table: string): readonly ModelMeasure[] {
  return measures.flatMap((measure) => {
    // A ratio stands beside its numerator.
    const counted = isRatio(measure) ? measureNamed(measure.numerator) : measure;
    if (isRatio(counted) || counted.fact !== table) return [];
    const { name, description, folder, format } = measure;
    const model = { name, description, folder, dax: measureDax(measure), isHidden: measure.isHidden === true };
    return [{ ...model, formatString: formatStrings[format] }];
  });
}

const calendarTable: ModelTable = {
  name: 'Date',
  description: 'Every day from the first to the last one with a signal.',
  isHidden: false,
  isCalendar: true,
  source: { kind: 'view', name: reportViewNames.calendar },
  measures: [],
  columns: [
    {
      name: 'Date',
      dataType: 'dateTime',
      description: 'The day.',
      isHidden: false,
      isKey: true,
      formatString: 'yyyy-mm-dd',
    },
    {
      name: 'WeekStart',
      dataType: 'dateTime',
      description: 'The Monday with which its week begins.',
      isHidden: false,
      formatString: 'yyyy-mm-dd',
    },
    {
      name: 'MonthStart',
      dataType: 'dateTime',
      description: 'The first day of its month.',
      isHidden: false,
      formatString: 'yyyy-mm',
    },
    { name: 'Year', dataType: 'int64', description: 'Its year.', isHidden: false },
  ],
};
