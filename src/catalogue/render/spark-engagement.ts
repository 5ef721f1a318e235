import { timeSpanPattern, type EngagementColumn } from '../digital-engagement';
import { sparkName, sparkText, sparkType } from './spark-cast';

/** Spark SQL of a column of `activity_events` over the columns of general; the session's time zone has to be UTC. */
export function sparkEngagement({ type, making }: EngagementColumn): string {
  switch (making.kind) {
    case 'copy':
      return sparkName(making.from);
    case 'constant':
      return sparkText(making.text);
    case 'year':
    case 'month':
      return `CAST(${making.kind}(${sparkName(making.from)}) AS INT)`;
    case 'seconds':
      return seconds(sparkName(making.from));
    case 'null':
      return `CAST(NULL AS ${sparkType(type)})`;
  }
}

function seconds(value: string): string {
  const whole = sparkText(`\\A${timeSpanPattern}\\z`);
  // A group that did not take part is an empty text, which does not cast.
  const part = (group: number): string =>
    `coalesce(TRY_CAST(regexp_extract(${value}, ${whole}, ${group}) AS BIGINT), 0)`;
  return (
    `CASE WHEN ${value} RLIKE ${whole} ` +
    `THEN ((${part(1)} * 24 + ${part(2)}) * 60 + ${part(3)}) * 60 + ${part(4)} END`
  );
}
