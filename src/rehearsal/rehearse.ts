import { join } from 'node:path';
import type { Environment } from '../contract/environment';
import { InsightsError } from '../contract/errors';
import type { LocalAzure } from '../local-azure/local-azure';
import { refuseUnknown } from '../local-azure/running';
import { OpenRehearsal } from './open-rehearsal';
import { PhaseClock } from './phase-clock';
import type { ProvisionReport } from './provision';

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

/**
 * A deployment to the local Azure from nothing: the environment is synthesised, provisioned, given its test data, run and
 * verified, as its plan says; a second pass must find nothing to do.
 * @param use what is done with the running local Azure before it ends.
 * @throws InsightsError what any step throws; LOCAL_AZURE_UNKNOWN_OPERATION when something was asked that the stand-in does not know;
 *   REHEARSAL_NOT_SETTLED when the second pass finds changes.
 */
export async function rehearse<Result>(
  request: RehearsalRequest,
  use: (rehearsal: Rehearsal) => Promise<Result>,
): Promise<Result> {
  const { projectRoot, environment = 'dev', set, variables, progress } = request;
  const folder = join(projectRoot, '.insights', 'rehearsal');
  const rehearsal = await OpenRehearsal.open({ projectRoot, folder, environment, testData: set, variables, progress });
  const { azure } = rehearsal;
  try {
    const clock = new PhaseClock();
    const stacks = await rehearsal.provision();
    const provision = clock.lap();
    progress('applying again: nothing may change');
    refuseChanges(await rehearsal.provision());
    const again = clock.lap();
    refuseUnknown({ requests: azure.requests.length, unknownOperations: azure.unknownOperations });
    return await use({
      environment: rehearsal.environment,
      azure,
      phases: { ...rehearsal.phases, provision, again },
      stacks,
      requests: azure.requests.length,
    });
  } finally {
    await rehearsal.stop();
  }
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
