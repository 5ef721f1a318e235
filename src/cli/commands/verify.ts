import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { exitCodes } from '../../contract/errors';
import { outputNotWritten } from '../../contract/system-failure';
import type { LakeFlags } from '../environment-lake';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';
import { printStages, printVerification } from '../stage-table';

interface VerifyFlags extends LakeFlags {
  readonly saltFile?: string;
  readonly junit?: string;
  readonly html?: string;
}

/** `insights verify`: all checks on a lake. */
export function addVerify({ program, run }: CommandFrame): void {
  program
    .command('verify')
    .description('check a lake: every row accounted for, schemas, keys, privacy, freshness')
    .option('--lake <folder|url>', 'the lake')
    .option('--env <name>', 'the environment whose lake it is, instead of --lake')
    .option('--workspace <name>', 'prod, dev or a sandbox (default: dev, or what the environment processes)')
    .option('--version <version>', 'data version (default: 1.14, or that of the environment)')
    .option(
      '--salt-file <file>',
      'file with the salt (default with --env: from its vault); without a salt pseudonyms are checked against the lookups only',
    )
    .option('--junit <file>', 'write the checks as JUnit XML')
    .option('--html <file>', 'write the report as one HTML page')
    .action((flags: VerifyFlags, command: Command) =>
      run(command, (output, surroundings) => verifyHere(flags, output, surroundings)),
    );
}

async function verifyHere(flags: VerifyFlags, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { namedLake } = require('../environment-lake') as typeof import('../environment-lake');
  const { verifyLakeAt } = require('../lake-session') as typeof import('../lake-session');
  const { formatVerificationHtml } = require('../../verify/reports/html') as typeof import('../../verify/reports/html');
  const { formatVerificationJunit } =
    require('../../verify/reports/junit') as typeof import('../../verify/reports/junit');
  const { readSecret, ...target } = namedLake(flags, surroundings);
  const remarks: string[] = [];
  const { report, withSalt, reportLeft } = await verifyLakeAt({
    ...target,
    saltFile: flags.saltFile,
    readSecret: readSecret && ((name) => readSecret(name, (text) => remarks.push(text))),
    progress: (text) => output.progress(text),
  });
  if (flags.html !== undefined) writeReport(flags.html, formatVerificationHtml(report));
  if (flags.junit !== undefined) writeReport(flags.junit, formatVerificationJunit(report));
  printStages(report.tables, output);
  printVerification(report, output);
  for (const remark of remarks) output.line(remark);
  if (!withSalt) output.line('Without --salt-file pseudonyms were checked against the lookups only.');
  if (!reportLeft) output.line('The report was not left in the lake: this identity may not write there.');
  output.line(`Verification ${report.outcome}`);
  return { exitCode: report.outcome === 'failed' ? exitCodes.checkFailed : exitCodes.done, result: report };
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw outputNotWritten('The report', file, cause);
  }
}
