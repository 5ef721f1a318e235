import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { exitCodes, InsightsError } from '../../contract/errors';
import { defaultDataVersion } from '../../contract/versions';
import type { CommandFrame } from '../program';
import { printStages, printVerification } from '../stage-table';

interface VerifyFlags {
  readonly lake: string;
  readonly workspace: string;
  readonly version: string;
  readonly saltFile?: string;
  readonly junit?: string;
  readonly html?: string;
}

/** `insights verify`: all checks on a lake. */
export function addVerify({ program, run }: CommandFrame): void {
  program
    .command('verify')
    .description('check a lake: every row accounted for, schemas, keys, privacy, freshness')
    .requiredOption('--lake <folder|url>', 'the lake')
    .option('--workspace <name>', 'prod, dev or a sandbox', 'dev')
    .option('--version <version>', 'data version', defaultDataVersion)
    .option('--salt-file <file>', 'file with the salt; without it pseudonyms are checked against the lookups only')
    .option('--junit <file>', 'write the checks as JUnit XML')
    .option('--html <file>', 'write the report as one HTML page')
    .action((flags: VerifyFlags, command: Command) =>
      run(command, async (output) => {
        const { verifyLakeAt } = require('../lake-session') as typeof import('../lake-session');
        const { formatVerificationHtml } =
          require('../../verify/reports/html') as typeof import('../../verify/reports/html');
        const { formatVerificationJunit } =
          require('../../verify/reports/junit') as typeof import('../../verify/reports/junit');
        const report = await verifyLakeAt({
          ...flags,
          saltFile: flags.saltFile,
          progress: (text) => output.progress(text),
        });
        if (flags.html !== undefined) writeReport(flags.html, formatVerificationHtml(report));
        if (flags.junit !== undefined) writeReport(flags.junit, formatVerificationJunit(report));
        printStages(report.tables, output);
        printVerification(report, output);
        if (flags.saltFile === undefined)
          output.line('Without --salt-file pseudonyms were checked against the lookups only.');
        output.line(`Verification ${report.outcome}`);
        return { exitCode: report.outcome === 'failed' ? exitCodes.checkFailed : exitCodes.done, result: report };
      }),
    );
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new InsightsError('OUTPUT_NOT_WRITTEN', 'The report could not be written.', { place: { file }, cause });
  }
}
