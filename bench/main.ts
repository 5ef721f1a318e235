import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { exitCodes } from '../src/contract/errors';
import { measurements, runBench } from './bench';
import { installedChromium } from './chromium';
import { benchHelp, BenchUsageError, parseBenchOptions } from './options';
import { childRunner, projectRoot } from './runner';
import { fullSizes, quickSizes } from './sizes';
import { formatTable } from './table';
import { openWorkspace } from './workspace';

/** `npm run bench -- [options]`, see `benchHelp`: JSON to standard output or a file, a table to standard error. */
async function main(): Promise<number> {
  const names = measurements.map(({ name }) => name);
  const options = parseBenchOptions(process.argv.slice(2), names);
  if (options === undefined) {
    process.stdout.write(benchHelp(names));
    return exitCodes.done;
  }
  const workspace = await openWorkspace(path.join(projectRoot, '.insights', 'bench'));
  try {
    const context = {
      runner: childRunner(workspace.scratch),
      workspace,
      sizes: options.isQuick ? quickSizes : fullSizes,
      runs: options.runs,
      isFresh: options.isFresh,
      chromium: installedChromium(),
      progress: (text: string) => process.stderr.write(`${text}\n`),
    };
    const report = await runBench(
      context,
      measurements.filter(({ name }) => options.only.includes(name)),
    );
    const json = `${JSON.stringify(report, null, 2)}\n`;
    if (options.out === undefined) process.stdout.write(json);
    else writeFileSync(options.out, json);
    process.stderr.write(`\n${formatTable(report)}`);
    return report.measurements.some(({ status }) => status === 'failed') ? exitCodes.checkFailed : exitCodes.done;
  } finally {
    await workspace.remove();
  }
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof BenchUsageError ? error.message : String(error)}\n`);
    process.exitCode = error instanceof BenchUsageError ? exitCodes.usage : exitCodes.checkFailed;
  },
);
