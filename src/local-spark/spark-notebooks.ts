import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../artifacts/model';
import { InsightsError } from '../contract/errors';
import { runChild } from '../deployment/child-process';
import { throughProxy } from '../local-azure/client-environment';
import { ManagedIdentityEndpoint } from '../local-azure/managed-identity';
import type { Services } from '../local-azure/resource-manager/resource-type';
import type { NotebookRequest, NotebookRunner } from '../pipelines/ports';
import type { PublishedArtifacts } from '../pipelines/published-artifacts';
import { lakeSettings } from './lake-settings';
import { SessionProcess } from './session-process';
import type { LocalSpark } from './set-up';

export interface SparkNotebooksOptions {
  readonly projectRoot: string;
  /** Prepared before the first notebook runs. */
  readonly spark: LocalSpark;
  /** Gets logs and what Spark puts aside; emptied at the start of a session. */
  readonly folder: string;
  readonly services: Services;
  /** ARM id and name of the workspace, as whose identity notebooks work. */
  readonly workspace: { readonly id: string; readonly name: string };
  readonly storageAccount: string;
  /** What is published in the workspace. */
  readonly artifacts: PublishedArtifacts;
  /** How the local Azure is reached; known once it listens. */
  readonly reached: () => LocalAzureAddress;
  /** Of this process, passed on to the session. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly progress: (text: string) => void;
}

export interface LocalAzureAddress {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** File with the authority's certificate. */
  readonly certificate: string;
}

const trustStorePassword = 'local-azure';

/**
 * Runs the published notebooks of a workspace, unchanged, on Spark on this machine: `abfss` paths, leases and the vault are the local
 * Azure's, and the session is the workspace's identity. One session serves all runs, as `0_main_insights` uses one.
 */
export class SparkNotebooks implements NotebookRunner {
  private session: Promise<SessionProcess> | undefined;
  private endpoint: ManagedIdentityEndpoint | undefined;

  constructor(private readonly options: SparkNotebooksOptions) {}

  run(request: NotebookRequest): Promise<string> {
    return request.clock.busy(() => this.execute(request));
  }

  async close(): Promise<void> {
    const session = await this.session?.catch(() => undefined);
    await session?.stop();
    await this.endpoint?.stop();
    this.session = this.endpoint = undefined;
  }

  private async execute({ notebook, parameters, signal }: NotebookRequest): Promise<string> {
    const notebooks = cellsOf(this.options.artifacts, notebook);
    const session = await this.alive();
    // A run that is cancelled takes its session with it, as on Synapse; the next run starts another one.
    const end = (): void => void session.stop();
    signal.addEventListener('abort', end, { once: true });
    try {
      return await session.run({ notebook, parameters, notebooks });
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  private async alive(): Promise<SessionProcess> {
    const session = await this.session?.catch(() => undefined);
    if (session?.isAlive === true) return session;
    await this.close();
    this.session = this.start();
    return this.session;
  }

  private async start(): Promise<SessionProcess> {
    const { projectRoot, spark, folder, services, workspace, storageAccount, progress } = this.options;
    progress('starting a Spark session');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.endpoint = await ManagedIdentityEndpoint.start(services, workspace.id);
    const { url: proxy, certificate } = this.options.reached();
    const trustStore = { file: path.join(folder, 'authority.p12'), password: trustStorePassword };
    await makeTrustStore(spark, certificate, trustStore.file, folder);
    const { url: endpoint } = this.endpoint;
    const { tenantId } = services.world.settings;
    const settings = lakeSettings({ storageAccount, tenantId, endpoint, proxy, trustStore });
    // For the session's own requests, of leases and secrets.
    const own = { ...throughProxy(proxy, 'localhost,127.0.0.1'), SSL_CERT_FILE: certificate };
    const variables = { ...this.options.variables, ...own };
    const common = { projectRoot, spark, folder, variables, progress };
    return SessionProcess.start({ ...common, settings, endpoint, workspace: workspace.name });
  }
}

/** Java does not read certificates as they are: its own tool puts the authority into a store. */
async function makeTrustStore(
  { javaHome }: LocalSpark,
  certificate: string,
  store: string,
  folder: string,
): Promise<void> {
  const { exitCode, stderr, stdout } = await runChild({
    program: path.join(javaHome, 'bin', 'keytool'),
    arguments: [
      ...['-importcert', '-noprompt', '-alias', 'local-azure', '-file', certificate],
      ...['-keystore', store, '-storetype', 'PKCS12', '-storepass', trustStorePassword],
    ],
    folder,
    variables: { PATH: process.env['PATH'] },
  });
  if (exitCode === 0) return;
  const said = `${stdout}${stderr}`.trim();
  throw new InsightsError(
    'SPARK_SESSION_FAILED',
    `Java's keytool took no certificate of the local Azure.\n${said}`.trimEnd(),
  );
}

/**
 * Cells of a published notebook, and of all that it runs.
 * @throws Error as the service says it, for one that is not there
 */
export function cellsOf(artifacts: PublishedArtifacts, notebook: string): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const missing = [notebook];
  for (let name = missing.pop(); name !== undefined; name = missing.pop()) {
    if (name in found) continue;
    const published = artifacts.find('notebooks', name);
    if (published === undefined) throw new Error(`The notebook '${name}' was not found.`);
    const cells = (published.properties['cells'] ?? []) as readonly JsonObject[];
    found[name] = cells;
    for (const { cell_type: kind, source } of cells) {
      const [, next] = /^%run ([^\n]+?)\s*$/.exec((source as readonly string[]).join('')) ?? [];
      if (kind === 'code' && next !== undefined) missing.push(next);
    }
  }
  return found;
}
