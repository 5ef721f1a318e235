import { arrangeDrop, type DeliveredUnit } from '../engine/drop';
import { compareUnits } from '../engine/landing-state';

/** A file of the drop on this machine. */
export interface DropFile {
  /** Below the drop, `M365/roster/…`; the same below the share's directory. */
  readonly path: string;
  readonly bytes: number;
  /** Both lower-case hex. */
  readonly sha256: string;
  readonly md5: string;
}

/** How a file of the drop is found in pre-landing. */
export type PlacedState = 'absent' | 'same' | 'different';

/** What belongs together, in the order in which landing would take it. */
export interface UploadStep {
  /** Roster folders or activity files below `M365/`, of one rundate; empty for descriptions and what else the drop has. */
  readonly units: readonly string[];
  /** The file that is removed first, so that the folder is not complete while it changes. */
  readonly remove?: DropFile;
  /** Uploaded one after another, the files of one phase at the same time. */
  readonly phases: readonly (readonly DropFile[])[];
}

/** A roster folder or an activity file, and what the upload makes of it. */
export interface UploadUnit {
  readonly unit: string;
  /** `completed`: a part of it was there. `replaced`: landing may have taken it, and does so again (ROW1). */
  readonly change: 'new' | 'completed' | 'replaced' | 'none';
}

export interface UploadPlan {
  readonly steps: readonly UploadStep[];
  readonly units: readonly UploadUnit[];
  /** Units that are there with other content, by name; nothing may be uploaded unless they are to be replaced. */
  readonly conflicts: readonly string[];
  /** Roster folders of which no required table is one file: the last files of these do not appear at once. */
  readonly unguarded: readonly string[];
  /** Files of the same units that are there and that the drop does not have. */
  readonly others: readonly string[];
}

export interface UploadPlanInput {
  readonly files: readonly DropFile[];
  readonly stateOf: (file: DropFile) => PlacedState;
  /** Paths of all files that are there. */
  readonly placed: readonly string[];
  /** Of the catalogue: a file of another table is uploaded, and not landed. */
  readonly tables: ReadonlySet<string>;
  /** Tables without which landing does not take a roster folder (ROW2). */
  readonly requiredTables: readonly string[];
}

const root = 'M365';
/** An activity file without a date gets the time of its first sight as rundate (ROW1): it comes last. */
const lastRundate = '9999-12-31 23:59:59';

/**
 * Orders an upload so that landing never takes a half of it. Units come in the order of their rundates, because landing
 * takes a newer roster without waiting for an older one (ROW4). In a roster folder the required tables (ROW2) come after
 * all else, and the very last is one file of one of them, the gate: until it appears, the folder is not complete. A gate
 * that is there already is taken away before anything else of its folder changes.
 */
export function planUpload(input: UploadPlanInput): UploadPlan {
  const { files, placed, stateOf } = input;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const stored = files.map(({ path, bytes }) => ({ path, bytes, modified: new Date(0) }));
  const arranged = arrangeDrop(stored, root, input.tables);
  const units = [...arranged.units].sort((one, other) => compareUnits(dated(one), dated(other)));
  const unitOf = unitFinder(units);
  const members = new Map<string, DropFile[]>(units.map(({ unit }) => [unit, []]));
  const loose: DropFile[] = [];
  for (const file of files) (members.get(unitOf(file.path) ?? '') ?? loose).push(file);
  const others = placed.filter((path) => !byPath.has(path) && unitOf(path) !== undefined).sort();

  const planned = units.map((unit) => planUnit(unit, members.get(unit.unit) ?? [], others, input));
  const steps = [looseStep(loose, stateOf)];
  planned.forEach(({ step }, index) => {
    const [unit, before] = [units[index]!, units[index - 1]];
    const isOneDay = unit.kind === 'additive' && before?.kind === 'additive' && before.rundate === unit.rundate;
    if (isOneDay) steps.push(sideBySide(steps.pop()!, step));
    else steps.push(step);
  });
  return {
    steps: steps.filter(({ phases }) => phases.length > 0),
    units: planned.map(({ unit }) => unit),
    conflicts: planned.flatMap(({ unit }) => (unit.change === 'replaced' ? [unit.unit] : [])),
    unguarded: planned.flatMap(({ unit, isGuarded }) => (isGuarded || unit.change === 'none' ? [] : [unit.unit])),
    others,
  };
}

