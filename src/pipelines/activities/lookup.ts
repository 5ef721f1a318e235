import { asObject } from '../definition';
import { selectSource } from '../data/copy-binary';
import { formatSettingsOf } from '../data/copy-side';
import { isInLake, resolveDataSet, type DataSet } from '../data/data-set';
import { delimitedFormat, readDelimited } from '../data/delimited-text';
import { databaseOf } from '../data/sql-connection';
import { toText } from '../expression/content';
import { fromJson, isArray, isObject, jsonText, parseJson, type Value, type ValueObject } from '../expression/value';
import type { ActivityContext, ActivityType } from '../run/activity-type';
import { ActivityFailure } from '../run/records';
import { runSql } from './run-sql';

/** What the service gives at most (azure-facts §6.3). */
const mostRows = 5000;
const mostBytes = 4 * 1024 * 1024;

/** Reads rows of a file of the lake or of a database; only the first one unless it says otherwise. */
export const lookup: ActivityType = {
  type: 'Lookup',
  kind: 'execution',
  run: async (context) => {
    const { activity, run, scope } = context;
    const dataSet = resolveDataSet(asObject(activity.typeProperties['dataset']), run.artifacts, scope);
    const written = context.property('source');
    const source = isObject(written) ? written : {};
    const isFirstOnly = context.property('firstRowOnly') !== false;
    context.setInput({ dataset: dataSet.name, source, firstRowOnly: isFirstOnly });
    const rows = isInLake(dataSet) ? await fileRows(context, dataSet, source) : await sqlRows(context, dataSet, source);
    if (isFirstOnly) return rows[0] === undefined ? {} : { firstRow: rows[0] };
    const value = rows.slice(0, mostRows);
    if (Buffer.byteLength(jsonText(value)) > mostBytes) {
      throw new ActivityFailure(
        '2300',
        `The result of '${activity.name}' is larger than the 4 MB that the service gives.`,
      );
    }
    return { count: BigInt(value.length), value };
  },
};

async function fileRows(context: ActivityContext, dataSet: DataSet, source: ValueObject): Promise<readonly Value[]> {
  const settings = source['storeSettings'] ?? null;
  const side = { dataSet, properties: source, storeSettings: isObject(settings) ? settings : {} };
  const { clock, ports } = context.run;
  const texts = await clock.busy(async () => {
    const read: string[] = [];
    for (const { path } of (await selectSource(context, side)).files) {
      read.push((await ports.lake.read(path)).toString('utf8'));
    }
    return read;
  });
  if (dataSet.type === 'Json') return texts.flatMap((text) => jsonRows(text, dataSet));
  if (dataSet.type !== 'DelimitedText') {
    throw new ActivityFailure('NotImplemented', `Rows of dataset type ${dataSet.type} cannot be read here.`);
  }
  const format = delimitedFormat(dataSet.typeProperties, formatSettingsOf(source));
  return texts.flatMap((text) => {
    const { columns, rows } = readDelimited(text, format);
    return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
  });
}

/** A document, an array of rows, or a row on each line. */
function jsonRows(text: string, { name }: DataSet): readonly Value[] {
  const parse = (part: string): Value | undefined => {
    try {
      return parseJson(part);
    } catch {
      return undefined;
    }
  };
  const whole = parse(text);
  if (whole !== undefined) return isArray(whole) ? whole : [whole];
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const row = parse(line);
    if (row !== undefined) return row;
    throw new ActivityFailure('2200', `ErrorCode=JsonInvalidDataFormat, A file of dataset '${name}' is not JSON.`);
  });
}

async function sqlRows(context: ActivityContext, dataSet: DataSet, source: ValueObject): Promise<readonly Value[]> {
  const query = source['sqlReaderQuery'] ?? source['query'] ?? null;
  const { schema = 'dbo', table, tableName } = dataSet.typeProperties;
  const quoted = [schema, table ?? tableName ?? null]
    .map((part) => `[${toText(part).replaceAll(']', ']]')}]`)
    .join('.');
  const { resultSets } = await runSql(context, {
    linkedService: dataSet.linkedService.name,
    database: databaseOf(dataSet.linkedService),
    text: query === null ? `SELECT * FROM ${quoted}` : toText(query),
    parameters: {},
  });
  const [rows] = resultSets;
  if (rows === undefined || resultSets.length > 1) {
    const { name } = context.activity;
    const message = `The query of '${name}' gave ${resultSets.length} result sets; a lookup takes exactly one.`;
    throw new ActivityFailure('BadRequest', message);
  }
  return rows.map(fromJson);
}
