import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorOf } from '../contract/command-document';
import { InsightsError } from '../contract/errors';
import type { ChildResult, RunChild } from '../deployment/child-process';
import type { StackFolder } from '../deployment/synthesis';
import { Provisioner, type Step, type StepCounts } from '../local-azure/provisioning/provisioner';
import { StateFile } from '../local-azure/provisioning/provisioning-state';
import { readStack, type LocalCommand } from '../local-azure/provisioning/synthesised-stack';
import { resourceManagerHost } from '../local-azure/provisioning/azure-request';
import type { AzureClients } from '../operations/azure-clients';
import { systemClock, type Clock } from '../operations/clock';
import type { RestClient } from '../operations/rest-client';
import { PhaseClock } from './phase-clock';

export interface ProvisionRequest {
  readonly stacks: readonly StackFolder[];
  /** Folder of the state files, one for each stack. */
  readonly stateFolder: string;
  /** Folder in which commands of the plan run: as deep below the project as a stack's own. */
  readonly commandFolder: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clients: AzureClients;
  readonly run: RunChild;
  /** Of waits for operations. @default the machine's */
  readonly clock?: Clock;
  readonly progress: (line: string) => void;
}

export interface ProvisionReport {
  readonly stack: string;
  readonly counts: StepCounts;
  readonly seconds: number;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Applies the stacks in their order to whatever answers for Azure's hosts; a second time there is nothing to do. */
export async function provision(request: ProvisionRequest): Promise<readonly ProvisionReport[]> {
  const reports: ProvisionReport[] = [];
  for (const stack of request.stacks) {
    const clock = new PhaseClock();
    const provisioner = openStack(stack, request);
    const synthesised = readStack(
      JSON.parse(readFileSync(join(stack.folder, 'cdk.tf.json'), 'utf8')) as Readonly<Record<string, unknown>>,
    );
    const counts = await provisioner.apply(synthesised);
    const outputs = provisioner.outputs(synthesised);
    reports.push({ stack: stack.name, counts, seconds: clock.lap(), outputs });
  }
  return reports;
}

/** Destroys the stacks, the last one first. @throws InsightsError PROVISIONING_PROTECTED */
export async function unprovision(request: ProvisionRequest): Promise<readonly Omit<ProvisionReport, 'outputs'>[]> {
  const reports: Omit<ProvisionReport, 'outputs'>[] = [];
  for (const stack of [...request.stacks].reverse()) {
    const clock = new PhaseClock();
    const counts = await openStack(stack, request).destroy();
    reports.push({ stack: stack.name, counts, seconds: clock.lap() });
  }
  return reports;
}

function openStack(stack: StackFolder, request: ProvisionRequest): Provisioner {
  const { stateFolder, clients, variables, progress } = request;
  const known = new Map<string, RestClient>();
  const clientFor = (host: string): RestClient => {
    const found = known.get(host);
    if (found !== undefined) return found;
    const made = host === resourceManagerHost ? clients.resourceManager() : clients.development();
    known.set(host, made);
    return made;
  };
  return new Provisioner({
    tenancy: {
      subscriptionId: variables['ARM_SUBSCRIPTION_ID'] ?? '',
      tenantId: variables['ARM_TENANT_ID'] ?? '',
      clientId: variables['ARM_CLIENT_ID'] ?? '',
      objectId: '',
    },
    clientFor,
    clock: request.clock ?? systemClock,
    state: new StateFile(join(stateFolder, `${stack.name}.state.json`)),
    // The endpoint of a stand-in works at once; Azure's is waited for (ORDER1).
    variables: { stability_seconds: 0 },
    runCommand: (command) => runCommand(command, request),
    progress: (step: Step, { constructPath }) => {
      if (step !== 'unchanged') progress(`${step} ${constructPath}`);
    },
  });
}

/** @throws InsightsError that of an operation of ours, else PROVISIONING_COMMAND_FAILED */
async function runCommand(command: LocalCommand, request: ProvisionRequest): Promise<void> {
  const { commandFolder: folder, variables, run, progress } = request;
  const own = Object.fromEntries(Object.entries(command.environment).map(([name, value]) => [name, String(value)]));
  const report = reportOf(command.command, folder);
  // An operation that is killed leaves none: that of an earlier one must not be taken for its own.
  if (report !== undefined) rmSync(report, { force: true });
  const [program = '', ...words] = command.command.split(' ');
  const result: ChildResult = await run({
    program: program === 'node' ? process.execPath : program,
    arguments: report === undefined ? words : [...words, '--json', report],
    folder,
    variables: { ...variables, ...own },
    onLine: progress,
  });
  if (result.exitCode === 0) return;
  const told = report !== undefined && existsSync(report) ? errorOf(readFileSync(report, 'utf8')) : undefined;
  const what = command.command.replace(/^.*insights\.cjs /, '');
  throw told ?? new InsightsError('PROVISIONING_COMMAND_FAILED', `${what} failed.\n${result.stderr.trim()}`);
}

/** Operations leave their report beside where they run, for whoever rehearses. */
function reportOf(command: string, folder: string): string | undefined {
  const [, operation] = /\binsights\.cjs operation ([a-z-]+) create$/.exec(command) ?? [];
  return operation === undefined ? undefined : join(folder, `${operation}.json`);
}
