import { signalGroupings } from '../../catalogue/signal-groups';

/** What numbers are grouped and filtered by. */
export interface Dimension {
  readonly label: string;
  /** Column of the relations that `factRelation` makes. */
  readonly column: string;
  /** Column that names a value where the column above is an identifier. @default the column itself */
  readonly nameColumn?: string;
  readonly type: 'text' | 'day' | 'number';
  /** Column of the semantic model. */
  readonly field: { readonly table: string; readonly column: string };
  /** Also of sections and enrolments, not of signals alone. A measure of those is not filtered by the others. */
  readonly isStructure: boolean;
  /** Narrower than a school: CELL3 applies. */
  readonly isBelowSchool: boolean;
}

const ofSignal = { type: 'text', isStructure: false, isBelowSchool: false } as const;
const ofActivity = (column: string): Pick<Dimension, 'column' | 'field'> => ({
  column,
  field: { table: 'activity', column },
});

export const dimensions = {
  /** ROW17; `none` where neither class nor actor tells it. */
  school: {
    label: 'School',
    column: 'SchoolId',
    nameColumn: 'School',
    type: 'text',
    field: { table: 'Organization', column: 'Name' },
    isStructure: true,
    isBelowSchool: false,
  },
  class: {
    label: 'Class',
    column: 'SectionId',
    nameColumn: 'Class',
    type: 'text',
    field: { table: 'Section', column: 'Name' },
    isStructure: true,
    isBelowSchool: true,
  },
  role: { ...ofSignal, label: 'Role', ...ofActivity('ActorRole') },
  app: { ...ofSignal, label: 'App', ...ofActivity('AppName') },
  device: { ...ofSignal, label: 'Device or browser', ...ofActivity('UserAgent') },
  signalType: { ...ofSignal, label: 'Signal type', ...ofActivity('SignalType') },
  signalGroup: { ...ofSignal, label: signalGroupings.products.label, ...ofActivity(signalGroupings.products.column) },
  classTeamGroup: {
    ...ofSignal,
    label: signalGroupings.classTeam.label,
    ...ofActivity(signalGroupings.classTeam.column),
  },
  /** ROW16, as week and hour. */
  day: { ...ofSignal, type: 'day', label: 'Day', column: 'Day', field: { table: 'Date', column: 'Date' } },
  /** The Monday with which the week begins. */
  week: { ...ofSignal, type: 'day', label: 'Week', ...ofActivity('Week') },
  hour: { ...ofSignal, type: 'number', label: 'Hour', ...ofActivity('Hour') },
  /** 1 is Monday. */
  weekday: { ...ofSignal, type: 'number', label: 'Weekday', ...ofActivity('Weekday') },
} as const satisfies Readonly<Record<string, Dimension>>;

export type DimensionName = keyof typeof dimensions;

/** A dimension, without the narrow type that each has in the list. */
export function dimensionNamed(name: DimensionName): Dimension {
  return dimensions[name];
}
