import type { Catalogue } from '../catalogue/model';
import { InsightsError } from '../contract/errors';
import type { LedgerEvent, ReportMessage, RunReport } from '../contract/lake-format';
import type { LakePaths } from '../contract/lake-paths';
import { saltFingerprint, saltWarning } from '../contract/salt';
import type { LakeStore } from '../lake/store';
import { catalogueEvent, compareCatalogues, refuseChange, type CatalogueChange } from './catalogue-change';
import { openDatabase, type Database } from './database';
import { formatRundate } from './drop';
import { followEngagement } from './engagement';
import type { EngineContext, EngineSettings } from './engine-context';
import { landDrop } from './land-drop';
import { LandingLedger } from './landing-ledger';
import { newestRosterRundate, pendingUnits, type LedgerUnit } from './landing-state';
import { begunFirst, findUnit, hasActivity, redelivered, renumber, supersededBy } from './pending';
import { processUnit } from './process-unit';
import { extendTables, rebuildRefined } from './rebuild';
import { removeUncommitted } from './recovery';
import { findingMessage, newRunId, runReport, tableFlows, type UnitReport } from './run-report';

export const engineName = 'duckdb';

export interface ProcessOptions {
  /** Where the drop lies: the folder that holds `M365/`. Undefined: nothing new is landed, pending units are tried. */
  readonly drop?: { readonly store: LakeStore; readonly prefix: string };
  readonly store: LakeStore;
  readonly paths: LakePaths;
  readonly catalogue: Catalogue;
  readonly salt: string;
  /** The key of the tombstones, asked for only where somebody was erased. @default there is none */
  readonly erasureKey?: () => Promise<string | undefined>;
  readonly settings: EngineSettings;
  /** Accepts changed treatments or another salt and makes Refined anew. Default false. */
  readonly rebuild?: boolean;
  /** Whether stage 3's `activity_events` follows activity (lake-format.md §6). @default true */
  readonly digitalEngagement?: boolean;
  /** IANA time zone of day, week and hour (ROW16), recorded for those who compute them. Default UTC. */
  readonly timeZone?: string;
  /** Of DuckDB. @default 2 */
  readonly threads?: number;
  readonly runId?: string;
  readonly now?: () => Date;
  readonly progress?: (text: string) => void;
}

/**
 * Takes everything that a drop holds and the lake does not have through all stages (design.md §5), in order. Running it
 * again changes nothing; after a crash it completes what was begun.
 * @throws InsightsError LAKE_LOCKED when another run is at work, CATALOGUE_CHANGED, SALT_CHANGED, REBUILD_IMPOSSIBLE,
 * DROP_NOT_FOUND. A unit that fails or is held is no error but an outcome: the report says `failed`.
 */
export async function processDrop(options: ProcessOptions): Promise<RunReport> {
  const now = options.now ?? (() => new Date());
  const runId = options.runId ?? newRunId(now());
  const lock = await options.store.lock(options.paths.lock, `run ${runId}`);
  const run = new Run(options, runId, now);
  let isCertain = true;
  try {
    return await run.execute(lock.takenOver);
  } catch (error) {
    // Where it is not known what reached the lake, the lock stays: the next run takes it over and cleans up.
    // Likewise where what an earlier run left is not cleaned up yet.
    const isOurs = error instanceof InsightsError && !['LAKE_STORE_FAILED', 'ENGINE_FAILED'].includes(error.code);
    isCertain = isOurs && (run.isClean || !lock.takenOver);
    throw error;
  } finally {
    run.close();
    if (isCertain) await lock.release();
  }
}

/** One run: what its steps share, and the order of the steps. */
class Run {
  private readonly messages: ReportMessage[] = [];
  private readonly units: UnitReport[] = [];
  /** Whether the files of a run that died were looked for and removed. */
  isClean = false;
  private readonly startedAt: Date;
  private database: Database | undefined;
  private context: EngineContext | undefined;

  constructor(
    private readonly options: ProcessOptions,
    private readonly runId: string,
    private readonly now: () => Date,
  ) {
    this.startedAt = now();
    const weak = saltWarning(options.salt);
    if (weak !== undefined) this.messages.push(weak);
  }

  close(): void {
    this.database?.close();
  }

