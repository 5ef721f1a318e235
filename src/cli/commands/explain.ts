import type { Command } from 'commander';
import { errorCatalogue } from '../../contract/error-catalogue';
import { exitCodes, InsightsError } from '../../contract/errors';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome } from '../run-command';

/** `insights explain [CODE]`: what an error code means and what to do; without a code, all of them. */
export function addExplain({ program, run }: CommandFrame): void {
  program
    .command('explain')
    .description('what an error code means and what to do about it; without a code, all of them')
    .argument('[code]', 'an error code, such as USAGE')
    .action((code: string | undefined, _options: unknown, command: Command) =>
      run(command, (output) => Promise.resolve(code === undefined ? explainAll(output) : explainOne(code, output))),
    );
}

interface Explanation {
  readonly code: string;
  readonly meaning: string;
  readonly nextStep: string;
  readonly exitCode: number;
}

const explanations: readonly Explanation[] = Object.entries(errorCatalogue)
  .map(([code, { meaning, nextStep, exit }]) => ({ code, meaning, nextStep, exitCode: exitCodes[exit] }))
  .sort((left, right) => (left.code < right.code ? -1 : 1));

function explainAll(output: Output): Outcome {
  output.table(
    ['code', 'exit', 'meaning'],
    explanations.map(({ code, exitCode, meaning }) => [code, exitCode, meaning]),
  );
  return { result: explanations };
}

function explainOne(code: string, output: Output): Outcome {
  const explanation = explanations.find((candidate) => candidate.code === code.toUpperCase());
  if (explanation === undefined) throw new InsightsError('UNKNOWN_ERROR_CODE', `There is no error code ${code}.`);
  output.line(`${explanation.code} (exit code ${explanation.exitCode})`);
  output.line(`  meaning: ${explanation.meaning}`);
  output.line(`  next:    ${explanation.nextStep}`);
  return { result: explanation };
}
