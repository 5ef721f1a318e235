import type { ValueObject } from '../expression/value';
import type { DataSet } from './data-set';

/** One side of a copy, evaluated. */
export interface CopySide {
  readonly dataSet: DataSet;
  /** `source` or `sink` of the activity. */
  readonly properties: ValueObject;
  readonly storeSettings: ValueObject;
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
