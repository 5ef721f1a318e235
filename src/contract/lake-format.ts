// What every engine that writes a lake must agree on beside the tables themselves: docs/lake-format.md, schemas/*.schema.json.
import type { ErasedFile } from './erasure';
import type { LandedKind } from './lake-paths';

/** Why a row is in Rejected; the first that applies, in this order (ROW10). */
export const rejectReasons = [
  'unclosed_quote',
  'encoding',
  'width',
  'header_row',
  'cast',
  'key_empty',
  'required_empty',
  'row_check',
  'key_conflict',
] as const;

export type RejectReason = (typeof rejectReasons)[number];

export type RejectCounts = Partial<Record<RejectReason, number>>;

/** Folder names of the stages that hold Delta tables; also the second part of a `txn` appId. */
export type LakeStageName =
  | 'Ingested'
  | 'Ingested_Corrected'
  | 'Rejected'
  | 'general'
  | 'sensitive'
  /** Stage 3; of activity only. */
  | 'digital_engagement';

/** The two stages of Refined. */
export type RefinedStage = Extract<LakeStageName, 'general' | 'sensitive'>;

/** `AadUser/Ingested`: with the batch number as version it makes a replayed batch a no-op by protocol. */
export function transactionAppId(table: string, stage: LakeStageName): string {
  return `${table}/${stage}`;
}

// --- The landing ledger: _landing/<20 digits>.json, entries created by put-if-absent, never changed ---------------

export interface LedgerEntry {
  readonly format: 1;
  /** Equal to the file name; consecutive from 0. */
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly runId: string;
  readonly engine: string;
  /** All events of an entry take effect together. */
  readonly events: readonly LedgerEvent[];
}

export interface LandedFile {
  /** Path below `M365/` in the drop. */
  readonly delivered: string;
  /** Lake path of the copy in stage 1. */
  readonly landed: string;
  readonly bytes: number;
  /** Of the delivered bytes, lower-case hex. */
  readonly sha256: string;
  /** Modification time of the delivered file, ISO 8601: same size and time = not read again. */
  readonly modified: string;
}

/** One table of one unit has landed. `unit` is the delivered folder (roster) or file (activity) below `M365/`. */
export interface LandedEvent {
  readonly event: 'landed';
  /** Ascending over the whole lake; the `txn` version of every commit made for this batch. */
  readonly batch: number;
  readonly unit: string;
  readonly table: string;
  readonly kind: LandedKind;
  /** `yyyy-MM-dd HH:mm:ss`, UTC. */
  readonly rundate: string;
  readonly files: readonly LandedFile[];
  /** SHA-256 over the sorted hashes of the files: equal = the same delivered content. */
  readonly contentHash: string;
}

export interface BatchOutcome {
  readonly table: string;
  readonly batch: number;
  /** `unchanged`: same content as the table's current snapshot, so no table was written. */
  readonly outcome: 'written' | 'unchanged';
  /** Records in the landed files, header rows and rejected rows included. */
  readonly landed: number;
  /** Why records could not be read at all (`unclosed_quote`, `encoding`, `width`) and why rows were refused later. */
  readonly rejected: RejectCounts;
  readonly duplicates: number;
}

/** Facts about a unit that stopped; numbers and names, never cells (ROW13). */
export interface UnitFinding {
  readonly table: string;
  /** Error code of the catalogue of errors. */
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: string;
  readonly counts?: Readonly<Record<string, number>>;
}

/** What the lake was built with. A later run with other columns, treatments, keys or another salt is compared to it. */
export interface CatalogueEvent {
  readonly event: 'catalogue';
  readonly profile: string;
  readonly fingerprint: string;
  /** HMAC of a constant under the salt; never the salt (design.md §5). */
  readonly saltFingerprint: string;
  /** Per table: columns as `[name, type, treatment]` in order, the key, and what happens to rows that left. */
  readonly tables: Readonly<Record<string, CatalogueTableShape>>;
}

export interface CatalogueTableShape {
  readonly columns: readonly (readonly [name: string, type: string, treatment: string])[];
  readonly key: readonly string[];
  readonly whenGone: 'remove' | 'keep';
}

/** Column names in delivered order, by table. */
export type OwnColumns = Readonly<Record<string, readonly string[]>>;

export type LedgerEvent =
  | LandedEvent
  | CatalogueEvent
  /** What the drop itself says of a unit's tables (ROW7): kept, so that a run without the drop decides the same. */
  | { readonly event: 'described'; readonly unit: string; readonly rundate: string; readonly columns: OwnColumns }
  /** The unit went through every stage. */
  | {
      readonly event: 'processed';
      readonly unit: string;
      readonly rundate: string;
      readonly tables: readonly BatchOutcome[];
    }
  /** The unit stopped before Refined; it is tried again by each run until it passes, is superseded or quarantined. */
  | {
      readonly event: 'failed';
      readonly unit: string;
      readonly rundate: string;
      readonly findings: readonly UnitFinding[];
    }
  /** A snapshot empties a table or removes too many keys (ROW5): waits for `confirmed`. */
  | {
      readonly event: 'held';
      readonly unit: string;
      readonly rundate: string;
      readonly findings: readonly UnitFinding[];
    }
  | { readonly event: 'confirmed'; readonly rundate: string }
  | { readonly event: 'quarantined'; readonly rundate: string; readonly reason: string }
  /** Older than what is ingested (ROW4), or a failed one that a newer good snapshot replaced (ROW6). */
  | { readonly event: 'superseded'; readonly unit: string; readonly rundate: string; readonly by: string }
  /** A batch that is tried after later ones of its table were committed gets a new number, so that `txn` lets it pass. */
  | { readonly event: 'renumbered'; readonly from: number; readonly to: number }
  /** Rows of erased persons were left out of landed files, at landing or later; the delivered hash stays (ERASE2). */
  | { readonly event: 'erased'; readonly files: readonly ErasedFile[] }
  /** `--rebuild`: between the two, Refined is incomplete and every run continues the rebuild. */
  | { readonly event: 'rebuild'; readonly state: 'started' | 'finished'; readonly fingerprint: string };

