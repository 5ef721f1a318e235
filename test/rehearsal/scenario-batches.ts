import type { LedgerUnit } from '../../src/engine/landing-state';
import type { ReportMessage, UnitFinding } from '../../src/contract/lake-format';
import { formatDay, parseDay } from '../../src/test-data/calendar';
import { formatRows, parseRows, rosterFolders, type DropMap } from '../../src/test-data/drop-map';
import { rosterManifest, schemaFiles } from '../../src/test-data/manifest';
import { scenarioNamed, type Scenario } from '../../src/test-data/scenarios';
import { cellOf, shiftTimestamp, withCells } from '../../src/test-data/scenarios/scenario';
import { reduced } from '../test-data/scenario-drops';

/** Tables that make a roster folder whole (ROW2) in a lake of many scenarios: those that scenarios need to be required. */
export const batchTables = ['RefDefinition', 'Person', 'Enrollment'] as const;

/** From one scenario of a batch to the next: further than any but a last one reaches. */
const daysApart = 22;

/** A scenario at its place in the history of one lake. */
export interface PlacedScenario {
  readonly scenario: Scenario;
  /** What is delivered before, where it changes something that is there; else nothing. */
  readonly before: DropMap;
  readonly after: DropMap;
  /** Roster folders and activity files that it adds or changes. */
  readonly units: readonly string[];
  /** Rows of the delivery before that it repeats word for word, by table. */
  readonly repeated: Readonly<Record<string, number>>;
}

/** Scenarios one after the other, each on days of its own, as a share would deliver them. */
export function placed(base: DropMap, names: readonly string[], first = 0): PlacedScenario[] {
  return names.map((name, index) => place(base, scenarioNamed(name), first + index));
}

function place(base: DropMap, scenario: Scenario, index: number): PlacedScenario {
  const moved = moveDrop(base, index);
  const small = reduced(moved, scenario.apply(moved), scenario.name, batchTables);
  const units = small.changedUnits;
  const isRoster = units.some((unit) => unit.startsWith('roster/'));
  const needed = (drop: DropMap): DropMap =>
    new Map([...drop].filter(([name]) => isRoster || !name.startsWith('M365/roster/')));
  const before = scenario.expects.after === 'base' ? needed(small.before) : new Map();
  return {
    scenario,
    before,
    after: withSchemaOfItsOwn(needed(small.after), moved, scenario.name),
    units,
    repeated: repeatedRows(before, small.after),
  };
}

/** The same drop, later, with signals of its own. */
function moveDrop(base: DropMap, index: number): DropMap {
  const [folder = ''] = rosterFolders(base);
  const days = index * daysApart;
  const later = shiftTimestamp(folder, days);
  const moved = new Map<string, Buffer>();
  for (const [name, bytes] of base) {
    const day = /^M365\/activity\/([^/]+)\//.exec(name)?.[1];
    if (day !== undefined) {
      const own = index.toString(16).padStart(4, '0');
      const rows = parseRows(bytes).map((row) =>
        withCells('activity', row, { SignalId: own + cellOf('activity', row, 'SignalId').slice(own.length) }),
      );
      moved.set(name.replace(day, formatDay(parseDay(day)! + days)), formatRows(rows));
    } else if (name.endsWith('snapshot.roster.manifest.cdm.json')) {
      moved.set(name.replace(folder, later), Buffer.from(rosterManifest(later)));
    } else if (name !== 'M365/current.manifest.cdm.json') {
      moved.set(name.replace(folder, later), bytes);
    }
  }
  return moved;
}

/** A drop has one schema for all its folders: a scenario that changes it gets one beside it, which its own manifest names. */
function withSchemaOfItsOwn(after: DropMap, before: DropMap, name: string): DropMap {
  const schema = after.get(schemaFiles.roster);
  if (schema === undefined || before.get(schemaFiles.roster)?.equals(schema) === true) return after;
  const own = schemaFiles.roster.replace('roster', `roster-${name}`);
  const files = [...after].map(([path, bytes]): [string, Buffer] => {
    if (path === schemaFiles.roster) return [own, bytes];
    if (!path.endsWith('.manifest.cdm.json')) return [path, bytes];
    const local = (file: string): string => file.slice('M365/'.length);
    return [path, Buffer.from(bytes.toString('utf8').replaceAll(local(schemaFiles.roster), local(own)))];
  });
  return new Map(files);
}

function repeatedRows(before: DropMap, after: DropMap): Record<string, number> {
  const repeated: Record<string, number> = {};
  for (const [name, bytes] of before) {
    const again = after.get(name);
    if (again === undefined || !name.startsWith('M365/activity/')) continue;
    const lines = (file: Buffer): string[] => parseRows(file).map((row) => JSON.stringify(row));
    const known = new Set(lines(bytes));
    repeated['activity'] = lines(again).filter((line) => known.has(line)).length;
  }
  return repeated;
}

/** Files of several scenarios in one delivery. */
export function delivery(drops: readonly DropMap[]): DropMap {
  return new Map(drops.flatMap((drop) => [...drop]));
}

/** What became of a scenario, or must become of it. */
export interface ScenarioResult {
  /** Of each of its units. */
  readonly units: Readonly<Record<string, string>>;
  readonly findings: readonly Pick<UnitFinding, 'table' | 'code'>[];
  readonly rejected: Readonly<Record<string, unknown>>;
  readonly duplicates: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

/** What the scenario says that must come of it. */
export function expected({ scenario, units, repeated }: PlacedScenario): ScenarioResult {
  const { status, findings = [], rejected = {}, duplicates = {}, warnings = [] } = scenario.expects;
  return {
    units: Object.fromEntries(units.map((unit) => [unit, status])),
    findings: [...findings],
    rejected,
    duplicates: { ...duplicates, ...repeated },
    warnings,
  };
}

/** What the lake and the reports of its runs say. */
export function actual(
  { units: names }: PlacedScenario,
  ledger: readonly LedgerUnit[],
  messages: readonly ReportMessage[],
): ScenarioResult {
  const landed = names.map((name) => ledger.findLast(({ unit }) => unit === name));
  const outcomes = landed.flatMap((unit) => unit?.outcomes ?? []);
  const concerns = ({ file = '' }: ReportMessage): boolean =>
    names.some((name, index) => {
      const batches = landed[index]?.batches ?? [];
      return file.startsWith(name) || batches.some(({ files }) => files.some((one) => one.landed === file));
    });
  const warned = messages.filter((message) => message.severity === 'warning' && concerns(message));
  return {
    units: Object.fromEntries(names.map((name, index) => [name, landed[index]?.status ?? 'waiting'])),
    findings: landed.flatMap((unit) => (unit?.findings ?? []).map(({ table, code }) => ({ table, code }))),
    rejected: Object.fromEntries(
      outcomes
        .filter(({ rejected }) => Object.keys(rejected).length > 0)
        .map(({ table, rejected }) => [table, rejected]),
    ),
    duplicates: Object.fromEntries(
      outcomes.filter(({ duplicates }) => duplicates > 0).map(({ table, duplicates }) => [table, duplicates]),
    ),
    warnings: [...new Set(warned.map(({ code }) => code))].sort(),
  };
}
