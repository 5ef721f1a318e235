import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InsightsError } from '../contract/errors';
import { inExclusiveFolder, isExclusive } from '../lake/exclusive-folder';
import { currentProcess, isDead, type ProcessIdentity } from '../lake/process-identity';
import { azFolder, clientEnvironment } from './client-environment';
import { LocalAzure, type LocalAzureOptions } from './local-azure';

/** What others must know of a local Azure that runs for this project. */
export interface RunningLocalAzure {
  readonly process: ProcessIdentity;
  readonly url: string;
  /** Variables for its clients. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What a local Azure leaves behind when it ends. */
export interface EndedLocalAzure {
  readonly requests: number;
  readonly unknownOperations: readonly string[];
}

const runningFile = 'running.json';
const endedFile = 'ended.json';
const certificateFile = 'authority.pem';

/** The local Azure of a project: one at a time, known by its folder `.insights/local-azure`. */
export class LocalAzurePlace {
  constructor(readonly folder: string) {}

  /** The one that runs; undefined when none does, or its process is gone. */
  find(): RunningLocalAzure | undefined {
    const found = this.read<RunningLocalAzure>(runningFile);
    return found === undefined || isDead(found.process, currentProcess()) ? undefined : found;
  }

  /** Whether one runs, starts or ends. */
  get isTaken(): boolean {
    return isExclusive(this.folder);
  }

  /** @throws InsightsError LOCAL_AZURE_ABSENT */
  require(): RunningLocalAzure {
    const found = this.find();
    if (found === undefined) throw new InsightsError('LOCAL_AZURE_ABSENT', 'No local Azure is running here.');
    return found;
  }

  /** What the last one left behind. */
  get ended(): EndedLocalAzure | undefined {
    return this.read<EndedLocalAzure>(endedFile);
  }

  /**
   * Runs one in this process until `signal`, and tells others about it meanwhile.
   * @param ready called once it can be used
   * @throws InsightsError LOCAL_AZURE_RUNNING, LOCAL_AZURE_FAILED
   */
  async run(
    options: LocalAzureOptions,
    signal: AbortSignal,
    ready: (running: RunningLocalAzure) => void,
  ): Promise<EndedLocalAzure> {
    return inExclusiveFolder(this.folder, 'LOCAL_AZURE_RUNNING', () => this.runAlone(options, signal, ready));
  }

  private async runAlone(
    options: LocalAzureOptions,
    signal: AbortSignal,
    ready: (running: RunningLocalAzure) => void,
  ): Promise<EndedLocalAzure> {
    if (this.find() !== undefined)
      throw new InsightsError('LOCAL_AZURE_RUNNING', 'A local Azure is running here already.');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    rmSync(path.join(this.folder, endedFile), { force: true });
    const azure = await LocalAzure.start(options);
    try {
      const certificate = path.join(this.folder, certificateFile);
      writeFileSync(certificate, azure.authority.cert);
      // Who signed in at another one is nobody here.
      if (options.folder === undefined) rmSync(azFolder(certificate), { recursive: true, force: true });
      const { settings } = azure.services.world;
      const environment = clientEnvironment({ url: azure.url, certificate, settings });
      const running: RunningLocalAzure = { process: currentProcess(), url: azure.url, environment };
      this.write(runningFile, running);
      ready(running);
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      const ended = { requests: azure.requests.length, unknownOperations: azure.unknownOperations };
      await azure.stop();
      this.write(endedFile, ended);
      return ended;
    } catch (error) {
      await azure.stop();
      throw error;
    } finally {
      // Last, because whoever waits for its end looks at what it left.
      rmSync(path.join(this.folder, runningFile), { force: true });
    }
  }

  private read<Content>(file: string): Content | undefined {
    try {
      return JSON.parse(readFileSync(path.join(this.folder, file), 'utf8')) as Content;
    } catch {
      return undefined;
    }
  }

  /** Whole or not at all: others read while it is written. */
  private write(file: string, content: unknown): void {
    const target = path.join(this.folder, file);
    writeFileSync(`${target}.new`, JSON.stringify(content), { mode: 0o600 });
    renameSync(`${target}.new`, target);
  }
}

/** The error that ends a run in which something was asked that is not known. */
export function refuseUnknown({ unknownOperations }: EndedLocalAzure): void {
  if (unknownOperations.length === 0) return;
  throw new InsightsError(
    'LOCAL_AZURE_UNKNOWN_OPERATION',
    `The local Azure was asked for what it does not know: ${unknownOperations.join('; ')}.`,
    { details: { unknownOperations } },
  );
}
