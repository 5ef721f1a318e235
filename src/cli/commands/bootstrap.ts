import { join } from 'node:path';
import type { Command } from 'commander';
import { InsightsError } from '../../contract/errors';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

interface BootstrapFlags {
  readonly print?: true;
  readonly env?: string;
}

/** `insights bootstrap`: what an administrator must do once, as commands to read and run by hand (OWN5). */
export function addBootstrap({ program, run }: CommandFrame): void {
  program
    .command('bootstrap')
    .description('print what an administrator does once, before the first deployment; runs nothing')
    .option('--print', 'print the commands and roles, each with its reason')
    .option('--env <name>', 'one environment instead of all')
    .action((flags: BootstrapFlags, command: Command) =>
      run(command, async (output, surroundings) => printSteps(flags, output, surroundings)),
    );
}

function printSteps({ print, env }: BootstrapFlags, output: Output, surroundings: Surroundings): Outcome {
  if (print !== true) {
    throw new InsightsError(
      'USAGE',
      'The bootstrap is for an administrator to read and run: nothing is run from here.',
      {
        nextStep: 'Say --print.',
      },
    );
  }
  const { loadEnvironments } = require('../../contract/environment') as typeof import('../../contract/environment');
  const { bootstrapSteps } =
    require('../../operations/bootstrap/steps') as typeof import('../../operations/bootstrap/steps');
  const environments = loadEnvironments(join(surroundings.projectRoot, 'environments'), env).map((environment) => ({
    name: environment.name,
    steps: bootstrapSteps(environment),
  }));
  for (const { name, steps } of environments) {
    output.line(`# Environment ${name}: once, by an administrator of the subscription (Owner, or Contributor with`);
    output.line(
      '# User Access Administrator). Set ARM_SUBSCRIPTION_ID first. What is there already says so, and stays.',
    );
    for (const { title, why, commands } of steps) {
      output.line();
      output.line(`# ${title}`);
      output.line(`# ${why}`);
      commands.forEach((command) => output.line(command));
    }
    output.line();
  }
  return { result: environments };
}