// --- The ledger in each Delta commit: commitInfo.userMetadata, JSON --------------------------------------------------

/**
 * in = written + duplicates + all of rejected (+ applied, for delete batches);
 * total after = total before + written - superseded - removed.
 */
export interface CommitRows {
  /** Rows that this batch offered to this stage. */
  readonly in: number;
  readonly written: number;
  /** Same key and same content as a row that stays (in this batch, or already in the table). */
  readonly duplicates: number;
  readonly rejected: RejectCounts;
  /** Rows of earlier batches that this commit replaced: the former snapshot, or older arrivals of a key. */
  readonly superseded: number;
  /** Rows of a delete batch. Each removes the row with its key, if there is one. */
  readonly applied: number;
  /** Rows that a delete batch or an erasure took out of the table. */
  readonly removed: number;
  /** Refined only: rows in the table that are no longer in the source and are kept (ROW15). */
  readonly kept: number;
  /** Rows in the table after this commit. */
  readonly total: number;
}

export interface CommitLedger {
  readonly format: 1;
  readonly engine: string;
  readonly runId: string;
  readonly table: string;
  readonly stage: LakeStageName;
  readonly batch: number;
  readonly rundate: string;
  /** `catalogue`: schema or settings only; `rebuild`: written anew from Corrected; `erasure`: rows taken out (ERASE1). */
  readonly kind: LandedKind | 'catalogue' | 'rebuild' | 'erasure';
  readonly rows: CommitRows;
  /** Rejected and `erasure` only: what was taken out, by batch and reason. */
  readonly erased?: readonly { readonly batch: number; readonly rejected: RejectCounts }[];
  /** Corrected only: the column of each delivered cell, in file order, as settled for this batch (ROW7). */
  readonly columns?: readonly string[];
  /** Fingerprint of the catalogue in force. */
  readonly catalogue: string;
  readonly profile: string;
}

// --- Reports ---------------------------------------------------------------------------------------------------------

export interface ReportMessage {
  readonly severity: 'error' | 'warning' | 'information';
  /** Error code, or a rule such as `ROW7`, or a check's name. */
  readonly code: string;
  readonly message: string;
  readonly table?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: string;
  readonly counts?: Readonly<Record<string, number>>;
}

/** Rows of one table through the stages, as this run saw them. */
export interface TableFlow {
  readonly table: string;
  readonly landed: number;
  readonly ingested: number;
  readonly corrected: number;
  readonly duplicates: number;
  readonly superseded: number;
  readonly rejected: RejectCounts;
  /** Rows in Refined/general after the run; `null` when the table is not there yet. */
  readonly general: number | null;
  /** Rows in the lookup after the run; `null` when the table has none. */
  readonly sensitive: number | null;
  readonly kept: number;
  /** Rows of erased persons left out of landed files (ERASE2): delivered = landed + erased. Absent where there are none. */
  readonly erased?: number;
}

export type UnitStatus = 'processed' | 'failed' | 'held' | 'waiting' | 'superseded' | 'quarantined';

/** One run, all attempts of it together. */
export interface RunReport {
  readonly format: 1;
  readonly report: 'run';
  readonly runId: string;
  /** How often it was tried. Absent where once was enough. */
  readonly attempts?: number;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly engine: string;
  readonly workspace: string;
  readonly version: string;
  readonly profile: string;
  readonly catalogue: string;
  /** IANA time zone in which day, week and hour are to be computed (ROW16). */
  readonly timeZone: string;
  readonly saltFingerprint: string;
  /** `failed` when any unit of this run failed or is held. */
  readonly outcome: 'succeeded' | 'nothing to do' | 'failed';
  readonly units: readonly {
    readonly unit: string;
    readonly rundate: string;
    readonly status: UnitStatus;
    readonly batches: number;
  }[];
  readonly tables: readonly TableFlow[];
  readonly messages: readonly ReportMessage[];
}

export interface VerificationCheck {
  /** Stable name such as `ledger adds up`. */
  readonly check: string;
  /** Rules it proves, such as `ROW14`. */
  readonly rules: readonly string[];
  readonly status: 'passed' | 'failed' | 'warned' | 'skipped';
  /** How many things were looked at: a check that looked at nothing did not pass. */
  readonly examined: number;
  readonly findings: readonly ReportMessage[];
}

export interface VerificationReport {
  readonly format: 1;
  readonly report: 'verification';
  readonly runId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly workspace: string;
  readonly version: string;
  readonly profile: string;
  readonly catalogue: string;
  /** Null without a salt: pseudonyms are then checked against the lookups only. */
  readonly saltFingerprint: string | null;
  readonly outcome: 'passed' | 'failed';
  readonly tables: readonly TableFlow[];
  /** Newest rundate per table, or null where none was processed. */
  readonly freshness: Readonly<Record<string, string | null>>;
  readonly checks: readonly VerificationCheck[];
}
