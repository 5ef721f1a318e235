import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue } from '../catalogue/model';
import { loadEnvironment, type Environment } from '../contract/environment';
import type { TestDataSet } from '../contract/environment-settings';
import { runChild, type ChildResult } from '../deployment/child-process';
import { synthesise, type StackFolder } from '../deployment/synthesis';
import { clientEnvironment } from '../local-azure/client-environment';
import { LocalAzure } from '../local-azure/local-azure';
import { defaultDeployer, defaultSettings, type OfferedShare } from '../local-azure/settings';
import type { LocalSpark } from '../local-spark/set-up';
import type { PipelineClock } from '../pipelines/clock';
import { codeFingerprint, markKept, takeKept, type KeptMark } from './kept-rehearsal';
import { timed } from './phase-clock';
import { mustSucceed, ownCommand, type OwnCommand } from './own-command';
import type { ProvisionReport } from './provision';
import { writeRehearsalEnvironment } from './rehearsal-environment';
import { runHostFor, type PortsChange } from './workspace-ports';

export interface OpenRequest {
  readonly projectRoot: string;
  /** Below `.insights`: where everything of this rehearsal is, emptied first. */
  readonly folder: string;
  /** Keeps the local Azure in the folder: `continued` goes on with what an earlier rehearsal of the same kind kept there. @default in memory */
  readonly keep?: 'anew' | 'continued';
  readonly environment: string;
  /** `none`: the plan loads nothing, runs nothing and verifies nothing. */
  readonly testData: TestDataSet;
  /** Members of the environment's file that are others than the committed one's. @default none */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** Shares that are offered to the deployer. @default none */
  readonly shares?: readonly OfferedShare[];
  /** Puts something between pipelines and what they touch. @default nothing */
  readonly changePorts?: PortsChange;
  /** What runs know of. @default the catalogue of the environment's profile, whole */
  readonly catalogue?: Catalogue;
  /** Of pipelines and their waits. @default the machine's */
  readonly clock?: PipelineClock;
  /** Local Spark that notebooks run on. @default the embedded engine */
  readonly spark?: LocalSpark | undefined;
  /** Variables of this process, passed on to those that it starts. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly progress: (text: string) => void;
}

/** The deployer's group; no such group is anywhere else. */
const deployers = { objectId: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0003', displayName: 'Rehearsal deployers' };

/**
 * A local Azure that runs, and the stacks of an environment that can be provisioned there and destroyed again. Everything
 * that talks to Azure is a process of its own, unchanged but for the proxy in its environment.
 */
export class OpenRehearsal {
  private constructor(
    readonly environment: Environment,
    readonly azure: LocalAzure,
    readonly stacks: readonly StackFolder[],
    /** For processes that are clients of the local Azure. */
    readonly variables: Readonly<Record<string, string | undefined>>,
    /** Seconds until the local Azure answered and the stacks were synthesised, which happens beside it. */
    readonly phases: { readonly start: number; readonly synthesis: number },
    /** Whether it goes on with what an earlier one kept. */
    readonly goesOn: boolean,
    private readonly mark: KeptMark | undefined,
    private readonly request: OpenRequest,
  ) {}

  /** @throws InsightsError LOCAL_AZURE_FAILED, SYNTHESIS_FAILED */
  static async open(request: OpenRequest): Promise<OpenRehearsal> {
    const { projectRoot, folder, environment: name, progress } = request;
    const mark = request.keep === undefined ? undefined : markOf(request);
    const goesOn = mark !== undefined && request.keep === 'continued' && takeKept(folder, mark);
    if (!goesOn) rmSync(folder, { recursive: true, force: true });
    rmSync(commandFolder(folder), { recursive: true, force: true });
    mkdirSync(commandFolder(folder), { recursive: true });
    const environments = join(folder, 'environments');
    writeRehearsalEnvironment({
      from: join(projectRoot, 'environments'),
      to: environments,
      name,
      testData: request.testData,
      changes: request.changes ?? {},
      address: defaultSettings.clientAddress,
      deployers,
      today: new Date().toISOString().slice(0, 10),
    });
    const environment = loadEnvironment(join(environments, `${name}.json`));
    progress(goesOn ? 'going on with the local Azure of the last rehearsal' : 'starting a local Azure');
    progress(`synthesising ${name}`);
    const [started, synthesised] = await Promise.all([
      timed(() => startAzure(request, environment)),
      // Whatever comes of it, the local Azure is ended by whoever holds it.
      timed(() => synthesiseInto(request, environments)).catch((error: unknown) => ({ error })),
    ]);
    const azure = started.result;
    if ('error' in synthesised) {
      await azure.stop();
      throw synthesised.error;
    }
    const variables = { ...request.variables, ...clientEnvironmentOf(azure, certificateIn(folder)) };
    const phases = { start: started.seconds, synthesis: synthesised.seconds };
    return new OpenRehearsal(environment, azure, synthesised.result, variables, phases, goesOn, mark, request);
  }

  /** Where the operations of the plan leave their reports. */
  get commandFolder(): string {
    return commandFolder(this.request.folder);
  }

  /** Applies stacks in their order. @throws InsightsError what stopped it, as `must` */
  async provision(stacks: readonly StackFolder[] = this.stacks): Promise<readonly ProvisionReport[]> {
    return (await this.child(stacks, [])) as readonly ProvisionReport[];
  }

  /** Destroys stacks, the last one first. @throws InsightsError what stopped it, as `must` */
  async destroy(stacks: readonly StackFolder[] = this.stacks): Promise<void> {
    await this.child(stacks, ['--destroy']);
  }

  /** Runs the command line in a process that is a client of the local Azure. */
  insights(words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<ChildResult> {
    return ownCommand(this.command(more), words);
  }

  /** The same, where anything but success is an error. @throws InsightsError that of the command, REHEARSAL_FAILED */
  must(words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<unknown> {
    return mustSucceed(this.command(more), words);
  }

  /** @param isGood whether the next rehearsal may go on with this one. @default false */
  async stop(isGood = false): Promise<void> {
    await this.azure.stop();
    if (isGood && this.mark !== undefined) markKept(this.request.folder, this.mark);
  }

  private command(more: Readonly<Record<string, string>>): OwnCommand {
    const { projectRoot, progress } = this.request;
    return { projectRoot, progress, variables: { ...this.variables, ...more } };
  }

  private child(stacks: readonly StackFolder[], words: readonly string[]): Promise<unknown> {
    const { folder } = this.request;
    return this.must([
      'provision',
      ...stacks.flatMap((stack) => ['--stack', stack.folder]),
      ...['--state', join(folder, 'state'), '--command-folder', commandFolder(folder)],
      ...words,
    ]);
  }
}

async function startAzure(request: OpenRequest, environment: Environment): Promise<LocalAzure> {
  const { projectRoot, folder, keep, shares = [], changePorts, catalogue, clock, spark: installed, progress } = request;
  const certificate = certificateIn(folder);
  let url = '';
  const spark = installed && {
    spark: installed,
    folder: join(folder, 'spark'),
    reached: () => ({ url, certificate }),
    variables: request.variables,
  };
  const azure = await LocalAzure.start({
    settings: { principals: [{ ...defaultDeployer, groups: [deployers.objectId] }], shares },
    ...(keep === undefined ? {} : { folder: join(folder, 'azure') }),
    runHost: (parts) => {
      const databases = join(folder, 'databases');
      return runHostFor(parts, { environment, projectRoot, databases, changePorts, catalogue, clock, spark, progress });
    },
  });
  url = azure.url;
  writeFileSync(certificate, azure.authority.cert);
  return azure;
}

function synthesiseInto({ projectRoot, folder, environment, variables }: OpenRequest, environmentsFolder: string) {
  const outputFolder = join(folder, 'cdktf.out');
  return synthesise({ projectRoot, environment, outputFolder, environmentsFolder, variables, run: runChild });
}

function markOf({ projectRoot, environment, testData, spark }: OpenRequest): KeptMark {
  const engine = spark === undefined ? 'duckdb' : 'spark';
  return { environment, testData, engine, code: codeFingerprint(projectRoot) };
}

/** As deep below the project as a stack of cdktf.out, whose commands are relative to it. */
function commandFolder(folder: string): string {
  return join(folder, 'commands');
}

function certificateIn(folder: string): string {
  return join(folder, 'authority.pem');
}

function clientEnvironmentOf({ url, services }: LocalAzure, certificate: string): Readonly<Record<string, string>> {
  return clientEnvironment({ url, certificate, settings: services.world.settings });
}
