import { quoteBracketName, quoteName, quoteText } from './sql-text';

/** What expressions over general, which views and reports share, are written differently for. */
export interface SqlDialect {
  readonly quoteName: (name: string) => string;
  readonly quoteText: (text: string) => string;
  /** The type of numbers with a fraction. */
  readonly double: string;
  /** A condition out of a column of truth values. */
  readonly isTrue: (value: string) => string;
  /** Whole seconds since midnight of a time of day. */
  readonly secondsOf: (time: string) => string;
}

export const duckdbDialect: SqlDialect = {
  quoteName,
  quoteText,
  double: 'DOUBLE',
  isTrue: (value) => value,
  secondsOf: (time) => `date_diff('second', TIME '00:00:00', ${time})`,
};

export const tSqlDialect: SqlDialect = {
  quoteName: quoteBracketName,
  quoteText,
  double: 'FLOAT',
  isTrue: (value) => `${value} = 1`,
  secondsOf: (time) => `DATEDIFF(second, CAST('00:00:00' AS TIME), ${time})`,
};
