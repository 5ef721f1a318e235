import { timeSpanPattern, type EngagementColumn } from '../digital-engagement';
import { duckdbType } from './duckdb-cast';
import { quoteName, quoteText } from './sql-text';

/** SQL of a column of `activity_events` over the columns of general; its DuckDB type is `duckdbType(type)`. */
export function engagementExpression({ type, making }: EngagementColumn): string {
  switch (making.kind) {
    case 'copy':
      return quoteName(making.from);
    case 'constant':
      return quoteText(making.text);
    case 'year':
    case 'month':
      // The connection's time zone is UTC.
      return `CAST(${making.kind}(${quoteName(making.from)}) AS INTEGER)`;
    case 'seconds':
      return seconds(quoteName(making.from));
    case 'null':
      return `CAST(NULL AS ${duckdbType(type)})`;
  }
}

function seconds(value: string): string {
  const part = (group: number): string =>
    `coalesce(TRY_CAST(regexp_extract(${value}, ${quoteText(timeSpanPattern)}, ${group}) AS BIGINT), 0)`;
  return (
    `CASE WHEN regexp_full_match(${value}, ${quoteText(timeSpanPattern)}) ` +
    `THEN ((${part(1)} * 24 + ${part(2)}) * 60 + ${part(3)}) * 60 + ${part(4)} END`
  );
}
