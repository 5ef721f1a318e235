import type { Command } from 'commander';
import { formatError, InsightsError } from '../../contract/errors';
import type { DashboardServer } from '../../dashboard/server';
import { wholeNumber } from '../arguments';
import type { LakeFlags } from '../environment-lake';
import type { Output } from '../output';
import { newestOwnLake } from '../own-lakes';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

interface DashboardFlags extends LakeFlags {
  readonly export?: string;
  readonly port?: number;
  readonly timeZone?: string;
}

const help = `
Without --lake and --env it is what \`npm start\` or \`insights process\` made, whichever was last. The page is for this machine only and
asks nothing of the internet; it shows aggregates, with small numbers hidden, never rows. Ctrl-C ends it.`;

/** `insights dashboard`: the web dashboard of a lake, served here or written as a static site. */
export function addDashboard({ program, run }: CommandFrame): void {
  program
    .command('dashboard')
    .description('look at a lake in the browser: engagement, runs, dictionary; aggregates only')
    .option('--lake <folder|url>', 'the lake (default: that of the last rehearsal or example)')
    .option('--env <name>', 'the environment whose lake it is, instead of --lake')
    .option('--workspace <name>', 'prod, dev or a sandbox (default: dev, or what the environment processes)')
    .option('--version <version>', 'data version (default: 1.14, or that of the environment)')
    .option('--time-zone <zone>', 'IANA zone of days and hours (default: that of the newest run, else UTC)')
    .option('--export <folder>', 'write a static site there instead of serving one')
    .option('--port <number>', 'port on 127.0.0.1 (default: any free one)', wholeNumber)
    .addHelpText('after', help)
    .action((flags: DashboardFlags, command: Command) =>
      run(command, (output, surroundings) => showDashboard(flags, output, surroundings)),
    );
}

async function showDashboard(flags: DashboardFlags, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { isTimeZone } =
    require('../../contract/environment-check') as typeof import('../../contract/environment-check');
  if (flags.timeZone !== undefined && !isTimeZone(flags.timeZone)) {
    throw new InsightsError('USAGE', '--time-zone is not an IANA time zone such as Europe/Berlin.');
  }
  if (flags.export !== undefined) return exportDashboard(flags, flags.export, output, surroundings);
  const { serveDashboard } = require('../../dashboard/server') as typeof import('../../dashboard/server');
  const server = await serveDashboard(flags.port ?? 0);
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    output.line(`Dashboard: ${server.url}`);
    await fill(server, flags, output, surroundings);
    output.endProgress();
    await aborted(interruption.signal);
    return { result: { url: server.url } };
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await server.close();
  }
}

/** The page stays when the lake cannot be read, because it says why; so does the terminal. */
async function fill(
  server: DashboardServer,
  flags: DashboardFlags,
  output: Output,
  surroundings: Surroundings,
): Promise<void> {
  try {
    const opened = await open(flags, surroundings, (text) => {
      server.progress(text);
      output.progress(text);
    });
    await server.ready(opened);
    output.line('Ready. Ctrl-C ends it.');
  } catch (error) {
    if (!(error instanceof InsightsError)) throw error;
    server.failed(error);
    output.error(formatError(error));
    output.line('The page says so too. Ctrl-C ends it.');
  }
}

async function exportDashboard(
  flags: DashboardFlags,
  folder: string,
  output: Output,
  surroundings: Surroundings,
): Promise<Outcome> {
  const { exportSite, refuseTakenFolder } =
    require('../../dashboard/export-site') as typeof import('../../dashboard/export-site');
  await refuseTakenFolder(folder);
  const opened = await open(flags, surroundings, (text) => output.progress(text));
  const files = await exportSite(opened, folder);
  output.line(`${files} files written to ${folder}; open index.html there, or put the folder on a web server.`);
  return { result: { folder, files, madeAt: opened.site.madeAt } };
}

function open(flags: DashboardFlags, surroundings: Surroundings, progress: (text: string) => void) {
  const { namedLake } = require('../environment-lake') as typeof import('../environment-lake');
  const { lakePaths, withStore } = require('../lake-session') as typeof import('../lake-session');
  const { openDashboard } =
    require('../../dashboard/open-dashboard') as typeof import('../../dashboard/open-dashboard');
  const own = newestOwnLake(surroundings.projectRoot);
  const isNamed = flags.lake !== undefined || flags.env !== undefined;
  const target = namedLake(isNamed ? flags : { ...flags, lake: own }, surroundings);
  return withStore(target.lake, (store) =>
    openDashboard({ store, paths: lakePaths(target), timeZone: flags.timeZone, progress }),
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
