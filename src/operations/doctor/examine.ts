import { join } from 'node:path';
import type { Environment } from '../../contract/environment';
import { loadEnvironments } from '../../contract/environment';
import { InsightsError } from '../../contract/errors';
import { checkAzure } from './azure-checks';
import { ok, problem, type Check } from './check';
import type { DoctorEffects } from './effects';
import { checkEnvironment } from './environment-checks';
import { checkMachine } from './machine-checks';

export interface Examination {
  readonly machine: readonly Check[];
  /** By name of the environment; empty where the files cannot be used. */
  readonly environments: readonly { readonly name: string; readonly checks: readonly Check[] }[];
  readonly problems: number;
}

export interface ExaminationOptions {
  readonly effects: DoctorEffects;
  readonly projectRoot: string;
  /** Oldest Node, as `major.minor`. */
  readonly oldestNode: string;
  /** The one environment that is wanted. @default all */
  readonly wanted?: string;
}

/** Everything that stands between this machine and a deployment, found out without changing anything. */
export async function examine(options: ExaminationOptions): Promise<Examination> {
  const { effects, projectRoot, oldestNode, wanted } = options;
  const machine = await checkMachine(effects, oldestNode);
  const { environments, check } = readEnvironments(join(projectRoot, 'environments'), wanted);
  const examined: { name: string; checks: readonly Check[] }[] = [];
  for (const environment of environments) {
    const checks = [...checkEnvironment(environment), ...(await checkAzure(environment, effects))];
    examined.push({ name: environment.name, checks });
  }
  const all = [...machine, check, ...examined.flatMap(({ checks }) => checks)];
  return {
    machine: [...machine, check],
    environments: examined,
    problems: all.filter(({ state }) => state === 'problem').length,
  };
}

/** A file that cannot be used is a finding like others: the rest is examined all the same. */
function readEnvironments(
  folder: string,
  wanted: string | undefined,
): { readonly environments: readonly Environment[]; readonly check: Check } {
  try {
    const environments = loadEnvironments(folder, wanted);
    const names = environments.map(({ name }) => name).join(', ');
    return { environments, check: ok('environments', `Environments that can be used: ${names}.`) };
  } catch (error) {
    if (!(error instanceof InsightsError)) throw error;
    const [message = '', ...findings] = error.message.split('\n').map((line) => line.trim());
    const where = error.place.file === undefined ? '' : `${error.place.file}: `;
    return { environments: [], check: problem('environments', `${where}${message}`, ...findings, error.nextStep) };
  }
}
