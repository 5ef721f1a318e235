import { Construct } from 'constructs';
import {
  deliveredFolder,
  LakePaths,
  preLandingFolder,
  reportsFolder,
  testDropsFolder,
  workbenchFolders,
} from '../../src/contract/lake-paths';
import type { ILakeStage } from './lake-stage';
import { LakeZone, type ILakeZone } from './lake-zone';

/** The folders of a lake that somebody gets rights on; of the workspace `prod`, where a workspace is meant. */
export interface ILakeZones {
  /** Pseudonymised tables. */
  readonly refinedGeneral: ILakeZone;
  /** Lookups from pseudonyms to people. */
  readonly refinedSensitive: ILakeZone;
  /** What was delivered, with all names. */
  readonly preLanding: ILakeZone;
  /** What a share delivers, or who has none uploads; all names. */
  readonly deliveredShares: ILakeZone;
  /** Invented data that the deployment loads. */
  readonly testDrops: ILakeZone;
  /** Reports of runs and verifications, without personal data. */
  readonly reports: ILakeZone;
  /** The whole workspace `dev`, raw data included. */
  readonly dev: ILakeZone;
  /** All sandboxes, raw data included. */
  readonly sandboxes: ILakeZone;
}

/** What a lake of ours and one that was there before have in common: the zones, each made when it is first asked for. */
export abstract class ZonedLake extends Construct implements ILakeZones {
  abstract readonly oea: ILakeStage;
  abstract readonly stage2: ILakeStage;
  private readonly published: LakePaths;

  /** @param dataVersion such as `1.14`. */
  constructor(scope: Construct, id: string, dataVersion: string) {
    super(scope, id);
    this.published = new LakePaths('prod', dataVersion);
  }

  get refinedGeneral(): ILakeZone {
    return this.zone('refinedGeneral', this.stage2, this.published.refinedFolder('general'));
  }

  get refinedSensitive(): ILakeZone {
    return this.zone('refinedSensitive', this.stage2, this.published.refinedFolder('sensitive'));
  }

  get preLanding(): ILakeZone {
    return this.zone('preLanding', this.oea, preLandingFolder);
  }

  get deliveredShares(): ILakeZone {
    return this.zone('deliveredShares', this.oea, deliveredFolder);
  }

  get testDrops(): ILakeZone {
    return this.zone('testDrops', this.oea, testDropsFolder);
  }

  get reports(): ILakeZone {
    return this.zone('reports', this.oea, reportsFolder);
  }

  get dev(): ILakeZone {
    return this.zone('dev', this.oea, workbenchFolders[0]);
  }

  get sandboxes(): ILakeZone {
    return this.zone('sandboxes', this.oea, workbenchFolders[1]);
  }

  /** @param path as `LakePaths` gives it, container first. */
  private zone(id: string, stage: ILakeStage, path: string): ILakeZone {
    const made = this.node.tryFindChild(id);
    if (made !== undefined) return made as LakeZone;
    return new LakeZone(this, id, { stage, folder: path.slice(path.indexOf('/') + 1) });
  }
}
