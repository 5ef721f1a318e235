import { join } from 'node:path';
import { loadCatalogue } from '../catalogue/load';
import type { Catalogue } from '../catalogue/model';
import { deployedNames } from '../contract/deployed-names';
import type { Environment } from '../contract/environment';
import type { EngineSettings } from '../engine/engine-context';
import { BlobStore } from '../lake/blob-store';
import type { LocalAzureParts } from '../local-azure/local-azure';
import { readSecretAs } from '../local-azure/resource-identity';
import { identityBlobs } from '../local-azure/storage/identity-blobs';
import { PipelineRunHost } from '../local-azure/synapse/pipeline-run-host';
import type { PipelineClock } from '../pipelines/clock';
import type { PipelinePorts } from '../pipelines/ports';
import { DuckDbSql } from '../pipelines/ports/duckdb-sql';
import { EmbeddedNotebooks } from '../pipelines/ports/embedded-notebooks';
import { localWeb } from '../pipelines/ports/local-web';

export interface RehearsedWorkspace {
  readonly environment: Environment;
  readonly projectRoot: string;
  /** Where the SQL databases are kept. */
  readonly databases: string;
  /** @default that of the environment's profile, whole */
  readonly catalogue?: Catalogue | undefined;
  /** @default nothing is put between */
  readonly changePorts?: PortsChange | undefined;
  /** Of pipelines and their waits. @default the machine's */
  readonly clock?: PipelineClock | undefined;
  readonly progress: (text: string) => void;
}

/** Puts something between the pipelines of a workspace and what they touch, such as a fault. */
export type PortsChange = (ports: PipelinePorts) => PipelinePorts;

/** Runs the published pipelines of an environment's workspace on the embedded engine, as the workspace's own identity. */
export function runHostFor(parts: LocalAzureParts, rehearsed: RehearsedWorkspace): PipelineRunHost {
  return new PipelineRunHost({
    world: parts.services.world,
    ...(rehearsed.clock === undefined ? {} : { clock: rehearsed.clock }),
    portsOf: ({ id }) => (rehearsed.changePorts ?? unchanged)(portsOf(parts, id, rehearsed)),
  });
}

const unchanged: PortsChange = (ports) => ports;

function portsOf(
  parts: LocalAzureParts,
  workspaceId: string,
  { environment, projectRoot, databases, catalogue, progress }: RehearsedWorkspace,
): PipelinePorts {
  const { storageAccount, keyVault } = deployedNames(environment);
  const store = new BlobStore(identityBlobs(parts, workspaceId, storageAccount));
  const notebooks = new EmbeddedNotebooks({
    store,
    catalogue:
      catalogue ?? loadCatalogue(environment.lake.profile, { folder: join(projectRoot, 'assets', 'catalogue') }),
    settings: engineSettings(environment),
    salt: async (secretName) => readSecretAs(parts.services, workspaceId, keyVault, secretName),
    timeZone: environment.lake.timeZone,
    progress,
  });
  return { lake: store, notebooks, sql: new DuckDbSql({ store, folder: databases }), web: localWeb };
}

/** Test drops do not settle (ROW3); everything else is the environment's. */
export function engineSettings({ lake, testData }: Environment): EngineSettings {
  const { heldThreshold, rejectThreshold, columnOrder, requiredTables, settleMinutes } = lake;
  return {
    heldShare: heldThreshold.removedKeysPercent / 100,
    rejectShare: rejectThreshold.percent / 100,
    rejectRows: rejectThreshold.rows,
    columnOrder,
    ...(requiredTables === undefined ? {} : { requiredTables }),
    settleMinutes: testData === 'none' ? settleMinutes : 0,
  };
}
