import type { Command } from 'commander';
import { exitCodes } from '../../contract/errors';
import { wholeNumber } from '../arguments';
import type { CommandFrame } from '../program';

interface GenerateFlags {
  readonly set: 'k12' | 'hed';
  readonly scale?: number;
  readonly days?: number;
  readonly seed?: number;
  readonly people?: number;
  readonly startDate?: string;
  readonly out: string;
}

/** `insights test-data`: the seeded generator, the check of a drop, and the scenarios. */
export function addTestData({ program, run }: CommandFrame): void {
  const group = program.command('test-data').description('make, change and check drops of synthetic data');
  group
    .command('generate')
    .description('write a drop of synthetic data; the same options give the same bytes')
    .requiredOption('--set <set>', 'k12 or hed')
    .option('--scale <number>', 'multiplies persons, schools and activity', wholeNumber)
    .option('--days <number>', 'days of activity, weekends included', wholeNumber)
    .option('--seed <number>', 'another seed gives other data', wholeNumber)
    .option('--people <number>', 'persons in all', wholeNumber)
    .option('--start-date <yyyy-mm-dd>', 'first day of activity')
    .requiredOption('--out <folder>', 'an empty or new folder')
    .action(({ out, ...options }: GenerateFlags, command: Command) =>
      run(command, async (output) => {
        const { generateDrop } = require('../../test-data/generate') as typeof import('../../test-data/generate');
        const report = await generateDrop(options, out, ({ step, rows }) => output.progress(`${step}: ${rows} rows`));
        output.table(['table', 'rows'], Object.entries(report.rows));
        output.line(`Written to ${out}; time zone ${report.timeZone}`);
        return { result: { out, ...report } };
      }),
    );
  group
    .command('check')
    .description('compare a drop with the catalogue and say what is wrong with it, table by table')
    .argument('<folder>', 'the folder that holds M365/')
    .action((folder: string, _flags: unknown, command: Command) =>
      run(command, async (output) => {
        const { checkDrop, formatDropCheck } =
          require('../../test-data/check') as typeof import('../../test-data/check');
        const check = await checkDrop(folder);
        output.line(formatDropCheck(check).trimEnd());
        return { exitCode: check.outcome === 'failed' ? exitCodes.checkFailed : exitCodes.done, result: check };
      }),
    );
  group
    .command('scenario')
    .description(
      'write a drop to which something happened: a next day, a rollover, a defect; without a name: list them',
    )
    .argument('[name]', 'name of the scenario')
    .option('--drop <folder>', 'the drop to change')
    .option('--out <folder>', 'an empty or new folder for the changed drop')
    .action((name: string | undefined, flags: { drop?: string; out?: string }, command: Command) =>
      run(command, async (output, { projectRoot }) => {
        const { applyScenario, scenarios } =
          require('../../test-data/scenarios') as typeof import('../../test-data/scenarios');
        const listed = scenarios.map((scenario) => ({ name: scenario.name, description: scenario.description }));
        if (name === undefined || flags.out === undefined) {
          output.table(
            ['scenario', 'what happened'],
            listed.map((one) => [one.name, one.description]),
          );
          return { result: listed };
        }
        const scenario = await applyScenario(name, flags.drop ?? `${projectRoot}/test_data/k12`, flags.out);
        output.line(`${scenario.description}\nExpected: ${scenario.outcome}\nWritten to ${flags.out}`);
        const { description, outcome, expects } = scenario;
        return { result: { name, out: flags.out, description, outcome, expects } };
      }),
    );
}
