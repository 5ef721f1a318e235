import type { Column, ColumnType, GeneraliseRule } from '../model';
import type { RefinedColumn } from '../refined-shape';
import { families, smallestNumber } from './generalise-rules';
import { cellPlaceholder, sparkCastTemplate, sparkName, sparkText, sparkType } from './spark-cast';

/**
 * Columns of the one row that the notebooks join to what they refine: the salt, and the two paddings of HMAC that are made
 * from it (RFC 2104). As data of a join they stand in no plan and no event log (PRIV3).
 */
const saltColumns = { salt: '_salt', inner: '_salt_inner', outer: '_salt_outer' } as const;

/** Spark SQL of a refined column over the columns of Corrected and the salt's row. */
export function sparkTreatment({ source, making }: RefinedColumn): string {
  const value = sparkName(source.name);
  switch (making.kind) {
    case 'copy':
      return value;
    case 'mask':
      return "'*'";
    case 'hash':
      return `sha2(concat(${value}, ${saltColumns.salt}), 256)`;
    case 'hmac':
      return `sha2(concat(${saltColumns.outer}, unhex(sha2(concat(${saltColumns.inner}, encode(${value}, 'UTF-8')), 256))), 256)`;
    case 'generalise':
      return generalised(source, making);
  }
}

/** The column with less detail, in its own type; a text that the rule cannot read becomes NULL, never itself. */
function generalised(column: Column, rule: GeneraliseRule): string {
  const value = sparkName(column.name);
  switch (rule.rule) {
    case 'band':
      return band(column.type, value, rule.width);
    case 'month':
      return column.type === 'date' ? `trunc(${value}, 'MM')` : `date_trunc('MONTH', ${value})`;
    case 'family':
      return family(value);
  }
}

function band(type: ColumnType, value: string, width: number): string {
  if (type === 'double') return lowerBound(value, width);
  if (type === 'string') {
    const number = sparkCastTemplate('double').replaceAll(cellPlaceholder, value);
    return `CAST(TRY_CAST(${lowerBound(`(${number})`, width)} AS DECIMAL(38, 0)) AS STRING)`;
  }
  const wide = `CAST(${value} AS DECIMAL(20, 0))`;
  const lower = `${wide} - pmod(${wide}, ${width})`;
  // The lowest band of a type may begin below its smallest number, which then stands for it.
  // `greatest` passes over a null, which must stay one.
  const bound = `greatest(${lower}, CAST(${smallestNumber[type]} AS DECIMAL(20, 0)))`;
  return `CASE WHEN ${value} IS NOT NULL THEN CAST(${bound} AS ${sparkType(type)}) END`;
}

/** Spark's `floor` makes a BIGINT; beyond its range a double is whole anyway. */
function lowerBound(value: string, width: number): string {
  const share = `${value} / ${width}`;
  return `CASE WHEN abs(${share}) < 9e15 THEN CAST(floor(${share}) AS DOUBLE) * ${width} ELSE (${share}) * ${width} END`;
}

function family(value: string): string {
  const cases = families.map(([name, marks]) => {
    const found = marks.map((mark) => `contains(lower(${value}), ${sparkText(mark)})`).join(' OR ');
    return `WHEN ${found} THEN ${sparkText(name)}`;
  });
  return `CASE WHEN ${value} IS NULL THEN NULL ${cases.join(' ')} ELSE 'Other' END`;
}
