import { join } from 'node:path';
import { inContainer, LakePaths, shareFolder } from '../../contract/lake-paths';
import { saltName } from '../../contract/salt';
import { openDatabase } from '../../engine/database';
import { processDrop } from '../../engine/process';
import { FolderStore } from '../../lake/folder-store';
import { makeTemporary, removeTemporary } from '../../lake/temporary-folder';
import { BlobDrop } from '../../operations/blob-drop';
import { uploadDrop } from '../../operations/upload-drop';
import type { FaultRule } from '../../local-azure/faults';
import type { LoggedRequest } from '../../local-azure/gateway';
import { VaultStore } from '../../local-azure/vault-store';
import type { DropMap } from '../../test-data/drop-map';
import { writeDropMap } from '../../test-data/drop-map';
import { verifyLake } from '../../verify/verify-lake';
import { summariseLake, type LakeSummary } from '../lake-summary';
import { withRehearsedLake } from '../rehearsed-lake';
import { engineSettings } from '../workspace-ports';
import type { FaultBench } from './bench';
import { faultTables } from './fault-drop';

/** The salt of every stage: pseudonyms of all must be the same. Nobody's: it is only in the memory of a local Azure. */
const salt = 'the salt of all stages of the fault library';

/** ARM id of the workspace of all stages. */
export function workspaceIdOf({ azure, names }: FaultBench): string {
  const { subscriptionId } = azure.services.world.settings;
  return `/subscriptions/${subscriptionId}/resourceGroups/${names.resourceGroup}/providers/Microsoft.Synapse/workspaces/${names.synapseWorkspace}`;
}

/** The surroundings of one scenario: a workspace, a share's directory, a lake of its own in the environment of all. */
export class FaultStage {
  /** Deliveries, oldest first: the lake must have the rows of all of them in the end. */
  private readonly delivered: DropMap[] = [];
  private readonly ends: (() => void)[] = [];
  private readonly earlierRequests: number;
  private readonly goingOn: Promise<unknown>[] = [];
  private strikes = 0;

  constructor(
    readonly bench: FaultBench,
    readonly workspace: string,
  ) {
    const { profile } = bench.rehearsal.environment.lake;
    this.earlierRequests = bench.azure.requests.length;
    const vault = new VaultStore(bench.azure.services.world);
    this.saltName = saltName(workspace, profile);
    if (vault.get(bench.names.keyVault, this.saltName) === undefined) {
      vault.set(bench.names.keyVault, this.saltName, salt);
    }
  }

  /** Name of the secret with this workspace's salt. */
  readonly saltName: string;

  get paths(): LakePaths {
    return new LakePaths(this.workspace, this.bench.rehearsal.environment.dataVersion);
  }

  /** Directory of this stage's share below `oea/pre_landing/data_shares`. */
  get directory(): string {
    return `faults-${this.workspace}`;
  }

  get developmentHost(): string {
    return `${this.bench.names.synapseWorkspace}.dev.azuresynapse.net`;
  }

  get blobEndpoint(): string {
    return `https://${this.bench.names.storageAccount}.blob.core.windows.net`;
  }

  /** Switches faults on. */
  break(...rules: readonly FaultRule[]): void {
    for (const rule of rules) this.bench.azure.faults.add(rule);
  }

  /** Notes that a fault which is no rule, such as a notebook that fails, has happened. */
  strike(): void {
    this.strikes += 1;
  }

  /** Whether anything went wrong, and every rule has hit at least once. */
  get haveHit(): boolean {
    const { hits } = this.bench.azure.faults;
    return hits.length + this.strikes > 0 && hits.every((count) => count > 0);
  }

  /** Requests of clients since this stage was made. */
  get requests(): readonly LoggedRequest[] {
    return this.bench.azure.requests.slice(this.earlierRequests);
  }

  /** What ends a fault that does not end by itself; called once. */
  mendLater(end: () => void): void {
    this.ends.push(end);
  }

  /**
   * Notes work that may go on when what was done has ended, such as the session of a cancelled run. If it fails while nobody
   * awaits it, that ends nothing: whoever awaits it later hears of it, and what it did not do is missing in the lake.
   */
  outlives<Result>(work: Promise<Result>): Promise<Result> {
    this.goingOn.push(work.catch(() => undefined));
    return work;
  }

