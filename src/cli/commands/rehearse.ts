import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { exitCodes } from '../../contract/errors';
import { ownFolder } from '../../contract/project-folders';
import type { Rehearsal } from '../../rehearsal/rehearse';
import type { Output } from '../output';
import { rehearsedLake } from '../own-lakes';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';
import { rehearseFaults } from './faults';
import { printStages, printVerification } from '../stage-table';

interface RehearseOptions {
  readonly set: 'k12' | 'hed';
  readonly engine: 'duckdb' | 'spark';
  readonly fresh?: boolean;
  readonly faults?: readonly string[];
}

/** `insights rehearse`, which is `npm start`: a deployment to the local Azure, run and verified. Asks nothing. */
export function addRehearse({ program, run }: CommandFrame): void {
  program
    .command('rehearse')
    .alias('start')
    .description(
      'deploy to a local Azure, load test data, run 0_main_insights, verify every stage; again: only what changed',
    )
    .addOption(new Option('--set <name>', 'the test data').choices(['k12', 'hed']).default('k12'))
    .addOption(
      new Option('--engine <name>', 'what notebooks run on: the embedded engine, or Spark on this machine')
        .choices(['duckdb', 'spark'])
        .default('duckdb'),
    )
    .option('--fresh', 'begin from nothing, whatever an earlier rehearsal left')
    .addOption(
      new Option('--faults <name...>', 'let these faults happen instead: names, all, or list').conflicts('engine'),
    )
    .action((options: RehearseOptions, command: Command) =>
      run(command, (output, surroundings) =>
        options.faults === undefined
          ? rehearseHere(options, output, surroundings)
          : rehearseFaults(options.faults, output, surroundings),
      ),
    );
}

async function rehearseHere(
  { set, engine, fresh = false }: RehearseOptions,
  output: Output,
  { environment: variables, projectRoot }: Surroundings,
): Promise<Outcome> {
  const { rehearse } = require('../../rehearsal/rehearse') as typeof import('../../rehearsal/rehearse');
  const { copyPublished } =
    require('../../rehearsal/published-copy') as typeof import('../../rehearsal/published-copy');
  const { formatVerificationHtml } = require('../../verify/reports/html') as typeof import('../../verify/reports/html');
  const progress = (text: string): void => output.progress(text);
  return rehearse({ projectRoot, set, engine, fresh, variables, progress }, async (rehearsal) => {
    const html = ownFolder(projectRoot, 'verification.html');
    const { phases, stacks, requests, environment, verification } = rehearsal;
    writeFileSync(html, formatVerificationHtml(verification));
    await copyPublished(rehearsal, projectRoot, rehearsedLake(projectRoot));
    printRehearsal(rehearsal, path.relative(projectRoot, html), output);
    return {
      exitCode: verification.outcome === 'passed' ? exitCodes.done : exitCodes.checkFailed,
      result: { environment: environment.name, engine, phases, stacks, requests, verification, html },
    };
  });
}

/** The stages, what was proved, and where to look. */
function printRehearsal(rehearsal: Rehearsal, html: string, output: Output): void {
  const { phases, verification } = rehearsal;
  printStages(verification.tables, output);
  output.line();
  printVerification(verification, output);
  output.line();
  output.line(`${verification.outcome === 'passed' ? 'Proved' : 'Done'}: ${whatWasDone(rehearsal)}`);
  const parts = Object.entries(phases).map(([phase, seconds]) => `${phase} ${seconds} s`);
  output.line(`Time:   ${parts.join(', ')}`);
  output.line(`Report: ${html}`);
  output.line('Look:   npx insights dashboard');
}

function whatWasDone({ environment, stacks, requests, engine, goesOn }: Rehearsal): string {
  const count = (step: 'create' | 'update' | 'replace' | 'destroy' | 'unchanged'): number =>
    stacks.reduce((sum, { counts }) => sum + counts[step], 0);
  const changed = count('create') + count('update') + count('replace') + count('destroy');
  if (!goesOn) {
    return (
      `${environment.name} deploys from nothing (${changed} resources in ${stacks.length} stacks, ${requests} requests), its pipeline ` +
      `runs${engine === 'spark' ? ' on Spark' : ''}, every row is accounted for, and a second pass finds nothing to do.`
    );
  }
  const what = changed === 0 ? 'nothing has changed' : `${changed} resources were changed`;
  return `${environment.name} is deployed as asked for (${what}, ${count('unchanged')} as they were), and every row is accounted for.`;
}