  async execute(takenOver: boolean): Promise<RunReport> {
    const { store, paths, catalogue, salt } = this.options;
    const ledger = await LandingLedger.open(store, paths, { runId: this.runId, engine: engineName });
    if (takenOver) await this.cleanUp();
    const record = catalogueEvent(catalogue, saltFingerprint(salt));
    const change = compareCatalogues(ledger.state.catalogue, record);
    refuseChange(change, this.options.rebuild === true || ledger.state.rebuilding);
    await this.followCatalogue(ledger, change, record);
    await this.landDrop(ledger);
    await this.writeMetadata();
    await this.processPending(ledger);
    // Also without new units: an earlier run may have stopped before it came to this.
    if (this.options.digitalEngagement !== false && hasActivity(ledger)) await followEngagement(await this.engine());
    const tables = this.context === undefined ? [] : await tableFlows(this.context, this.units, ledger.state);
    const head = {
      runId: this.runId,
      startedAt: this.startedAt.toISOString(),
      finishedAt: this.now().toISOString(),
      engine: engineName,
      workspace: paths.workspace,
      version: paths.version,
      profile: catalogue.profile,
      catalogue: catalogue.fingerprint,
      timeZone: this.options.timeZone ?? 'UTC',
      saltFingerprint: record.saltFingerprint,
    };
    return runReport(head, this.units, tables, this.messages);
  }

  private async cleanUp(): Promise<void> {
    const { store, paths, catalogue } = this.options;
    const { connections } = await this.engine();
    const names = catalogue.tables.map(({ name }) => name);
    const removed = await removeUncommitted(store, paths, names, connections[0]);
    this.isClean = true;
    const message = `The last run stopped in the middle; ${removed} files that it had not committed were removed.`;
    this.messages.push({ severity: 'information', code: 'RECOVERED', message, counts: { removed } });
  }

  /** Records the catalogue, extends schemas, or makes Refined anew. A rebuild that was interrupted goes on. */
  private async followCatalogue(
    ledger: LandingLedger,
    change: CatalogueChange,
    record: ReturnType<typeof catalogueEvent>,
  ): Promise<void> {
    const state = ledger.state;
    const mustRebuild = state.rebuilding || (change.kind !== 'first' && this.options.rebuild === true);
    if (mustRebuild) {
      const { fingerprint } = record;
      if (!state.rebuilding) await ledger.append([{ event: 'rebuild', state: 'started', fingerprint }], this.now());
      const context = await this.engine();
      await rebuildRefined(context, state);
      const names = this.options.catalogue.tables.map(({ name }) => name);
      await extendTables(context, names);
      await ledger.append([record, { event: 'rebuild', state: 'finished', fingerprint }], this.now());
      this.units.push({ unit: 'rebuild', rundate: context.startedAt, status: 'processed', batches: 0, outcomes: [] });
    } else if (change.kind === 'extended') {
      await extendTables(await this.engine(), change.tables);
      await ledger.append([record], this.now());
    } else if (change.kind === 'first' || change.kind === 'rules') {
      await ledger.append([record], this.now());
    }
  }

  private async landDrop(ledger: LandingLedger): Promise<void> {
    const { drop } = this.options;
    if (drop === undefined) return;
    const landed = await landDrop({ ...this.options, drop, now: this.now, progress: this.progress }, ledger);
    this.messages.push(...landed.messages);
    for (const { unit, rundate } of landed.waiting) this.report({ unit, rundate, batches: [] }, 'waiting');
    for (const { unit: name, rundate } of landed.units) {
      const unit = findUnit(ledger, name, rundate);
      if (unit?.status === 'superseded') this.report(unit, 'superseded');
    }
  }