interface PlannedUnit {
  readonly unit: UploadUnit;
  readonly step: UploadStep;
  readonly isGuarded: boolean;
}

function planUnit(
  { unit, kind, tables }: DeliveredUnit,
  files: readonly DropFile[],
  others: readonly string[],
  { placed, stateOf, requiredTables }: UploadPlanInput,
): PlannedUnit {
  const wanted = files.filter((file) => stateOf(file) !== 'same');
  const isSnapshot = kind === 'snapshot';
  const isThere = (table: string): boolean => placed.some((path) => isTableFile(path, unit, table));
  // Landing may have taken it: whatever is added or changed now is a re-delivery (ROW1).
  const isPartlyThere = placed.some((path) => path.startsWith(`${root}/${unit}/`));
  const isDelivered = isSnapshot && isPartlyThere && requiredTables.every(isThere);
  const isReplaced = wanted.length > 0 && (isDelivered || wanted.some((file) => stateOf(file) === 'different'));
  const change = wanted.length === 0 ? 'none' : isReplaced ? 'replaced' : isPartlyThere ? 'completed' : 'new';

  const required = isSnapshot ? requiredTables.filter((table) => tables.has(table)) : [];
  const ofTable = (table: string): DropFile[] => files.filter(({ path }) => isTableFile(path, unit, table));
  const gate = required
    .filter((table) => ofTable(table).length === 1 && !others.some((path) => isTableFile(path, unit, table)))
    .map((table) => ofTable(table)[0]!)
    .sort((one, other) => gateRank(stateOf(one)) - gateRank(stateOf(other)) || compareText(one.path, other.path))[0];
  const isRequired = ({ path }: DropFile): boolean => required.some((table) => isTableFile(path, unit, table));
  // One file changes at once by itself.
  const remove = gate !== undefined && stateOf(gate) !== 'absent' && wanted.length > 1 ? gate : undefined;
  const phases = [
    wanted.filter((file) => file !== gate && !isRequired(file)),
    wanted.filter((file) => file !== gate && isRequired(file)),
    files.filter((file) => file === gate && (file === remove || wanted.includes(file))),
  ].filter((phase) => phase.length > 0);
  return {
    unit: { unit, change },
    step: { units: [unit], ...(remove === undefined ? {} : { remove }), phases },
    isGuarded: !isSnapshot || gate !== undefined,
  };
}

/** A file that is absent keeps a folder open by itself; one that changes anyway costs nothing to take away. */
function gateRank(state: PlacedState): number {
  return ['absent', 'different', 'same'].indexOf(state);
}

/** What belongs to no unit comes first: the drop's schemas say how its files are read (ROW7). */
function looseStep(files: readonly DropFile[], stateOf: UploadPlanInput['stateOf']): UploadStep {
  const wanted = files.filter((file) => stateOf(file) !== 'same');
  return { units: [], phases: wanted.length === 0 ? [] : [wanted] };
}

/** Activity files of one day, each a unit of its own. */
function sideBySide(one: UploadStep, other: UploadStep): UploadStep {
  const files = [...one.phases, ...other.phases].flat();
  return { units: [...one.units, ...other.units], phases: files.length === 0 ? [] : [files] };
}

/** The unit that a path lies in: an activity file is one itself, a roster folder has all that is below it. */
function unitFinder(units: readonly DeliveredUnit[]): (path: string) => string | undefined {
  const names = new Set(units.map(({ unit }) => unit));
  return (path) => {
    const delivered = path.slice(root.length + 1);
    const folder = delivered.split('/', 2).join('/');
    return names.has(delivered) ? delivered : names.has(folder) ? folder : undefined;
  };
}

/** As landing sees it: `roster/<timestamp>/<Table>/<file>.csv`. */
function isTableFile(path: string, unit: string, table: string): boolean {
  const folder = `${root}/${unit}/${table}/`;
  return path.startsWith(folder) && !path.slice(folder.length).includes('/') && path.toLowerCase().endsWith('.csv');
}

function dated(unit: DeliveredUnit): DeliveredUnit & { readonly rundate: string } {
  return { ...unit, rundate: unit.rundate ?? lastRundate };
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
