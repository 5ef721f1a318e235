import type { LakeStageName } from '../../contract/lake-format';
import type { Check, CheckReport } from '../check';
import type { LakeTable, VerifyContext } from '../context';
import type { StageTable } from '../stage-table';

const logNames = /^(\d{20}\.json|\d{20}\.checkpoint(\.\d{10}\.\d{10})?\.parquet|_last_checkpoint|\d{20}\.crc)$/;
const ledgerNames = /^(\d{20}\.json|checkpoint-\d{20}\.json|lock\.json(\.[0-9a-f]+\.taken)?)$/;

/** Nothing in the lake that no log knows, and nothing in a log that is not there. */
export const folders: Check = {
  name: 'nothing else is in the folders',
  rules: ['ROW14'],
  async run(context, report) {
    const { paths } = context;
    await checkFolder(context, report, 'Ingested', paths.ingestedFolder, (name) => name);
    await checkFolder(context, report, 'Ingested_Corrected', paths.correctedFolder, (name) => name);
    await checkFolder(context, report, 'Rejected', paths.rejectedFolder, (name) => name);
    await checkFolder(context, report, 'general', paths.refinedFolder('general'), (name) => name);
    await checkFolder(context, report, 'sensitive', paths.refinedFolder('sensitive'), (name) =>
      name.endsWith('_lookup') ? name.slice(0, -'_lookup'.length) : undefined,
    );
    await checkZones(context, report);
  },
};

async function checkFolder(
  context: VerifyContext,
  report: CheckReport,
  stage: LakeStageName,
  folder: string,
  tableOfFolder: (name: string) => string | undefined,
): Promise<void> {
  const tables = new Map(context.tables.map((table) => [table.table.name, table]));
  const unknown = new Map<string, number>();
  const present = new Map<string, Map<string, number>>();
  const orphans = new Map<string, number>();
  for (const { path, bytes } of await context.list(folder)) {
    report.examine();
    const [name = '', ...rest] = path.slice(folder.length + 1).split('/');
    if (stage === 'Ingested' && rest.length === 0 && path === context.paths.metadata) continue;
    if (stage === 'Ingested' && name === '_landing') {
      if (rest.length !== 1 || !ledgerNames.test(rest[0] ?? ''))
        report.error('The landing ledger holds a file that is none of its own.', { file: path });
      continue;
    }
    const table = tables.get(tableOfFolder(name) ?? '');
    if (table === undefined || rest.length === 0) {
      unknown.set(name, (unknown.get(name) ?? 0) + 1);
      continue;
    }
    const files = present.get(table.table.name) ?? new Map<string, number>();
    present.set(table.table.name, files.set(path, bytes));
    if (!isKnown(table, stage, path, rest)) orphans.set(table.table.name, (orphans.get(table.table.name) ?? 0) + 1);
  }
  for (const [name, files] of unknown) {
    report.error(
      `${stage} holds something that is no table of the catalogue. Find out who put it there, and remove it.`,
      {
        file: `${folder}/${name}`,
        counts: { files },
      },
    );
  }
  for (const [table, files] of orphans) {
    report.error(
      `${stage} holds files that no version of the table's log mentions. The next insights process removes what a crash left; anything else was put there by hand.`,
      {
        table,
        counts: { files },
      },
    );
  }
  for (const { table, stages } of context.tables) {
    const found = stages.get(stage);
    if (found !== undefined) checkPresent(found, present.get(table.name) ?? new Map(), report);
  }
}

function isKnown(table: LakeTable, stage: LakeStageName, path: string, rest: readonly string[]): boolean {
  const found = table.stages.get(stage);
  // A table whose log cannot be read is reported by another check; its files cannot be judged.
  if (found === undefined) return table.unreadable.has(stage);
  // Spark on a local file system writes a checksum `.<name>.crc` beside each file.
  const last = rest.at(-1) ?? '';
  const checked = /^\.(.+)\.crc$/.exec(last)?.[1];
  if (checked !== undefined)
    return isKnown(table, stage, path.slice(0, -last.length) + checked, [...rest.slice(0, -1), checked]);
  if (rest[0] === '_delta_log') return rest.length === 2 && logNames.test(rest[1] ?? '');
  return found.formerFiles.has(path) || found.files.some((file) => file.path === path);
}

function checkPresent(stage: StageTable, present: ReadonlyMap<string, number>, report: CheckReport): void {
  const place = { table: stage.table };
  const missing = stage.files.filter(({ path }) => !present.has(path));
  if (missing.length > 0) {
    report.error(
      `The log of ${stage.stage} refers to files that are not there. Restore them, or process the lake with --rebuild.`,
      {
        ...place,
        counts: { files: missing.length },
      },
    );
  }
  const changed = stage.files.filter(({ path, bytes }) => present.has(path) && present.get(path) !== bytes);
  if (changed.length > 0) {
    report.error(
      `Files of ${stage.stage} do not have the size that the log says: they were changed after they were written.`,
      {
        ...place,
        counts: { files: changed.length },
      },
    );
  }
}

/** Refined has the zones general and sensitive, and nothing beside them. */
async function checkZones(context: VerifyContext, report: CheckReport): Promise<void> {
  const general = context.paths.refinedFolder('general');
  const refined = general.slice(0, -'/general'.length);
  const zones = [`${general}/`, `${context.paths.refinedFolder('sensitive')}/`];
  const strangers = new Map<string, number>();
  for (const { path } of await context.list(refined)) {
    if (zones.some((zone) => path.startsWith(zone))) continue;
    const [name = ''] = path.slice(refined.length + 1).split('/');
    strangers.set(name, (strangers.get(name) ?? 0) + 1);
  }
  for (const [name, files] of strangers) {
    report.error('Refined holds something beside general and sensitive. Find out who put it there, and remove it.', {
      file: `${refined}/${name}`,
      counts: { files },
    });
  }
}
