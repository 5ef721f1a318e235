import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { deployedNames } from '../../src/contract/deployed-names';
import type { RunReport, VerificationReport } from '../../src/contract/lake-format';
import { reportsFolder } from '../../src/contract/lake-paths';
import { LandingLedger } from '../../src/engine/landing-ledger';
import type { LedgerUnit } from '../../src/engine/landing-state';
import { newestReports } from '../../src/lake/newest-reports';
import { inProcessClients } from '../../src/local-azure/in-process/clients';
import { defaultDeployer, type OfferedShare } from '../../src/local-azure/settings';
import { VaultStore } from '../../src/local-azure/vault-store';
import { systemClock, type Clock } from '../../src/operations/clock';
import { systemPipelineClock } from '../../src/pipelines/clock';
import { runOperation } from '../../src/operations/run-operation';
import { inContainer, shareFolder } from '../../src/contract/lake-paths';
import { OpenRehearsal } from '../../src/rehearsal/open-rehearsal';
import { receiving } from '../../src/rehearsal/rehearsal-environment';
import { withRehearsedLake } from '../../src/rehearsal/rehearsed-lake';
import { writeDropMap, type DropMap } from '../../src/test-data/drop-map';
import { verifyLake } from '../../src/verify/verify-lake';
import { saltName } from '../../src/contract/salt';

const projectRoot = resolve(__dirname, '..', '..');
const shareVersion = '2021-08-01';
/** A run that fails waits a minute before its second attempt: not here. */
const hurriedWait: Clock['wait'] = (milliseconds, signal) => systemClock.wait(Math.min(milliseconds, 100), signal);

/**
 * An environment that receives a share, deployed to a local Azure, with the pipeline run as often as a test wants. Few tables make a roster
 * folder complete (ROW2), so that drops of a few tables can be run.
 */
export class SharedEnvironment {
  private constructor(
    readonly rehearsal: OpenRehearsal,
    private readonly sender: string,
  ) {}

  /**
   * @param name of its folder below `.insights`: one per test file
   * @param requiredTables what makes a roster folder complete
   */
  static async open(name: string, requiredTables: readonly string[] = ['RefDefinition']): Promise<SharedEnvironment> {
    const folder = join(projectRoot, '.insights', name);
    const sender = join(projectRoot, '.insights', `${name}-sender`, 'M365');
    // What an earlier run sent would be in the first delivery.
    rmSync(join(sender, '..'), { recursive: true, force: true });
    mkdirSync(sender, { recursive: true });
    const share: OfferedShare = {
      invitationId: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0014',
      shareName: 'Education Insights',
      location: 'westeurope',
      providerName: 'Test',
      invitedObjectId: defaultDeployer.objectId,
      dataSets: [
        { id: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0015', name: 'M365', path: 'insights-share/M365', folder: sender },
      ],
      schedule: { interval: 'Day', time: '2026-01-01T02:00:00Z' },
    };
    const rehearsal = await OpenRehearsal.open({
      projectRoot,
      folder,
      environment: 'dev',
      testData: 'none',
      changes: {
        dataShare: receiving(share),
        lake: { timeZone: 'UTC', settleMinutes: 0, requiredTables },
      },
      shares: [share],
      clock: { ...systemPipelineClock, wait: hurriedWait },
      variables: process.env,
      progress: () => undefined,
    });
    try {
      await rehearsal.provision();
    } catch (error) {
      await rehearsal.stop();
      throw error;
    }
    return new SharedEnvironment(rehearsal, sender);
  }

  /** Files appear at the sender. */
  async send(drop: DropMap): Promise<void> {
    await writeDropMap(drop, join(this.sender, '..'));
  }

  /** The share's service copies what is new; through the resource manager, as the portal does it. @returns the run's status */
  async synchronise(): Promise<unknown> {
    const client = inProcessClients(this.rehearsal.azure).resourceManager();
    const [subscription] = this.rehearsal.azure.services.store.ofType(
      'Microsoft.DataShare/accounts/shareSubscriptions',
    );
    const { body } = await client.send({
      method: 'POST',
      url: `https://management.azure.com${subscription?.content.id}/synchronize?api-version=${shareVersion}`,
      body: { synchronizationMode: 'Incremental' },
    });
    return (body as { readonly status: unknown }).status;
  }

  /** Files appear in a folder of shares, without a share. */
  async place(drop: DropMap, directory: string): Promise<void> {
    const { storageAccount } = deployedNames(this.rehearsal.environment);
    const { container, path: folder } = inContainer(shareFolder(directory));
    for (const [path, bytes] of drop) {
      await this.rehearsal.azure.emulator.write(storageAccount, container, `${folder}/${path}`, bytes);
    }
  }

  /** `0_main_insights`, started and followed by the deployment's own operation. @throws InsightsError RUN_FAILED */
  async run(workspace: string, dataShareDirectory: string): Promise<void> {
    const { environment, azure } = this.rehearsal;
    const { keyVault, synapseWorkspace } = deployedNames(environment);
    const vault = new VaultStore(azure.services.world);
    const secret = saltName(workspace, environment.lake.profile);
    if (vault.get(keyVault, secret) === undefined) vault.set(keyVault, secret, `the salt of ${workspace}, long enough`);
    const input = {
      workspaceName: synapseWorkspace,
      developmentEndpoint: `https://${synapseWorkspace}.dev.azuresynapse.net`,
      pipelineName: '0_main_insights',
      parameters: { workspace, version: environment.dataVersion, run_k12_or_hed_test_data: '', dataShareDirectory },
      timeoutMinutes: 30,
      contentHash: workspace,
      onInterrupt: 'cancel',
    } as const;
    await runOperation('run-pipeline', 'create', input, {
      azure: inProcessClients(azure),
      clock: systemClock,
      print: () => undefined,
      projectRoot,
      verify: () => Promise.reject(new Error('A run verifies by itself.')),
    });
  }

  /** Everything that `insights verify` has to say. */
  verify(workspace: string): Promise<VerificationReport> {
    return withRehearsedLake(this.rehearsal, projectRoot, workspace, ({ salt, secondConnection: _, ...lake }) =>
      verifyLake({ ...lake, ...(salt === undefined ? {} : { salt }) }),
    );
  }

  /** Each delivered unit with all that the ledger says of it. */
  ledger(workspace: string): Promise<readonly LedgerUnit[]> {
    return withRehearsedLake(this.rehearsal, projectRoot, workspace, async ({ store, paths }) => {
      const { state } = await LandingLedger.open(store, paths, { runId: 'test', engine: 'test' });
      return state.units;
    });
  }

  /** What became of each delivered unit, by name. */
  async units(workspace: string): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries((await this.ledger(workspace)).map(({ unit, status }) => [unit, status]));
  }

  /** The reports of the runs, the newest first. */
  reports(workspace: string): Promise<readonly RunReport[]> {
    return withRehearsedLake(this.rehearsal, projectRoot, workspace, async ({ store }) => {
      const files = await newestReports(store, `${reportsFolder}/${workspace}/runs`, 9, 'run-report');
      return files.flatMap(({ report }) => report ?? []);
    });
  }

  async close(): Promise<void> {
    await this.rehearsal.stop();
  }
}
