import { isDeepStrictEqual } from 'node:util';
import type { Catalogue } from '../catalogue/model';
import type { LedgerEvent, ReportMessage } from '../contract/lake-format';
import type { LakePaths } from '../contract/lake-paths';
import type { LakeStore } from '../lake/store';
import { readDrop, type Drop } from './drop';
import type { EngineSettings } from './engine-context';
import { requiredTables } from './first-snapshot';
import { land, planLanding, type LandingPlan } from './land';
import { landingFilter } from './landing-filter';
import type { LandingLedger } from './landing-ledger';
import { pendingUnits, type LandingState } from './landing-state';
import { describedEvent, readOwnSchemas, type OwnSchemas } from './own-schema';

export interface LandDropOptions {
  /** Where the drop lies: the folder that holds `M365/`. */
  readonly drop: { readonly store: LakeStore; readonly prefix: string };
  readonly store: LakeStore;
  readonly paths: LakePaths;
  readonly catalogue: Catalogue;
  /** The key of the tombstones, asked for only where somebody was erased. */
  readonly erasureKey?: (() => Promise<string | undefined>) | undefined;
  readonly settings: EngineSettings;
  readonly now: () => Date;
  readonly progress: (text: string) => void;
}

export interface LandedDrop extends LandingPlan {
  /** What the drop holds and was not landed, why units wait, and which descriptions of columns are of no use. */
  readonly messages: readonly ReportMessage[];
}

/**
 * Lands what a drop holds and the lake does not have, and records what the drop says of the columns of pending units:
 * from here on the ledger alone decides, with the drop or without it.
 * @throws InsightsError DROP_NOT_FOUND
 */
export async function landDrop(options: LandDropOptions, ledger: LandingLedger): Promise<LandedDrop> {
  const { drop: source, store, paths, catalogue, settings, now, progress } = options;
  const drop = await readDrop(
    source.store,
    source.prefix,
    catalogue.tables.map(({ name }) => name),
  );
  const plan = await planLanding(
    drop.units,
    ledger.state,
    { requiredTables: requiredTables(settings, catalogue), settleMinutes: settings.settleMinutes, now: now() },
    (file) => source.store.sha256(file.path),
  );
  const messages = [...drop.messages, ...plan.waiting.map(({ message }) => message)];
  if (plan.units.length === 0 && pendingUnits(ledger.state).length === 0) return { ...plan, messages };
  const schemas = await readOwnSchemas(drop);
  const arrivals = { units: plan.units, localPath: (path: string) => source.store.localPath(path), now };
  const filter = plan.units.length === 0 ? undefined : await landingFilter(options, schemas, arrivals);
  await land(drop, schemas, plan, { store, paths, ledger, filter }, now, progress);
  const described = describedAnew(ledger.state, drop, schemas);
  if (described.length > 0) await ledger.append(described, now());
  return {
    ...plan,
    messages: [...messages, ...schemas.messages.filter(isNews(ledger.state, plan)), ...(filter?.messages ?? [])],
  };
}

/** Whether a message is about a folder that is still worked on: what was once said of a processed one is not said at every run. */
function isNews(state: LandingState, plan: LandingPlan): (message: ReportMessage) => boolean {
  const namesOf = (units: readonly { readonly unit: string }[]) => new Set(units.map(({ unit }) => unit));
  const [landed, open] = [namesOf(state.units), namesOf([...plan.units, ...pendingUnits(state)])];
  return ({ file = '' }) => {
    const folder = file.split('/').slice(0, 2).join('/');
    return !landed.has(folder) || open.has(folder);
  };
}

/** A description can be mended without the files: what the drop now says of the last delivery of a pending unit. */
function describedAnew(state: LandingState, drop: Drop, schemas: OwnSchemas): LedgerEvent[] {
  const delivered = new Set(drop.units.map(({ unit }) => unit));
  return pendingUnits(state).flatMap((unit) => {
    const isLast = state.units.findLast((other) => other.unit === unit.unit)?.rundate === unit.rundate;
    if (!isLast || !delivered.has(unit.unit)) return [];
    const tables = unit.batches.map(({ table }) => table);
    const { unit: name, rundate } = unit;
    const [now] = describedEvent(schemas, unit, tables);
    const columns = now?.columns ?? {};
    return isDeepStrictEqual(columns, unit.ownColumns) ? [] : [{ event: 'described', unit: name, rundate, columns }];
  });
}
