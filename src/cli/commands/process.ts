import { Option, type Command } from 'commander';
import { exitCodes, InsightsError } from '../../contract/errors';
import { defaultDataVersion } from '../../contract/versions';
import { atLeastOne, wholeNumber } from '../arguments';
import { printable } from '../../contract/printable';
import type { CommandFrame } from '../program';
import { printRunMessages, printStages } from '../stage-table';

interface ProcessFlags {
  readonly drop?: string;
  readonly lake?: string;
  readonly workspace: string;
  readonly version: string;
  readonly profile: string;
  readonly saltFile?: string;
  readonly timeZone: string;
  readonly settleMinutes: number;
  readonly threads: number;
  readonly rebuild?: boolean;
  readonly digitalEngagement: boolean;
}

/** `insights process`: the embedded engine on a folder lake. */
export function addProcess({ program, run }: CommandFrame): void {
  program
    .command('process')
    .description('take what a drop holds and the lake does not have through all stages')
    .option('--drop <folder>', 'the folder that holds M365/; without it what is pending is tried again')
    .option('--lake <folder>', 'the lake; made when it is not there (default without a drop: one for the K-12 example)')
    .option('--workspace <name>', 'prod, dev or a sandbox', 'dev')
    .option('--version <version>', 'data version', defaultDataVersion)
    .option('--profile <profile>', 'strict, or v0.2 for upstream’s columns', 'strict')
    .option('--salt-file <file>', 'file with the salt (default: a local one under .insights/, never for prod)')
    .option('--time-zone <zone>', 'IANA time zone of the schools, for day and week', 'UTC')
    .option('--settle-minutes <minutes>', 'files younger than this wait for the next run', wholeNumber, 0)
    .addOption(
      new Option('--threads <number>', 'threads of the engine')
        .env('INSIGHTS_THREADS')
        .argParser(atLeastOne)
        .default(2),
    )
    .option('--no-digital-engagement', 'leave stage 3 (OEA’s activity events) as it is')
    .option('--rebuild', 'accept changed treatments or another salt, and make Refined anew')
    .action((flags: ProcessFlags, command: Command) =>
      run(command, async (output, { projectRoot }) => {
        const { drop, lake } = flags;
        if (drop === undefined && lake === undefined) {
          const { loadLakeSteps } = require('../load-lake-steps') as typeof import('../load-lake-steps');
          const { processExample } = require('../process-example') as typeof import('../process-example');
          return processExample(loadLakeSteps(), projectRoot, output);
        }
        if (lake === undefined) throw new InsightsError('USAGE', 'A drop needs --lake, the lake that it goes into.');
        const { processLake, saltFileOf } = require('../lake-session') as typeof import('../lake-session');
        const saltFile = await saltFileOf(flags.saltFile, flags.workspace, flags.profile, projectRoot);
        const report = await processLake({
          ...flags,
          drop,
          lake,
          saltFile,
          rebuild: flags.rebuild === true,
          progress: (text) => output.progress(text),
        });
        if (report.tables.length > 0) printStages(report.tables, output);
        for (const { unit, rundate, status } of report.units)
          output.line(printable(`${status}: ${unit} (rundate ${rundate})`));
        printRunMessages(report, output);
        output.line(`Run ${report.runId}: ${report.outcome}`);
        return { exitCode: report.outcome === 'failed' ? exitCodes.checkFailed : exitCodes.done, result: report };
      }),
    );
}
