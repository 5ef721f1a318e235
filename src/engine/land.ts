import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ErasedFile } from '../contract/erasure';
import type { LandedEvent, LandedFile, LedgerEvent, ReportMessage } from '../contract/lake-format';
import type { LakePaths, LandedKind } from '../contract/lake-paths';
import type { LakeStore } from '../lake/store';
import { formatRundate, laterRundate, type DeliveredFile, type DeliveredUnit, type Drop } from './drop';
import { withoutErased } from './erased-records';
import type { LandingFilter } from './landing-filter';
import type { LandingLedger } from './landing-ledger';
import { compareUnits, contentHash, newestRosterRundate, type LandingState } from './landing-state';
import { describedEvent, type OwnSchemas } from './own-schema';

/** Activity units that share a ledger entry: bounds what a crash has to copy again. */
const activityUnitsPerEntry = 50;

export interface LandOptions {
  /** Tables without which a roster folder is not complete (ROW2). */
  readonly requiredTables: readonly string[];
  /** A file younger than this makes its folder wait (ROW3). */
  readonly settleMinutes: number;
  readonly now: Date;
}

/** A unit that is to be landed now, whole or (re-delivery) with the tables that changed. */
export interface LandingPlanUnit {
  readonly unit: string;
  readonly kind: LandedKind;
  readonly rundate: string;
  readonly tables: ReadonlyMap<string, readonly DeliveredFile[]>;
}

export interface LandingPlan {
  readonly units: readonly LandingPlanUnit[];
  /** Units that wait for a missing table or for a file to settle, with the reason as message. */
  readonly waiting: readonly { readonly unit: string; readonly rundate: string; readonly message: ReportMessage }[];
}

/** What the ledger needs of a delivered file to say whether it is new; hashes are read only where size or time differ. */
export type DeliveredHash = (file: DeliveredFile) => Promise<string>;

/**
 * Decides what lands (ROW1–ROW3). A file is known when the ledger has its path with the same bytes; a changed or
 * additional file of a landed roster folder lands its table again, with all files, at the timestamp plus n seconds.
 */
export async function planLanding(
  units: readonly DeliveredUnit[],
  state: LandingState,
  options: LandOptions,
  hashOf: DeliveredHash,
): Promise<LandingPlan> {
  const known = latestDelivered(state);
  const taken = new Set(state.units.map((unit) => `${unit.kind}@${unit.rundate}`));
  const landedUnits = new Set(state.units.map((unit) => unit.unit));
  const newFolders = new Set<string>();
  const planned: LandingPlanUnit[] = [];
  const waiting: LandingPlan['waiting'][number][] = [];
  const youngest = options.now.getTime() - options.settleMinutes * 60_000;

  for (const unit of units) {
    const changed = new Map<string, readonly DeliveredFile[]>();
    for (const [table, files] of unit.tables) {
      if (await isChanged(files, known, hashOf)) changed.set(table, files);
    }
    if (changed.size === 0) continue;
    const rundate = unit.rundate ?? firstSight(state, unit.unit) ?? formatRundate(options.now);
    const wait = (code: string, message: string): void => {
      waiting.push({ unit: unit.unit, rundate, message: { severity: 'warning', code, message, file: unit.unit } });
    };
    const unsettled = [...unit.tables.values()].flat().filter((file) => file.modified.getTime() > youngest);
    if (options.settleMinutes > 0 && unsettled.length > 0) {
      wait(
        'ROW3',
        `${unsettled.length} files are younger than ${options.settleMinutes} minutes: the next run looks again.`,
      );
      continue;
    }
    const isNew = !landedUnits.has(unit.unit);
    // What changed in a folder that never got through comes with the whole folder: the rest of it is still owed.
    const isWhole = isNew || !wasProcessed(state, unit.unit);
    if (isWhole && unit.kind === 'snapshot') {
      const missing = options.requiredTables.filter((table) => !unit.tables.has(table));
      if (missing.length > 0) {
        wait('ROW2', `The roster folder is not complete and was not landed. Missing: ${missing.join(', ')}.`);
        continue;
      }
    }
    // Kind and rundate are the place in stage 1: two roster folders may not share it, activity files of a new date may.
    const place = `${unit.kind}@${rundate}`;
    const free =
      isNew && (!taken.has(place) || newFolders.has(place)) && !nameTaken(planned, unit, rundate)
        ? rundate
        : nextFree(rundate, (candidate) => taken.has(`${unit.kind}@${candidate}`));
    if (free === rundate && unit.kind === 'additive') newFolders.add(place);
    taken.add(`${unit.kind}@${free}`);
    planned.push({ unit: unit.unit, kind: unit.kind, rundate: free, tables: isWhole ? unit.tables : changed });
  }
  return { units: planned.sort(compareUnits), waiting };
}

/** Where to land. */
export interface LandingPlace {
  readonly store: LakeStore;
  readonly paths: LakePaths;
  readonly ledger: LandingLedger;
  /** Undefined where nobody was erased. */
  readonly filter?: LandingFilter | undefined;
}

/**
 * Copies what is planned into stage 1 and records it, with what the drop says of its columns; a roster folder in one
 * entry, so that it lands whole or not at all.
 */