  private async processPending(ledger: LandingLedger): Promise<void> {
    let isHeld = false;
    let hasFailed = false;
    const replaced = redelivered(pendingUnits(ledger.state));
    if (replaced.length > 0) await ledger.append(replaced, this.now());
    for (const { unit, rundate } of replaced) this.report({ unit, rundate, batches: [] }, 'superseded');
    const pending = pendingUnits(ledger.state);
    const ordered = pending.length < 2 ? pending : await begunFirst(await this.engine(), pending);
    const stopped: LedgerUnit[] = [];
    for (const { unit: name, rundate } of ordered) {
      const unit = findUnit(ledger, name, rundate);
      if (unit === undefined || !['pending', 'failed', 'held'].includes(unit.status)) continue;
      const isRoster = unit.kind !== 'additive';
      const newest = newestRosterRundate(ledger.state);
      if (isRoster && newest !== undefined && unit.rundate < newest) {
        await ledger.append([{ event: 'superseded', unit: name, rundate, by: newest }], this.now());
        this.report(unit, 'superseded');
        continue;
      }
      if (isRoster && (isHeld || (hasFailed && unit.kind !== 'snapshot'))) {
        const what = isHeld ? 'is held' : 'failed';
        const message = `An earlier roster unit ${what}; this one waits for it.`;
        this.messages.push({ severity: 'warning', code: isHeld ? 'ROW5' : 'ROW6', message, file: name });
        this.report(unit, 'waiting');
        continue;
      }
      const context = await this.engine();
      const renumbered = await renumber(context, unit, ledger.state.nextBatch);
      if (renumbered.length > 0) await ledger.append(renumbered, this.now());
      const current = findUnit(ledger, name, rundate) ?? unit;
      const result = await processUnit(context, ledger.state, current);
      if (result.status === 'processed') {
        const events: LedgerEvent[] = [{ event: 'processed', unit: name, rundate, tables: result.outcomes }];
        if (unit.kind === 'snapshot') events.push(...supersededBy(ledger, unit));
        await ledger.append(events, this.now());
        if (unit.kind === 'snapshot') hasFailed = false;
        this.report(unit, 'processed', result.outcomes);
      } else {
        isHeld ||= isRoster && result.status === 'held';
        hasFailed ||= isRoster;
        if (unit.status !== result.status || JSON.stringify(unit.findings) !== JSON.stringify(result.findings)) {
          await ledger.append([{ event: result.status, unit: name, rundate, findings: result.findings }], this.now());
        }
        stopped.push(unit);
        this.report(unit, result.status);
      }
    }
    for (const { unit, rundate } of stopped) this.reportFindings(findUnit(ledger, unit, rundate));
  }

  /** The metadata.csv that the lake was built with lies beside the ingested tables (ACCESS7). */
  private async writeMetadata(): Promise<void> {
    const { store, paths, catalogue } = this.options;
    const bytes = Buffer.from(catalogue.metadataText);
    const present = (await store.stat(paths.metadata)) === undefined ? undefined : await store.read(paths.metadata);
    if (present === undefined || !present.equals(bytes)) await store.write(paths.metadata, bytes);
  }

  private report(
    unit: Pick<LedgerUnit, 'unit' | 'rundate' | 'batches'>,
    status: UnitReport['status'],
    outcomes: UnitReport['outcomes'] = [],
  ): void {
    this.units.push({ unit: unit.unit, rundate: unit.rundate, status, batches: unit.batches.length, outcomes });
  }

  /** Why a unit stopped. One that a later snapshot of the same run replaced needs nobody's attention any more (ROW6). */
  private reportFindings(unit: LedgerUnit | undefined): void {
    if (unit === undefined) return;
    const isSuperseded = unit.status === 'superseded';
    const severity = isSuperseded ? 'warning' : 'error';
    this.messages.push(...unit.findings.map((finding) => findingMessage(finding, unit.rundate, severity)));
    const index = this.units.findIndex((one) => one.unit === unit.unit && one.rundate === unit.rundate);
    const reported = this.units[index];
    if (isSuperseded && reported !== undefined) this.units[index] = { ...reported, status: 'superseded' };
  }

  private readonly progress = (text: string): void => this.options.progress?.(text);

  /** The database starts with the first thing that needs it: a run with nothing to do starts none. */
  private async engine(): Promise<EngineContext> {
    if (this.context === undefined) {
      const { store, paths, catalogue, settings, salt, threads } = this.options;
      const staging = await store.stagingFolder();
      const database = { temporaryFolder: staging, ...(threads === undefined ? {} : { threads }) };
      this.database = await openDatabase(database);
      await this.database.setSalt(salt);
      this.context = {
        store,
        paths,
        catalogue,
        settings,
        connections: this.database.connections,
        staging,
        runId: this.runId,
        startedAt: formatRundate(this.startedAt),
        engine: engineName,
        commits: [],
        messages: this.messages,
        progress: this.progress,
      };
    }
    return this.context;
  }
}
