import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../contract/environment';
import { InsightsError } from '../contract/errors';
import type { VerificationReport } from '../contract/lake-format';
import { ownFolder } from '../contract/project-folders';
import { runChild } from '../deployment/child-process';
import { inExclusiveFolder } from '../lake/exclusive-folder';
import type { LocalAzure } from '../local-azure/local-azure';
import { refuseUnknown } from '../local-azure/running';
import { setUpSpark } from '../local-spark/set-up';
import type { VerifyStagesReport } from '../operations/contracts';
import { OpenRehearsal } from './open-rehearsal';
import { PhaseClock } from './phase-clock';
import type { ProvisionReport } from './provision';
import { verifyRehearsal } from './verify-rehearsal';

export interface RehearsalRequest {
  readonly projectRoot: string;
  /** @default dev */
  readonly environment?: string;
  readonly set: 'k12' | 'hed';
  /** What the pipeline's notebooks run on. @default duckdb, the embedded engine */
  readonly engine?: 'duckdb' | 'spark';
  /** Begins from nothing, whatever an earlier rehearsal left. @default false */
  readonly fresh?: boolean;
  /** Variables of this process, passed on to those that it starts. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly progress: (text: string) => void;
}

/** How long each part took, in seconds; start and synthesis go on at once. */
export interface RehearsalPhases {
  readonly start: number;
  readonly synthesis: number;
  readonly provision: number;
  readonly again: number;
  readonly verify: number;
}

export interface Rehearsal {
  readonly environment: Environment;
  readonly azure: LocalAzure;
  readonly phases: RehearsalPhases;
  readonly stacks: readonly ProvisionReport[];
  readonly verification: VerificationReport;
  readonly engine: 'duckdb' | 'spark';
  /** Whether it went on with what an earlier one left. */
  readonly goesOn: boolean;
  /** Requests that clients sent to the local Azure. */
  readonly requests: number;
}

/**
 * A deployment to the local Azure: the environment is synthesised, provisioned, given its test data, run and verified, as its plan says; a
 * second pass must find nothing to do. What it leaves is gone on with by the next: then only what changed is deployed, run and verified,
 * and where nothing changed, the lake is verified once more.
 * @param use what is done with the running local Azure before it ends.
 * @throws InsightsError what any step throws; SPARK_JAVA_MISSING, SPARK_PYTHON_MISSING, SPARK_SETUP_FAILED; LOCAL_AZURE_UNKNOWN_OPERATION when something was asked that the stand-in does not know;
 *   REHEARSAL_RUNNING; REHEARSAL_NOT_SETTLED when the second pass finds changes.
 */
export async function rehearse<Result>(
  request: RehearsalRequest,
  use: (rehearsal: Rehearsal) => Promise<Result>,
): Promise<Result> {
  const folder = ownFolder(request.projectRoot, 'rehearsal');
  return inExclusiveFolder(folder, 'REHEARSAL_RUNNING', () => rehearseIn(folder, request, use));
}

async function rehearseIn<Result>(
  folder: string,
  request: RehearsalRequest,
  use: (rehearsal: Rehearsal) => Promise<Result>,
): Promise<Result> {
  const { projectRoot, environment = 'dev', set, engine = 'duckdb', fresh = false, variables, progress } = request;
  // Before anything else: what is missing is said at once.
  const spark = engine === 'duckdb' ? undefined : await setUpSpark({ projectRoot, variables, run: runChild, progress });
  const opened = { projectRoot, folder, environment, testData: set, spark, variables, progress };
  const rehearsal = await OpenRehearsal.open({ ...opened, keep: fresh ? 'anew' : 'continued' });
  const { azure } = rehearsal;
  let isGood = false;
  try {
    const clock = new PhaseClock();
    const stacks = await rehearsal.provision();
    const provision = clock.lap();
    if (hasChanged(stacks)) {
      progress('applying again: nothing may change');
      refuseChanges(await rehearsal.provision());
    }
    const again = clock.lap();
    const told = toldVerification(rehearsal.commandFolder);
    if (told === undefined) progress('verifying the lake');
    const verification = told ?? (await verifyRehearsal(rehearsal, projectRoot));
    const verify = clock.lap();
    refuseUnknown({ requests: azure.requests.length, unknownOperations: azure.unknownOperations });
    const result = await use({
      environment: rehearsal.environment,
      azure,
      phases: { ...rehearsal.phases, provision, again, verify },
      stacks,
      verification,
      engine,
      goesOn: rehearsal.goesOn,
      requests: azure.requests.length,
    });
    isGood = verification.outcome === 'passed';
    return result;
  } finally {
    await rehearsal.stop(isGood);
  }
}

/** What the plan's own verification reported; undefined where the plan had none to do. */
function toldVerification(commandFolder: string): VerificationReport | undefined {
  const file = join(commandFolder, 'verify-stages.json');
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly result: VerifyStagesReport }).result.verification;
}

function hasChanged(reports: readonly ProvisionReport[]): boolean {
  return reports.some((report) => changesOf(report) > 0);
}

function changesOf({ counts }: ProvisionReport): number {
  return counts.create + counts.update + counts.replace + counts.destroy;
}

/** A second pass must find nothing to do. @throws InsightsError REHEARSAL_NOT_SETTLED */
export function refuseChanges(reports: readonly ProvisionReport[]): void {
  const first = reports.find((report) => changesOf(report) > 0);
  if (first === undefined) return;
  throw new InsightsError('REHEARSAL_NOT_SETTLED', `A second pass over ${first.stack} still found changes.`, {
    place: { path: first.stack },
    details: { counts: first.counts },
  });
}