export async function land(
  drop: Drop,
  schemas: OwnSchemas,
  plan: LandingPlan,
  lake: LandingPlace,
  now: () => Date,
  progress: (text: string) => void,
): Promise<void> {
  let batch = lake.ledger.state.nextBatch;
  let collected: LedgerEvent[] = [];
  let collectedUnits = 0;
  const flush = async (): Promise<void> => {
    if (collected.length > 0) await lake.ledger.append(collected, now());
    collected = [];
    collectedUnits = 0;
  };
  for (const unit of plan.units) {
    progress(`Landing ${unit.unit}`);
    if (unit.kind !== 'additive') await flush();
    for (const [table, files] of [...unit.tables].sort(([a], [b]) => compare(a, b))) {
      collected.push(...(await landTable(drop, lake, unit, table, files, batch++)));
    }
    collected.push(...describedEvent(schemas, unit, unit.tables.keys()));
    collectedUnits += 1;
    // ROW4: an older roster folder is kept as it was delivered, and never ingested.
    const newest = newestRosterRundate(lake.ledger.state);
    if (unit.kind !== 'additive' && newest !== undefined && unit.rundate < newest) {
      collected.push({ event: 'superseded', unit: unit.unit, rundate: unit.rundate, by: newest });
    }
    if (unit.kind !== 'additive' || collectedUnits >= activityUnitsPerEntry) await flush();
  }
  await flush();
}

async function landTable(
  drop: Drop,
  lake: LandingPlace,
  unit: LandingPlanUnit,
  table: string,
  files: readonly DeliveredFile[],
  batch: number,
): Promise<LedgerEvent[]> {
  const landed: LandedFile[] = [];
  const erased: ErasedFile[] = [];
  for (const file of files) {
    const target = `${lake.paths.landedBatch(table, unit.kind, unit.rundate)}/${file.delivered.split('/').at(-1)}`;
    const rest = await landWithoutErased(drop, lake, unit, table, file, target);
    const { sha256, bytes } = rest?.delivered ?? (await lake.store.copyFrom(drop.store, file.path, target));
    if (rest !== undefined) erased.push(rest.erased);
    landed.push({ delivered: file.delivered, landed: target, bytes, sha256, modified: file.modified.toISOString() });
  }
  const { unit: name, kind, rundate } = unit;
  const hashes = landed.map(({ sha256 }) => sha256);
  const event: LandedEvent = {
    event: 'landed',
    batch,
    unit: name,
    table,
    kind,
    rundate,
    files: landed,
    contentHash: contentHash(hashes),
  };
  return erased.length === 0 ? [event] : [event, { event: 'erased', files: erased }];
}

/** Undefined when the file has no row of an erased person. What is left out never reaches the lake. */
async function landWithoutErased(
  drop: Drop,
  { store, filter }: LandingPlace,
  unit: LandingPlanUnit,
  table: string,
  file: DeliveredFile,
  target: string,
): Promise<{ delivered: { sha256: string; bytes: number }; erased: ErasedFile } | undefined> {
  const persons = filter?.personsOf(unit.unit, table) ?? [];
  if (filter === undefined || persons.length === 0) return undefined;
  const local = join(await store.stagingFolder(), randomUUID());
  const rest = await withoutErased(await drop.store.localPath(file.path), local, persons, filter.isErased);
  if (rest === undefined) return undefined;
  await store.putFile(local, target);
  const delivered = { sha256: await drop.store.sha256(file.path), bytes: file.bytes };
  return { delivered, erased: { landed: target, ...rest } };
}

function latestDelivered(state: LandingState): Map<string, LandedFile> {
  const known = new Map<string, LandedFile>();
  for (const unit of state.units) {
    for (const batch of unit.batches) for (const file of batch.files) known.set(file.delivered, file);
  }
  return known;
}

async function isChanged(
  files: readonly DeliveredFile[],
  known: ReadonlyMap<string, LandedFile>,
  hashOf: DeliveredHash,
): Promise<boolean> {
  for (const file of files) {
    const landed = known.get(file.delivered);
    if (landed === undefined || landed.bytes !== file.bytes) return true;
    if (landed.modified !== file.modified.toISOString() && (await hashOf(file)) !== landed.sha256) return true;
  }
  return false;
}

function wasProcessed(state: LandingState, unit: string): boolean {
  return state.units.findLast((landed) => landed.unit === unit)?.status === 'processed';
}

/** The rundate that an undated activity file got when it was first seen. */
function firstSight(state: LandingState, unit: string): string | undefined {
  return state.units.find((landed) => landed.unit === unit)?.rundate;
}

/** Two activity files of one rundate must not have one name in stage 1. */
function nameTaken(planned: readonly LandingPlanUnit[], unit: DeliveredUnit, rundate: string): boolean {
  const name = (text: string): string | undefined => text.split('/').at(-1);
  return planned.some(
    (other) =>
      unit.kind === 'additive' &&
      other.kind === 'additive' &&
      other.rundate === rundate &&
      name(other.unit) === name(unit.unit),
  );
}

function nextFree(rundate: string, isTaken: (rundate: string) => boolean): string {
  let seconds = 1;
  while (isTaken(laterRundate(rundate, seconds))) seconds += 1;
  return laterRundate(rundate, seconds);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
