import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvironment, type Environment } from '../contract/environment';
import { InsightsError } from '../contract/errors';
import { runChild, type RunChild } from '../deployment/child-process';
import { synthesise, type StackFolder } from '../deployment/synthesis';
import { clientEnvironment } from '../local-azure/client-environment';
import { LocalAzure } from '../local-azure/local-azure';
import { defaultDeployer } from '../local-azure/settings';
import { refuseUnknown } from '../local-azure/running';
import { writeRehearsalEnvironment } from './rehearsal-environment';
import type { ProvisionReport } from './provision';
import { runHostFor } from './workspace-ports';

export interface RehearsalRequest {
  readonly projectRoot: string;
  /** @default dev */
  readonly environment?: string;
  readonly set: 'k12' | 'hed';
  /** Variables of this process, passed on to those that it starts. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly progress: (text: string) => void;
}

/** How long each part took, in seconds. */
export interface RehearsalPhases {
  readonly synthesis: number;
  readonly start: number;
  readonly provision: number;
  readonly again: number;
}

export interface Rehearsal {
  readonly environment: Environment;
  readonly azure: LocalAzure;
  readonly phases: RehearsalPhases;
  readonly stacks: readonly ProvisionReport[];
  /** Requests that clients sent to the local Azure. */
  readonly requests: number;
}

/** The local deployer's group; no such group is anywhere else. */
const deployers = { objectId: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0003', displayName: 'Rehearsal deployers' };

/**
 * A deployment to the local Azure from nothing: the environment is synthesised, provisioned, given its test data, run and
 * verified, as its plan says; a second pass must find nothing to do. Everything that talks to Azure is a process of its own,
 * unchanged but for the proxy in its environment.
 * @param use what is done with the running local Azure before it ends.
 * @throws InsightsError what any step throws; LOCAL_AZURE_UNKNOWN_OPERATION when something was asked that the stand-in does not know;
 *   REHEARSAL_NOT_SETTLED when the second pass finds changes.
 */
export async function rehearse<Result>(
  request: RehearsalRequest,
  use: (rehearsal: Rehearsal) => Promise<Result>,
): Promise<Result> {
  const { projectRoot, environment: name = 'dev', set, progress } = request;
  const folder = join(projectRoot, '.insights', 'rehearsal');
  rmSync(folder, { recursive: true, force: true });
  // As deep below the project as a stack of cdktf.out, whose commands are relative to it.
  const commandFolder = join(folder, 'commands');
  mkdirSync(commandFolder, { recursive: true });

  const environments = join(folder, 'environments');
  const clock = new PhaseClock();
  progress('starting the local Azure');
  const azure = await LocalAzure.start({
    settings: { principals: [{ ...defaultDeployer, groups: [deployers.objectId] }] },
    runHost: (parts) => {
      writeRehearsalEnvironment({
        from: join(projectRoot, 'environments'),
        to: environments,
        name,
        testData: set,
        address: parts.services.world.settings.clientAddress,
        deployers,
        today: new Date().toISOString().slice(0, 10),
      });
      const environment = loadEnvironment(join(environments, `${name}.json`));
      return runHostFor(parts, { environment, projectRoot, databases: join(folder, 'databases'), progress });
    },
  });
  try {
    const start = clock.lap();
    progress(`synthesising ${name}`);
    const variables = clientVariables(azure, folder, request.variables);
    const stacks = await synthesise({
      projectRoot,
      environment: name,
      outputFolder: join(folder, 'cdktf.out'),
      environmentsFolder: environments,
      variables: request.variables,
      run: runChild,
    });
    const synthesis = clock.lap();
    const child = { projectRoot, folder, commandFolder, stacks, variables, progress, run: runChild };
    const reports = await provisionChild(child);
    const provision = clock.lap();
    progress('applying again: nothing may change');
    refuseChanges(await provisionChild(child));
    const again = clock.lap();
    refuseUnknown({ requests: azure.requests.length, unknownOperations: azure.unknownOperations });
    return await use({
      environment: loadEnvironment(join(environments, `${name}.json`)),
      azure,
      phases: { start, synthesis, provision, again },
      stacks: reports,
      requests: azure.requests.length,
    });
  } finally {
    await azure.stop();
  }
}

interface ProvisionChild {
  readonly projectRoot: string;
  readonly folder: string;
  readonly commandFolder: string;
  readonly stacks: readonly StackFolder[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly progress: (text: string) => void;
  readonly run: RunChild;
}

async function provisionChild(child: ProvisionChild): Promise<readonly ProvisionReport[]> {
  const { projectRoot, folder, commandFolder, stacks, variables, progress, run } = child;
  const result = join(folder, 'provision.json');
  const { exitCode, stderr } = await run({
    program: process.execPath,
    arguments: [
      join(projectRoot, 'bin', 'insights.cjs'),
      'provision',
      ...stacks.flatMap((stack) => ['--stack', stack.folder]),
      ...['--state', join(folder, 'state'), '--command-folder', commandFolder, '--json', result],
    ],
    folder: projectRoot,
    variables,
    onLine: progress,
  });
  if (exitCode !== 0) {
    throw new InsightsError('REHEARSAL_FAILED', `The deployment to the local Azure failed.\n${lastError(stderr)}`);
  }
  return (JSON.parse(readFileSync(result, 'utf8')) as { readonly result: readonly ProvisionReport[] }).result;
}

/** What the child said at its end; before that are lines of progress. */
function lastError(stderr: string): string {
  const lines = stderr.trimEnd().split('\n');
  const start = lines.findLastIndex((line) => /^(Error|[A-Z_]{4,}):/.test(line));
  return lines.slice(start < 0 ? -12 : start).join('\n');
}

function refuseChanges(reports: readonly ProvisionReport[]): void {
  const changed = reports.filter(({ counts }) => counts.create + counts.update + counts.replace + counts.destroy > 0);
  const [first] = changed;
  if (first === undefined) return;
  throw new InsightsError('REHEARSAL_NOT_SETTLED', `A second pass over ${first.stack} still found changes.`, {
    place: { path: first.stack },
    details: { counts: first.counts },
  });
}

function clientVariables(azure: LocalAzure, folder: string, own: Readonly<Record<string, string | undefined>>) {
  const certificate = join(folder, 'authority.pem');
  writeFileSync(certificate, azure.authority.cert);
  const { settings } = azure.services.world;
  return { ...own, ...clientEnvironment({ url: azure.url, certificate, settings }) };
}

class PhaseClock {
  private last = Date.now();

  /** Seconds since the last lap, to a tenth. */
  lap(): number {
    const now = Date.now();
    const seconds = Math.round((now - this.last) / 100) / 10;
    this.last = now;
    return seconds;
  }
}
