import type { Command } from 'commander';
import { InsightsError } from '../../contract/errors';
import { operationInputVariable } from '../../contract/operation-input';
import type { OperationName, VerifyStagesInput, VerifyStagesReport } from '../../operations/contracts';
import type { OperationAction } from '../../operations/run-operation';
import type { VerificationSecrets } from '../../operations/verify-stages';
import type { LakeStore } from '../../lake/store';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

const actions: readonly string[] = ['create', 'delete'] satisfies readonly OperationAction[];

/** `insights operation`: the data operations that Terraform starts. */
export function addOperation({ program, run }: CommandFrame): void {
  program
    .command('operation')
    .description(`data work of a deployment, started by Terraform; its input is JSON in ${operationInputVariable}`)
    .argument('<name>', 'ensure-salt, await-workspace, load-test-data, run-pipeline or verify-stages')
    .argument('<action>', 'create or delete')
    .action((name: string, action: string, _options: unknown, command: Command) =>
      run(command, (output, surroundings) => operate(name, action, output, surroundings)),
    );
}

async function operate(name: string, action: string, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { operationNames, parseOperationInput } =
    require('../../operations/check-contract') as typeof import('../../operations/check-contract');
  if (!(operationNames as readonly string[]).includes(name)) {
    throw new InsightsError('USAGE', `There is no operation ${name}; there are: ${operationNames.join(', ')}.`);
  }
  if (!actions.includes(action)) throw new InsightsError('USAGE', 'The action of an operation is create or delete.');
  const operation = name as OperationName;
  const input = parseOperationInput(operation, surroundings.environment[operationInputVariable]);

  const { azureClients } = require('../../operations/azure-clients') as typeof import('../../operations/azure-clients');
  const { systemClock } = require('../../operations/clock') as typeof import('../../operations/clock');
  const { runOperation } = require('../../operations/run-operation') as typeof import('../../operations/run-operation');
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const report = await runOperation(operation, action as OperationAction, input, {
      azure: surroundings.azure ?? azureClients(surroundings.environment),
      clock: systemClock,
      print: (line) => output.line(line),
      signal: interruption.signal,
      projectRoot: surroundings.projectRoot,
      verify: verifyStore,
    });
    const error = operation === 'verify-stages' ? failedChecks(report as VerifyStagesReport | null) : undefined;
    return { ...(error === undefined ? {} : { error }), result: report };
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** What a plan stops with: the checks that failed, by their names. */
export function failedChecks(report: VerifyStagesReport | null): InsightsError | undefined {
  if (report === null || report.failed === 0) return undefined;
  const names = report.verification.checks.filter(({ status }) => status === 'failed').map(({ check }) => check);
  const message = `${report.failed} of ${report.checks} checks failed: ${names.join(', ')}.`;
  return new InsightsError('VALIDATION_FAILED', message);
}

async function verifyStore(store: LakeStore, input: VerifyStagesInput, secrets: VerificationSecrets) {
  const { loadCatalogue } = require('../../catalogue/load') as typeof import('../../catalogue/load');
  const { openDatabase } = require('../../engine/database') as typeof import('../../engine/database');
  const { verifyLake } = require('../../verify/verify-lake') as typeof import('../../verify/verify-lake');
  const { lakePaths } = require('../lake-session') as typeof import('../lake-session');
  const { workspace, dataVersion, profile } = input;
  const paths = lakePaths({ workspace, version: dataVersion });
  const database = await openDatabase();
  try {
    return await verifyLake({
      store,
      paths,
      catalogue: loadCatalogue(profile),
      connection: database.connections[0],
      secondConnection: database.connections[1],
      ...secrets,
    });
  } finally {
    database.close();
  }
}
