import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { exitCodes } from '../../contract/errors';
import type { VerificationReport } from '../../contract/lake-format';
import type { Rehearsal } from '../../rehearsal/rehearse';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';
import { printStages, printVerification } from '../stage-table';

interface RehearseOptions {
  readonly set: 'k12' | 'hed';
}

/** `insights rehearse`: a deployment to the local Azure from nothing, run and verified. */
export function addRehearse({ program, run }: CommandFrame): void {
  program
    .command('rehearse')
    .description('deploy to a local Azure from nothing, load test data, run 0_main_insights, verify every stage')
    .addOption(new Option('--set <name>', 'the test data').choices(['k12', 'hed']).default('k12'))
    .action((options: RehearseOptions, command: Command) =>
      run(command, (output, surroundings) => rehearseHere(options, output, surroundings)),
    );
}

async function rehearseHere(
  { set }: RehearseOptions,
  output: Output,
  { environment: variables, projectRoot }: Surroundings,
): Promise<Outcome> {
  const { rehearse } = require('../../rehearsal/rehearse') as typeof import('../../rehearsal/rehearse');
  const { verifyRehearsal } =
    require('../../rehearsal/verify-rehearsal') as typeof import('../../rehearsal/verify-rehearsal');
  const { formatVerificationHtml } = require('../../verify/reports/html') as typeof import('../../verify/reports/html');
  const progress = (text: string): void => output.progress(text);
  return rehearse({ projectRoot, set, variables, progress }, async (rehearsal) => {
    const report = await verifyRehearsal(rehearsal, projectRoot);
    const html = path.join(projectRoot, '.insights', 'verification.html');
    writeFileSync(html, formatVerificationHtml(report));
    printRehearsal(rehearsal, report, path.relative(projectRoot, html), output);
    const isGood = report.outcome === 'passed';
    const { phases, stacks, requests } = rehearsal;
    return {
      exitCode: isGood ? exitCodes.done : exitCodes.checkFailed,
      result: { environment: rehearsal.environment.name, phases, stacks, requests, verification: report, html },
    };
  });
}

/** The stages, what was proved, and where to look. */
function printRehearsal(rehearsal: Rehearsal, report: VerificationReport, html: string, output: Output): void {
  const { phases, stacks, requests, environment } = rehearsal;
  printStages(report.tables, output);
  output.line();
  printVerification(report, output);
  output.line();
  const created = stacks.reduce((sum, { counts }) => sum + counts.create, 0);
  output.line(
    `Proved: ${environment.name} deploys from nothing (${created} resources in ${stacks.length} stacks, ${requests} requests), its pipeline ` +
      'runs, every row is accounted for, and a second pass finds nothing to do.',
  );
  const parts = Object.entries(phases).map(([phase, seconds]) => `${phase} ${seconds} s`);
  output.line(`Time:   ${parts.join(', ')}`);
  output.line(`Report: ${html}`);
}
