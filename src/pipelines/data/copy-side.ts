import { isArray, isObject, type Value, type ValueObject } from '../expression/value';
import { ActivityFailure } from '../run/records';
import type { DataSet } from './data-set';

/** One side of a copy, evaluated. */
export interface CopySide {
  readonly dataSet: DataSet;
  /** `source` or `sink` of the activity. */
  readonly properties: ValueObject;
  readonly storeSettings: ValueObject;
}

/** Settings that would change what is copied, and that no copy here follows. */
const unfollowed = {
  typeProperties: ['compression'],
  properties: ['additionalColumns'],
  storeSettings: ['enablePartitionDiscovery', 'metadata'],
  formatSettings: ['compressionProperties', 'maxRowsPerFile', 'fileNamePrefix'],
} as const;

/** @throws ActivityFailure for a setting that would otherwise be left out without a word. */
export function refuseUnfollowed({ dataSet, properties, storeSettings }: CopySide): void {
  const holders = {
    typeProperties: dataSet.typeProperties,
    properties,
    storeSettings,
    formatSettings: formatSettingsOf(properties),
  };
  for (const [place, names] of Object.entries(unfollowed)) {
    const holder: ValueObject = holders[place as keyof typeof holders];
    const found = names.find((name) => isSet(holder[name] ?? null));
    if (found === undefined) continue;
    throw new ActivityFailure('NotImplemented', `The setting ${found} of a copy cannot be followed here.`);
  }
}

/** How a format is read or written, beside what the data set says of it. */
export function formatSettingsOf(properties: ValueObject): ValueObject {
  const settings = properties['formatSettings'] ?? null;
  return isObject(settings) ? settings : {};
}

function isSet(value: Value): boolean {
  if (isArray(value)) return value.length > 0;
  if (isObject(value)) return Object.keys(value).length > 0;
  return value !== null && value !== false && value !== '' && value !== 0n;
}

/** What a copy read and wrote. */
export interface CopyCounts {
  readonly filesRead: number;
  readonly filesWritten: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Of delimited text. */
  readonly rows?: number;
}
