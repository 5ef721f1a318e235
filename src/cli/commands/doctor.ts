import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../../contract/errors';
import type { Check } from '../../operations/doctor/check';
import type { Examination } from '../../operations/doctor/examine';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

/** `insights doctor`: what stands between this machine and a deployment. */
export function addDoctor({ program, run }: CommandFrame): void {
  program
    .command('doctor')
    .description('check tools, providers, environments and, where it can be asked, Azure; changes nothing')
    .option('--env <name>', 'one environment instead of all')
    .action((options: { readonly env?: string }, command: Command) =>
      run(command, (output, surroundings) => examineHere(options.env, output, surroundings)),
    );
}

async function examineHere(wanted: string | undefined, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { examine } = require('../../operations/doctor/examine') as typeof import('../../operations/doctor/examine');
  const { realEffects } =
    require('../../operations/doctor/real-effects') as typeof import('../../operations/doctor/real-effects');
  const { projectRoot, environment } = surroundings;
  const examination = await examine({
    effects: realEffects(environment, projectRoot),
    projectRoot,
    oldestNode: oldestNode(projectRoot),
    ...(wanted === undefined ? {} : { wanted }),
  });
  printExamination(examination, output);
  return { exitCode: examination.problems === 0 ? exitCodes.done : exitCodes.checkFailed, result: examination };
}

/** `>=20.9` of package.json, as `20.9`. */
function oldestNode(projectRoot: string): string {
  const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    readonly engines: { readonly node: string };
  };
  return manifest.engines.node.replace(/^>=/, '');
}

/** A heading per environment, a line per check, and below it what to do. */
export function printExamination({ machine, environments, problems }: Examination, output: Output): void {
  printChecks('This machine', machine, output);
  for (const { name, checks } of environments) {
    output.line();
    printChecks(`Environment ${name}`, checks, output);
  }
  output.line();
  output.line(problems === 0 ? 'No problem found.' : `${problems} problem(s) found.`);
}

const marks: Readonly<Record<Check['state'], string>> = {
  ok: 'ok      ',
  remark: 'note    ',
  problem: 'PROBLEM ',
  'not-asked': 'unknown ',
};

function printChecks(title: string, checks: readonly Check[], output: Output): void {
  output.line(title);
  for (const { id, state, message, steps } of checks) {
    output.line(`  ${marks[state]} ${id}: ${message}`);
    for (const step of steps) output.line(`             - ${step}`);
  }
}
