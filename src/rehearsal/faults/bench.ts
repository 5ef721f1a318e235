import { join } from 'node:path';
import { loadCatalogue } from '../../catalogue/load';
import type { Catalogue } from '../../catalogue/model';
import { deployedNames } from '../../contract/deployed-names';
import { operationInputVariable } from '../../contract/operation-input';
import type { ResourceNames } from '../../contract/resource-names';
import type { ChildRequest, ChildResult } from '../../deployment/child-process';
import { catalogueFolder } from '../../contract/project-folders';
import { inProcessClients } from '../../local-azure/in-process/clients';
import type { LocalAzure } from '../../local-azure/local-azure';
import type { AzureClients } from '../../operations/azure-clients';
import { systemClock, type Clock } from '../../operations/clock';
import type { OperationContracts, OperationName } from '../../operations/contracts';
import { runOperation } from '../../operations/run-operation';
import { systemPipelineClock } from '../../pipelines/clock';
import type { NotebookRequest, PipelinePorts } from '../../pipelines/ports';
import type { DropMap } from '../../test-data/drop-map';
import type { LakeSummary } from '../lake-summary';
import { OpenRehearsal } from '../open-rehearsal';
import { provision, unprovision, type ProvisionReport, type ProvisionRequest } from '../provision';
import type { StackFolder } from '../../deployment/synthesis';
import { faultTables, makeFaultDrop } from './fault-drop';

/** Longest wait of a client or an activity, in milliseconds: what is tested is what happens after it, and who waits less asks more often. */
const longestWait = 100;

const hurriedWait: Clock['wait'] = (milliseconds, signal) =>
  systemClock.wait(Math.min(milliseconds, longestWait), signal);
const hurriedClock: Clock = { ...systemClock, wait: hurriedWait };

/** What may be put between a pipeline's activities and what they touch. */
export interface PortFaults {
  notebook?: (request: NotebookRequest, run: () => Promise<string>) => Promise<string>;
  sql?: (run: () => Promise<unknown>) => Promise<unknown>;
  /** How far the clock of the service is ahead. */
  skewMilliseconds?: number;
}

export interface BenchRequest {
  readonly projectRoot: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly progress: (text: string) => void;
}

/**
 * One provisioned environment for many faults, one at a time: dev without test data, in a local Azure whose clients are in this process.
 * They are the real ones, from credential to retry; only the wire is missing, and waiting.
 */
export class FaultBench {
  readonly names: ResourceNames;
  /** What a lake of the drop alone has in it; known once it was asked for. */
  usual?: Promise<LakeSummary>;
  /** Of the deployer; a scenario may sign in anew. */
  clients: AzureClients;

  private constructor(
    readonly rehearsal: OpenRehearsal,
    readonly request: BenchRequest,
    /** Faults of activities; of one scenario at a time. */
    readonly portFaults: PortFaults,
    /** What a share delivers when nothing is wrong. */
    readonly drop: DropMap,
    readonly folder: string,
    /** What runs know of: the tables of the drop, so that a run is as short as can be. */
    readonly catalogue: Catalogue,
  ) {
    this.names = deployedNames(rehearsal.environment);
    this.clients = inProcessClients(rehearsal.azure);
  }

  /** @param folder of its own, below the project's */
  static async open(request: BenchRequest, folder: string): Promise<FaultBench> {
    const { projectRoot, variables, progress } = request;
    const portFaults: PortFaults = {};
    const whole = loadCatalogue('strict', { folder: catalogueFolder(projectRoot) });
    const known = new Set([...faultTables, 'activity']);
    const catalogue = { ...whole, tables: whole.tables.filter(({ name }) => known.has(name)) };
    const [rehearsal, drop] = await Promise.all([
      OpenRehearsal.open({
        projectRoot,
        folder,
        environment: 'dev',
        testData: 'none',
        changes: {
          lake: { timeZone: 'UTC', requiredTables: faultTables, settleMinutes: 0 },
          teardown: { deleteData: true },
        },
        catalogue,
        changePorts: (ports) => withFaults(ports, portFaults),
        clock: {
          ...systemPipelineClock,
          wait: hurriedWait,
          now: () => Date.now() + (portFaults.skewMilliseconds ?? 0),
        },
        variables,
        progress,
      }),
      makeFaultDrop(),
    ]);
    const bench = new FaultBench(rehearsal, request, portFaults, drop, folder, catalogue);
    try {
      await bench.provision();
      return bench;
    } catch (error) {
      await bench.close();
      throw error;
    }
  }

  get azure(): LocalAzure {
    return this.rehearsal.azure;
  }

  /** Applies stacks with clients of this process; commands of the plan are operations of this process too. */
  provision(stacks: readonly StackFolder[] = this.rehearsal.stacks): Promise<readonly ProvisionReport[]> {
    return provision(this.provisioning(stacks));
  }

  async unprovision(stacks: readonly StackFolder[]): Promise<void> {
    await unprovision(this.provisioning(stacks));
  }

  private provisioning(stacks: readonly StackFolder[]): ProvisionRequest {
    return {
      stacks,
      stateFolder: join(this.folder, 'state'),
      commandFolder: this.folder,
      variables: this.rehearsal.variables,
      clients: this.clients,
      clock: hurriedClock,
      run: (child) => this.runCommand(child),
      progress: this.request.progress,
    };
  }

  /** Runs an operation of the plan. @throws InsightsError of the operation */
  async operation<N extends OperationName>(name: N, input: OperationContracts[N]['input']): Promise<void> {
    await runOperation(name, 'create', input, {
      azure: this.clients,
      clock: hurriedClock,
      print: this.request.progress,
      projectRoot: this.request.projectRoot,
      verify: () => Promise.reject(new Error('No plan without test data verifies.')),
    });
  }

  async close(): Promise<void> {
    await this.rehearsal.stop();
  }

  /** `node …/insights.cjs operation <name> <action>`, as a plan has it; its error is that of the provisioning. */
  private async runCommand({ arguments: words, variables }: ChildRequest): Promise<ChildResult> {
    const name = words[words.indexOf('operation') + 1] as OperationName;
    const input = JSON.parse(variables[operationInputVariable] ?? '{}') as OperationContracts[typeof name]['input'];
    await this.operation(name, input);
    return { exitCode: 0, stdout: '', stderr: '' };
  }
}

function withFaults(ports: PipelinePorts, faults: PortFaults): PipelinePorts {
  const { notebooks, sql } = ports;
  return {
    ...ports,
    notebooks: {
      run: (request) => {
        const run = (): Promise<string> => notebooks.run(request);
        return faults.notebook === undefined ? run() : faults.notebook(request, run);
      },
    },
    sql: {
      run: async (request) => {
        const run = (): ReturnType<typeof sql.run> => sql.run(request);
        return faults.sql === undefined ? run() : ((await faults.sql(run)) as Awaited<ReturnType<typeof sql.run>>);
      },
    },
  };
}
