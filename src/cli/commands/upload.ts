import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { InsightsError } from '../../contract/errors';
import { shareFolder } from '../../contract/lake-paths';
import type { UploadReport } from '../../operations/upload-drop';
import type { DropCheck } from '../../test-data/check';
import { printable } from '../../contract/printable';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome, Surroundings } from '../run-command';

interface UploadFlags {
  readonly drop: string;
  readonly env: string;
  readonly shareDirectory?: string;
  readonly replace?: true;
  readonly dryRun?: true;
}

/** More than this many names are counted, not listed: the JSON result has them all. */
const listedNames = 20;

/** `insights upload`: the intake for a tenant without Data Share. */
export function addUpload({ program, run }: CommandFrame): void {
  program
    .command('upload')
    .description(
      'put an export into pre-landing of an environment, where a share would put it; continues where it was interrupted',
    )
    .requiredOption('--drop <folder>', 'the folder that holds M365/')
    .requiredOption('--env <name>', 'the environment, a file of environments/')
    .option(
      '--share-directory <name>',
      'below oea/pre_landing/data_shares (default: insights-<tenant id> of ARM_TENANT_ID)',
    )
    .option('--replace', 'deliver again what is there with other content')
    .option('--dry-run', 'check and compare, upload nothing')
    .action((flags: UploadFlags, command: Command) =>
      run(command, (output, surroundings) => uploadHere(flags, output, surroundings)),
    );
}

async function uploadHere(flags: UploadFlags, output: Output, surroundings: Surroundings): Promise<Outcome> {
  const { loadCatalogue } = require('../../catalogue/load') as typeof import('../../catalogue/load');
  const { lakeWorkspaces } =
    require('../../contract/lake-workspaces') as typeof import('../../contract/lake-workspaces');
  const { FolderStore } = require('../../lake/folder-store') as typeof import('../../lake/folder-store');
  const { BlobDrop } = require('../../operations/blob-drop') as typeof import('../../operations/blob-drop');
  const { shareDirectory } =
    require('../../operations/share-directory') as typeof import('../../operations/share-directory');
  const { uploadDrop } = require('../../operations/upload-drop') as typeof import('../../operations/upload-drop');
  const { checkDrop } = require('../../test-data/check') as typeof import('../../test-data/check');
  const { deployedEnvironment } = require('../environment-lake') as typeof import('../environment-lake');

  const { environment, blobEndpoint, azure } = deployedEnvironment(flags.env, surroundings);
  const directory = shareDirectory(flags.shareDirectory, surroundings.environment);
  if (!existsSync(flags.drop)) {
    throw new InsightsError('DROP_NOT_FOUND', 'The drop is not there.', { place: { file: flags.drop } });
  }
  const { tables } = loadCatalogue(environment.lake.profile);
  const required = tables.filter((table) => table.required && table.source === 'roster').map(({ name }) => name);
  const requiredTables = environment.lake.requiredTables ?? required;

  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const drop = new FolderStore(flags.drop);
  const place = new BlobDrop(azure.blobs(blobEndpoint), directory, interruption.signal);
  try {
    const report = await uploadDrop(
      {
        drop,
        tables: new Set(tables.map(({ name }) => name)),
        requiredTables,
        replace: flags.replace === true,
        dryRun: flags.dryRun === true,
      },
      {
        place,
        check: async () => errorsOf(await checkDrop(flags.drop, requiredTables)),
        progress: (text) => output.progress(printable(text)),
        signal: interruption.signal,
      },
    );
    const folder = `${blobEndpoint}/${shareFolder(directory)}`;
    printReport(report, flags.dryRun === true, folder, output);
    const { scheduled } = lakeWorkspaces(environment);
    if (environment.dataShare.mode !== 'off')
      output.line('This environment also receives a share; it writes to the same folder.');
    if (scheduled !== 'prod')
      output.line('Its pipeline processes test data by itself: start 0_main_insights for workspace prod to land this.');
    return { result: { environment: flags.env, folder, dryRun: flags.dryRun === true, ...report } };
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await place.close();
    await drop.close();
  }
}

/** What a check found wrong, each with its place. */
function errorsOf(check: DropCheck): readonly string[] {
  const inUnits = check.units.flatMap(({ unit, tables, findings }) => [
    ...findings.map((finding) => ({ ...finding, place: finding.file ?? unit })),
    ...tables.flatMap((table) =>
      table.findings.map((finding) => ({ ...finding, place: finding.file ?? `${unit}, table ${table.table}` })),
    ),
  ]);
  const ofDrop = check.findings.map((finding) => ({ ...finding, place: finding.file ?? 'M365' }));
  return [...ofDrop, ...inUnits]
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, place }) => printable(`${place}: ${code}: ${message}`));
}

function printReport(report: UploadReport, isDry: boolean, folder: string, output: Output): void {
  const { units, others, unguarded, uploaded, skipped, bytes } = report;
  printNames(
    units.filter(({ change }) => change !== 'none').map(({ unit, change }) => `${change}: ${unit}`),
    output,
  );
  if (unguarded.length > 0) {
    output.line(
      'No required table of these is a single file, so a run could have seen a part of them while they went up:',
    );
    printNames(unguarded, output);
  }
  if (others.length > 0) {
    output.line('These files are there and not in the drop; landing takes them along:');
    printNames(others, output);
  }
  const megabytes = (bytes / 1_000_000).toFixed(1);
  output.line(
    `${isDry ? 'To upload' : 'Uploaded'}: ${uploaded} ${uploaded === 1 ? 'file' : 'files'} (${megabytes} MB); ${skipped} were there.`,
  );
  output.line(`Folder: ${folder}`);
}

function printNames(names: readonly string[], output: Output): void {
  for (const name of names.slice(0, listedNames)) output.line(printable(`  ${name}`));
  if (names.length > listedNames) output.line(`  and ${names.length - listedNames} more`);
}