  /** Waits until nothing goes on any more. */
  async settled(): Promise<void> {
    await Promise.all(this.goingOn.splice(0));
  }

  /** Ends all faults. */
  heal(): void {
    this.bench.azure.faults.clear();
    this.ends.splice(0).forEach((end) => end());
    delete this.bench.portFaults.skewMilliseconds;
    delete this.bench.portFaults.notebook;
    delete this.bench.portFaults.sql;
  }

  /** What the share delivers, file by file, as its service writes it. */
  async deliver(drop: DropMap, counts = true): Promise<void> {
    if (counts) this.delivered.push(drop);
    const { emulator } = this.bench.azure;
    for (const [path, bytes] of drop) {
      await emulator.write(this.bench.names.storageAccount, 'oea', `${this.shareFolder}/${path}`, bytes);
    }
  }

  /** Notes a delivery that somebody else writes. */
  expect(drop: DropMap): void {
    this.delivered.push(drop);
  }

  get shareFolder(): string {
    return inContainer(shareFolder(this.directory)).path;
  }

  /** `insights upload` of the drop. */
  async upload(): Promise<void> {
    const folder = makeTemporary();
    const store = new FolderStore(folder, { durable: false });
    try {
      await writeDropMap(this.bench.drop, folder);
      await uploadDrop(
        { drop: store, tables: new Set(faultTables), requiredTables: faultTables, replace: false, dryRun: false },
        {
          place: new BlobDrop(this.bench.clients.blobs(this.blobEndpoint), this.directory),
          check: async () => [],
          progress: this.bench.request.progress,
        },
      );
    } finally {
      await store.close();
      removeTemporary(folder);
    }
  }

  /** The whole pipeline on what was delivered, as the deployment's own operation runs it. */
  async run(more: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.bench.operation('run-pipeline', {
      workspaceName: this.bench.names.synapseWorkspace,
      developmentEndpoint: `https://${this.developmentHost}`,
      pipelineName: '0_main_insights',
      parameters: {
        workspace: this.workspace,
        version: this.paths.version,
        run_k12_or_hed_test_data: '',
        dataShareDirectory: this.directory,
        ...more,
      },
      timeoutMinutes: 5,
      contentHash: this.workspace,
      onInterrupt: 'cancel',
    });
  }

  /** What must be in the lake in the end: the deliveries one after the other, processed where nothing goes wrong. */
  wanted(): Promise<LakeSummary> {
    const { bench } = this;
    const isUsual = this.delivered.every((drop) => drop === bench.drop);
    // The same for most: every stage has the same salt.
    return isUsual ? (bench.usual ??= this.process([bench.drop])) : this.process(this.delivered);
  }

  private async process(drops: readonly DropMap[]): Promise<LakeSummary> {
    const folder = makeTemporary();
    const { bench, paths } = this;
    const { catalogue } = bench;
    const store = new FolderStore(join(folder, 'lake'), { durable: false });
    const settings = engineSettings(bench.rehearsal.environment);
    const database = await openDatabase();
    try {
      for (const drop of drops) {
        await writeDropMap(drop, join(folder, 'drop'));
        const source = { store: new FolderStore(join(folder, 'drop'), { durable: false }), prefix: '' };
        await processDrop({ drop: source, store, paths, catalogue, salt, settings });
      }
      return await summariseLake({ store, paths, catalogue, connection: database.connections[0] });
    } finally {
      database.close();
      await store.close();
      removeTemporary(folder);
    }
  }

  /** What is in the lake, and which checks of `insights verify` fail on it. */
  async found(): Promise<{ readonly summary: LakeSummary; readonly failedChecks: readonly string[] }> {
    return withRehearsedLake(
      { ...this.bench.rehearsal, catalogue: this.bench.catalogue },
      this.bench.request.projectRoot,
      this.workspace,
      async (lake) => {
        const summary = await summariseLake(lake);
        const { checks } = await verifyLake({ ...lake, salt });
        const failed = checks.filter(({ status }) => status === 'failed');
        return { summary, failedChecks: failed.map(({ check }) => check) };
      },
    );
  }
}
