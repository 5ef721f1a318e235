import { ActivityGenerator } from './activity';
import { formatDay } from './calendar';
import { demographicTables } from './demographic-tables';
import { directoryTables } from './directory-tables';
import { DropFile, folderWriter, type DropWriter } from './drop-writer';
import { activitySchema, currentManifest, rosterManifest, rosterSchema, schemaFiles } from './manifest';
import { settingsOf, type GenerateOptions } from './options';
import { personTables } from './person-tables';
import { structureTables } from './structure-tables';
import { InsightsError } from '../contract/errors';
import { catalogueTable, rosterTables, TableWriter } from './table-writer';
import { buildWorld, SeenClock, type RowSource, type World } from './world';

export interface GenerateReport {
  /** Rows by table, activity included, in the order in which they were written. */
  readonly rows: Readonly<Record<string, number>>;
  /** Roster folder name, such as `2024-03-04T05-30-00`. */
  readonly rosterTimestamp: string;
  /** IANA name of the time zone whose rhythm the activity follows (ROW16). */
  readonly timeZone: string;
}

export interface Progress {
  /** Called after each table and each day of activity. */
  (done: { readonly step: string; readonly rows: number }): void;
}

const sources: Readonly<Record<string, RowSource>> = {
  ...structureTables,
  ...personTables,
  ...demographicTables,
  ...directoryTables,
};

/**
 * Writes a drop: a roster snapshot of all roster and directory tables, a day's activity per folder, and the CDM
 * description. Activity is streamed; the roster is held in memory. The same options give the same bytes everywhere.
 * @throws InsightsError TEST_DATA_OPTIONS, TEST_DATA_COLUMNS
 */
export async function generate(
  options: GenerateOptions,
  writer: DropWriter,
  progress: Progress = () => {},
): Promise<GenerateReport> {
  const settings = settingsOf(options);
  const world = buildWorld(settings);
  const rows: Record<string, number> = {};
  const rosterTimestamp = `${formatDay(settings.startDay)}T05-30-00`;
  for (const { name } of rosterTables()) {
    rows[name] = await writeRosterTable(world, name, `M365/roster/${rosterTimestamp}`, writer);
    progress({ step: name, rows: rows[name] });
  }
  rows.activity = await writeActivity(world, writer, progress);
  const documents: readonly (readonly [string, string])[] = [
    [`M365/roster/${rosterTimestamp}/snapshot.roster.manifest.cdm.json`, rosterManifest(rosterTimestamp)],
    [schemaFiles.roster, rosterSchema()],
    [schemaFiles.activity, activitySchema()],
    ['M365/current.manifest.cdm.json', currentManifest(rosterTimestamp)],
  ];
  for (const [file, text] of documents) {
    const document = await DropFile.create(writer, file);
    document.add(text);
    await document.close();
  }
  return { rows, rosterTimestamp, timeZone: settings.set.zone.name };
}

/** As `generate`, into a folder that holds no drop yet. @throws InsightsError TEST_DATA_FOLDER_IN_USE */
export async function generateDrop(
  options: GenerateOptions,
  folder: string,
  progress?: Progress,
): Promise<GenerateReport> {
  settingsOf(options);
  return generate(options, await folderWriter(folder), progress);
}

async function writeRosterTable(world: World, name: string, folder: string, writer: DropWriter): Promise<number> {
  const source = sources[name];
  if (source === undefined) {
    throw new InsightsError('TEST_DATA_COLUMNS', 'The generator has no rows for a table of the catalogue.', {
      place: { table: name },
    });
  }
  const file = await DropFile.create(writer, `${folder}/${name}/${name.toLowerCase()}.csv`);
  const table = new TableWriter(catalogueTable(name), file);
  for (const row of source(world, new SeenClock(world, name))) {
    table.write(row);
    if (file.full) await file.flush();
  }
  await file.close();
  return table.rows;
}

async function writeActivity(world: World, writer: DropWriter, progress: Progress): Promise<number> {
  const { startDay, days } = world.settings;
  const activity = new ActivityGenerator(world, catalogueTable('activity'));
  let total = 0;
  for (let day = startDay; day < startDay + days; day += 1) {
    const date = formatDay(day);
    const file = await DropFile.create(writer, `M365/activity/${date}/ApplicationUsage.csv`);
    const table = new TableWriter(catalogueTable('activity'), file);
    for (const signal of activity.day(day)) {
      table.writeCells(signal);
      if (file.full) await file.flush();
    }
    await file.close();
    total += table.rows;
    progress({ step: `activity ${date}`, rows: table.rows });
  }
  return total;
}
