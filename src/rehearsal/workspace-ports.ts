import { loadCatalogue } from '../catalogue/load';
import type { Catalogue } from '../catalogue/model';
import { deployedNames } from '../contract/deployed-names';
import type { Environment } from '../contract/environment';
import { catalogueFolder } from '../contract/project-folders';
import type { EngineSettings } from '../engine/engine-context';
import { BlobStore } from '../lake/blob-store';
import type { LocalAzureParts } from '../local-azure/local-azure';
import { readSecretAs } from '../local-azure/identity-secret';
import { identityBlobs } from '../local-azure/storage/identity-blobs';
import type { WorkspacePlace } from '../local-azure/synapse/artifacts';
import { PipelineRunHost, publishedIn } from '../local-azure/synapse/pipeline-run-host';
import { SparkNotebooks, type SparkNotebooksOptions } from '../local-spark/spark-notebooks';
import type { PipelineClock } from '../pipelines/clock';
import type { NotebookRunner, PipelinePorts } from '../pipelines/ports';
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
  /** What notebooks run on. @default the embedded engine */
  readonly spark?: SessionPlace | undefined;
  readonly progress: (text: string) => void;
}

/** What a Spark session needs that is not the workspace's. */
export type SessionPlace = Pick<SparkNotebooksOptions, 'spark' | 'folder' | 'reached' | 'variables'>;

/** Puts something between the pipelines of a workspace and what they touch, such as a fault. */
export type PortsChange = (ports: PipelinePorts) => PipelinePorts;

/** Runs the published pipelines of an environment's workspace, as the workspace's own identity. */
export function runHostFor(parts: LocalAzureParts, rehearsed: RehearsedWorkspace): PipelineRunHost {
  const sessions: SparkNotebooks[] = [];
  const notebooksOf = (workspace: WorkspacePlace, store: BlobStore): NotebookRunner => {
    if (rehearsed.spark === undefined) return embeddedNotebooks(parts, workspace.id, store, rehearsed);
    const notebooks = sparkNotebooks(parts, workspace, rehearsed, rehearsed.spark);
    sessions.push(notebooks);
    return notebooks;
  };
  return new PipelineRunHost({
    world: parts.services.world,
    ...(rehearsed.clock === undefined ? {} : { clock: rehearsed.clock }),
    portsOf: (workspace) => {
      const { storageAccount } = deployedNames(rehearsed.environment);
      const store = new BlobStore(identityBlobs(parts, workspace.id, storageAccount));
      const notebooks = notebooksOf(workspace, store);
      const sql = new DuckDbSql({ store, folder: rehearsed.databases });
      return (rehearsed.changePorts ?? unchanged)({ lake: store, notebooks, sql, web: localWeb });
    },
    closed: async () => {
      for (const session of sessions) await session.close();
    },
  });
}

const unchanged: PortsChange = (ports) => ports;

function embeddedNotebooks(
  { services }: LocalAzureParts,
  workspaceId: string,
  store: BlobStore,
  { environment, projectRoot, catalogue, progress }: RehearsedWorkspace,
): NotebookRunner {
  const { keyVault } = deployedNames(environment);
  return new EmbeddedNotebooks({
    store,
    catalogue: catalogue ?? loadCatalogue(environment.lake.profile, { folder: catalogueFolder(projectRoot) }),
    settings: engineSettings(environment),
    salt: async (secretName) => readSecretAs(services, workspaceId, keyVault, secretName),
    timeZone: environment.lake.timeZone,
    progress,
  });
}

function sparkNotebooks(
  { services }: LocalAzureParts,
  workspace: WorkspacePlace,
  { environment, projectRoot, progress }: RehearsedWorkspace,
  place: SessionPlace,
): SparkNotebooks {
  const { storageAccount } = deployedNames(environment);
  const artifacts = publishedIn(services.world, workspace.name);
  return new SparkNotebooks({ ...place, projectRoot, services, workspace, storageAccount, artifacts, progress });
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
