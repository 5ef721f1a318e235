/** Batch folders of stage 1; the word before `_batch_data` (upstream contract, "Paths"). */
export type LandedKind = 'snapshot' | 'additive' | 'delta' | 'delete';

export type RefinedZone = 'general' | 'sensitive';

/** What a share or a test drop delivers, never changed by us; of every workspace. */
export const preLandingFolder = 'oea/pre_landing';
/** Where a share puts what it delivers, and `insights upload` an export; a directory each. */
export const deliveredFolder = `${preLandingFolder}/data_shares`;
/** Committed sets that the operation LoadTestData brings; a folder each. */
export const testDropsFolder = `${preLandingFolder}/test_data`;

/** Where landing looks for what the share of a directory delivers. */
export function shareFolder(directory: string): string {
  return `${deliveredFolder}/${directory}`;
}

/** Where landing looks for a committed set. */
export function testDropFolder(set: string): string {
  return `${testDropsFolder}/${set}`;
}

/** A place of the lake as storage is asked for it. */
export function inContainer(place: string): { readonly container: string; readonly path: string } {
  const [container = '', ...rest] = place.split('/');
  return { container, path: rest.join('/') };
}

/** Reports of every workspace. */
export const reportsFolder = 'oea/reports';

/** Workspaces that are nobody's published data: `dev` and all sandboxes. */
export const workbenchFolders = ['oea/dev', 'oea/sandboxes'] as const;

/**
 * Every place in a lake, as `<container>/<path>` (design.md §4). The only module that spells a lake path.
 * `prod` uses the stage containers, `dev` uses `oea/dev`, any other workspace is a sandbox.
 */
export class LakePaths {
  constructor(
    readonly workspace: string,
    /** Data version without the `v`, such as `1.14`. */
    readonly version: string,
  ) {}

  stage(number: 1 | 2 | 3): string {
    if (this.workspace === 'prod') return `stage${number}`;
    const [dev, sandboxes] = workbenchFolders;
    const base = this.workspace === 'dev' ? dev : `${sandboxes}/${this.workspace}`;
    return `${base}/stage${number}`;
  }

  /** `M365/v1.14`: the data set's folder inside a stage. */
  get dataset(): string {
    return `M365/v${this.version}`;
  }

  landedTable(table: string): string {
    return `${this.stage(1)}/Transactional/${this.dataset}/${table}`;
  }

  /** @param rundate `yyyy-MM-dd HH:mm:ss`, UTC. */
  landedBatch(table: string, kind: LandedKind, rundate: string): string {
    return `${this.landedTable(table)}/${kind}_batch_data/rundate=${rundate}`;
  }

  get ingestedFolder(): string {
    return `${this.stage(2)}/Ingested/${this.dataset}`;
  }

  ingested(table: string): string {
    return `${this.ingestedFolder}/${table}`;
  }

  /** The catalogue's metadata.csv that the lake was built with, beside the ingested tables (ACCESS7). */
  get metadata(): string {
    return `${this.ingestedFolder}/metadata.csv`;
  }

  /** In stage 2, because retention deletes from stage 1 by age and landing is decided by the ledger (ROW1). */
  get landingLedger(): string {
    return `${this.ingestedFolder}/_landing`;
  }

  /** Tombstones of erased persons, of all data versions: taking one version out of the workspace leaves them (ERASE1). */
  get erasureFolder(): string {
    return `${this.stage(2)}/Ingested/M365/_erasure`;
  }

  /** Where a rekey keeps what is in no landed file any more, until Refined is made anew (ERASE4). */
  get rekeyFolder(): string {
    return `${this.ingestedFolder}/_rekey`;
  }

  /** Held by a rekey of the workspace, whose versions it locks one after the other: of all data versions, as tombstones are. */
  get rekeyLock(): string {
    return `${this.stage(2)}/Ingested/M365/_rekey/lock.json`;
  }

  get lock(): string {
    return `${this.landingLedger}/lock.json`;
  }

  get correctedFolder(): string {
    return `${this.stage(2)}/Ingested_Corrected/${this.dataset}`;
  }

  corrected(table: string): string {
    return `${this.correctedFolder}/${table}`;
  }

  get rejectedFolder(): string {
    return `${this.stage(2)}/Rejected/${this.dataset}`;
  }

  rejected(table: string): string {
    return `${this.rejectedFolder}/${table}`;
  }

  refinedFolder(zone: RefinedZone): string {
    return `${this.stage(2)}/Refined/${this.dataset}/${zone}`;
  }

  general(table: string): string {
    return `${this.refinedFolder('general')}/${table}`;
  }

  lookup(table: string): string {
    return `${this.refinedFolder('sensitive')}/${table}_lookup`;
  }

  /** Digital Engagement, OEA's table of stage 3; one for all data versions of the workspace, as upstream has it. */
  get engagementFolder(): string {
    return `${this.stage(3)}/digital_engagement/v0.1`;
  }

  get engagementEvents(): string {
    return `${this.engagementFolder}/activity_events`;
  }

  runReport(runId: string): string {
    return `${reportsFolder}/${this.workspace}/runs/${runId}.json`;
  }

  erasureReport(runId: string): string {
    return `${reportsFolder}/${this.workspace}/erasure/${runId}.json`;
  }

  /** `extension` is `json`, `xml` (JUnit) or `html`. */
  verifyReport(runId: string, extension = 'json'): string {
    return `${reportsFolder}/${this.workspace}/verify/${runId}.${extension}`;
  }
}
