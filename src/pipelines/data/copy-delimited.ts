import { asList, asObject } from '../definition';
import type { JsonObject } from '../../artifacts/model';
import { toText } from '../expression/content';
import type { ActivityContext } from '../run/activity-type';
import { ActivityFailure } from '../run/records';
import { mergedTarget, selectSource } from './copy-binary';
import { formatSettingsOf, type CopyCounts, type CopySide } from './copy-side';
import { joinPath, locationOf } from './data-set';
import {
  delimitedFormat,
  readDelimited,
  writeDelimited,
  type DelimitedFormat,
  type DelimitedTable,
} from './delimited-text';

/** Copies delimited text from one layout into another, with the columns that the translator names. */
export async function copyDelimited(context: ActivityContext, source: CopySide, sink: CopySide): Promise<CopyCounts> {
  const { clock, ports } = context.run;
  const [from, to] = [formatOf(source), formatOf(sink)];
  return clock.busy(async () => {
    const { files } = await selectSource(context, source);
    const tables: DelimitedTable[] = [];
    let bytesRead = 0;
    for (const { path } of files) {
      const content = await ports.lake.read(path);
      bytesRead += content.length;
      tables.push(mapColumns(context, readDelimited(content.toString('utf8'), from)));
    }
    const { container, folder, file } = locationOf(sink.dataSet);
    const isOne = file !== '' || toText(sink.storeSettings['copyBehavior'] ?? null) === 'MergeFiles';
    const targets = isOne
      ? [mergedTarget(context, files, sink)]
      : files.map(({ relative }) => joinPath(container, folder, relative));
    const written = isOne ? [merge(tables)] : tables;
    let bytesWritten = 0;
    for (const [index, table] of written.entries()) {
      const content = Buffer.from(writeDelimited(table, to), 'utf8');
      bytesWritten += content.length;
      await ports.lake.write(targets[index] ?? '', content);
    }
    const rows = tables.reduce((total, table) => total + table.rows.length, 0);
    return { filesRead: files.length, filesWritten: written.length, bytesRead, bytesWritten, rows };
  });
}

function formatOf({ dataSet, properties }: CopySide): DelimitedFormat {
  return delimitedFormat(dataSet.typeProperties, formatSettingsOf(properties));
}

function merge(tables: readonly DelimitedTable[]): DelimitedTable {
  return { columns: tables[0]?.columns ?? [], rows: tables.flatMap(({ rows }) => rows) };
}

/** The columns of a TabularTranslator, by name or by number from 1, in its order; without one, all as they are. */
function mapColumns(context: ActivityContext, table: DelimitedTable): DelimitedTable {
  const translator = asObject(context.activity.typeProperties['translator']);
  const mappings = asList(translator['mappings']).map(asObject);
  if (mappings.length === 0) return table;
  const sources = mappings.map((mapping) => columnIndex(table, asObject(mapping['source'])));
  const columns = mappings.map((mapping, index) => {
    const { name } = asObject(mapping['sink']);
    return typeof name === 'string' ? name : (table.columns[sources[index] ?? 0] ?? '');
  });
  return { columns, rows: table.rows.map((row) => sources.map((index) => row[index] ?? null)) };
}

function columnIndex(table: DelimitedTable, source: JsonObject): number {
  const { name, ordinal } = source;
  const index = typeof ordinal === 'number' ? ordinal - 1 : table.columns.findIndex((column) => column === name);
  if (index >= 0 && index < table.columns.length) return index;
  const column = typeof ordinal === 'number' ? `number ${ordinal}` : `'${typeof name === 'string' ? name : ''}'`;
  throw new ActivityFailure(
    '2200',
    `ErrorCode=MappingColumnNameNotFoundInSourceFile, The source has no column ${column}.`,
  );
}
