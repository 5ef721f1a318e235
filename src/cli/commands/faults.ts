import { exitCodes, InsightsError } from '../../contract/errors';
import type { FaultResult } from '../../rehearsal/faults/judge';
import type { Output } from '../output';
import type { Outcome, Surroundings } from '../run-command';

/** `--faults list`: the library, and nothing done. */
const listWord = 'list';

/** `insights rehearse --faults …`: each fault happens in a deployed environment, and must end as it says. */
export async function rehearseFaults(
  wanted: readonly string[],
  output: Output,
  { environment: variables, projectRoot }: Surroundings,
): Promise<Outcome> {
  if (wanted.includes(listWord)) return listFaults(wanted, output);
  const { runFaults } =
    require('../../rehearsal/faults/run-faults') as typeof import('../../rehearsal/faults/run-faults');
  const progress = (text: string): void => output.progress(text);
  const onResult = ({ name, problems, seconds }: FaultResult): void =>
    output.progress(`${name}: ${problems.length === 0 ? 'passed' : 'failed'} in ${seconds} s`);
  const results = await runFaults({ projectRoot, variables, wanted, progress, onResult });
  printResults(results, output);
  const failed = results.filter(({ problems }) => problems.length > 0);
  return { exitCode: failed.length === 0 ? exitCodes.done : exitCodes.checkFailed, result: { results } };
}

function listFaults(wanted: readonly string[], output: Output): Outcome {
  if (wanted.length > 1) throw new InsightsError('USAGE', 'With list there is no other name.');
  const { faultScenarios } = require('../../rehearsal/faults') as typeof import('../../rehearsal/faults');
  const faults = faultScenarios.map(({ name, area, fault, outcome }) => ({
    name,
    area,
    fault,
    outcome: outcome.kind === 'recovered' ? 'recovered' : `stopped: ${outcome.code}`,
  }));
  output.table(
    ['fault', 'of', 'what goes wrong', 'what must come of it'],
    faults.map(({ name, area, fault, outcome }) => [name, area, fault, outcome]),
  );
  return { result: { faults } };
}

function printResults(results: readonly FaultResult[], output: Output): void {
  output.table(
    ['fault', 'must be', 'result', 'rows', 'seconds'],
    results.map(({ name, outcome, problems, rows, seconds }) => [
      name,
      outcome,
      problems.length === 0 ? 'passed' : 'FAILED',
      rows,
      seconds,
    ]),
  );
  output.line();
  for (const { name, problems } of results) {
    for (const problem of problems) output.line(`${name}: ${problem}`);
  }
  const failed = results.filter(({ problems }) => problems.length > 0).length;
  output.line(`${results.length - failed} passed, ${failed} failed`);
}
