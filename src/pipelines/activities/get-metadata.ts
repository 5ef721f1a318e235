import { createHash } from 'node:crypto';
import { asObject } from '../definition';
import { locationOf, joinPath, resolveDataSet, type DataSet } from '../data/data-set';
import { delimitedFormat, readDelimited } from '../data/delimited-text';
import { modifiedBetween } from '../data/select-files';
import { toText } from '../expression/content';
import { isArray, isObject, type Value, type ValueObject } from '../expression/value';
import type { ActivityContext, ActivityType } from '../run/activity-type';
import type { StoredFile } from '../../lake/store';
import { ActivityFailure } from '../run/records';

/** What the fields of a folder or file are read from. */
interface Found {
  readonly name: string;
  /** Undefined for a folder. */
  readonly file: StoredFile | undefined;
  /** Files below a folder. */
  readonly below: readonly (StoredFile & { readonly relative: string })[];
}

/** Reads what the lake knows of a folder or file. */
export const getMetadata: ActivityType = {
  type: 'GetMetadata',
  kind: 'execution',
  run: async (context) => {
    const { activity, run, scope } = context;
    const dataSet = resolveDataSet(asObject(activity.typeProperties['dataset']), run.artifacts, scope);
    const wanted = context.property('fieldList');
    const fields = isArray(wanted) ? wanted.map(toText) : [];
    context.setInput({ dataset: dataSet.name, fieldList: fields });
    const found = await find(context, dataSet);
    if (found === undefined) {
      if (fields.includes('exists')) return { exists: false };
      throw new ActivityFailure('2011', `The required Blob is missing. Dataset: '${dataSet.name}'.`);
    }
    const values: Record<string, Value> = {};
    for (const field of fields) values[field] = await readField(context, dataSet, found, field);
    return values;
  },
};

async function find(context: ActivityContext, dataSet: DataSet): Promise<Found | undefined> {
  const { container, folder, file } = locationOf(dataSet);
  const path = joinPath(container, folder, file);
  if (path === '') throw new ActivityFailure('BadRequest', `The dataset '${dataSet.name}' names no place in the lake.`);
  const { clock, ports } = context.run;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (file !== '') {
    const stored = await clock.busy(() => ports.lake.stat(path));
    return stored === undefined ? undefined : { name, file: stored, below: [] };
  }
  const stored = await clock.busy(() => ports.lake.list(path));
  const below = stored.map((one) => ({ ...one, relative: one.path.slice(path.length + 1) }));
  return below.length === 0 ? undefined : { name, file: undefined, below };
}

async function readField(context: ActivityContext, dataSet: DataSet, found: Found, field: string): Promise<Value> {
  const { file, below, name } = found;
  switch (field) {
    case 'exists':
      return true;
    case 'itemName':
      return name;
    case 'itemType':
      return file === undefined ? 'Folder' : 'File';
    case 'lastModified':
      return serviceTime(Math.max(...(file === undefined ? below : [file]).map(({ modified }) => modified.getTime())));
  }
  if (file === undefined && field === 'childItems') return childItems(context, below);
  if (file !== undefined && field === 'size') return BigInt(file.bytes);
  if (file !== undefined && field === 'contentMD5') return contentMd5(context, file);
  if (file !== undefined && (field === 'structure' || field === 'columnCount')) {
    const columns = await columnsOf(context, dataSet, file);
    if (field === 'columnCount') return BigInt(columns.length);
    return columns.map((column) => ({ name: column, type: 'String' }));
  }
  const kind = file === undefined ? 'folder' : 'file';
  throw new ActivityFailure('2013', `The field '${field}' cannot be read of a ${kind} of dataset '${dataSet.name}'.`);
}

/** Files and folders directly below; files of the asked times only. */
function childItems(context: ActivityContext, below: Found['below']): Value {
  const settings = context.property('storeSettings');
  const isInTime = modifiedBetween(isObject(settings) ? settings : {});
  const children = new Map<string, ValueObject>();
  for (const { relative, modified } of below) {
    const [name = '', ...deeper] = relative.split('/');
    if (deeper.length > 0) children.set(name, { name, type: 'Folder' });
    else if (isInTime(modified)) children.set(name, { name, type: 'File' });
  }
  return [...children.values()];
}

async function contentMd5(context: ActivityContext, { path }: StoredFile): Promise<string> {
  const { clock, ports } = context.run;
  const bytes = await clock.busy(() => ports.lake.read(path));
  return createHash('md5').update(bytes).digest('base64');
}

async function columnsOf(context: ActivityContext, dataSet: DataSet, file: StoredFile): Promise<readonly string[]> {
  if (dataSet.type !== 'DelimitedText') {
    throw new ActivityFailure(
      '2013',
      `The columns of dataset '${dataSet.name}' of type ${dataSet.type} cannot be read.`,
    );
  }
  const { clock, ports } = context.run;
  const text = (await clock.busy(() => ports.lake.read(file.path))).toString('utf8');
  return readDelimited(text, delimitedFormat(dataSet.typeProperties)).columns;
}

/** Without fractions, as the service gives times of files. */
function serviceTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
