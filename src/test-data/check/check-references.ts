import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from '../../catalogue/render/sql-text';
import type { Table } from '../../catalogue/model';
import { runStatement, toNumber } from '../../engine/database';
import { normalised } from '../../engine/row-rules';
import type { CheckFinding } from './report';

/**
 * Values of a table's reference columns that the table referred to does not have. Warnings: the source is at fault, and
 * the rows are taken in. Values that would be found in another spelling are named apart (ROW9): such joins are lost.
 * @param workingTables working tables by table name (check-table.ts)
 */
export async function checkReferences(
  connection: DuckDBConnection,
  table: Table,
  workingTables: ReadonlyMap<string, string>,
): Promise<CheckFinding[]> {
  const own = workingTables.get(table.name);
  if (own === undefined) return [];
  const findings: CheckFinding[] = [];
  for (const { column, table: targetTable, target } of table.references) {
    const other = workingTables.get(targetTable);
    if (other === undefined) continue;
    const value = quoteName(column);
    const [row = {}] = await runStatement(
      connection,
      `WITH unknown AS (
         SELECT ${value} AS id, count(*) AS n FROM ${own} WHERE ${value} IS NOT NULL
           AND ${value} NOT IN (SELECT ${quoteName(target)} FROM ${other} WHERE ${quoteName(target)} IS NOT NULL)
         GROUP BY ALL),
       spelled AS (SELECT DISTINCT ${normalised(quoteName(target))} AS id FROM ${other})
       SELECT coalesce(sum(n), 0) AS n, count(*) AS ids,
              coalesce(sum(n) FILTER (WHERE ${normalised('id')} IN (SELECT id FROM spelled)), 0) AS spelled
       FROM unknown`,
      { doing: 'resolving references', place: { table: table.name, column } },
    );
    const spelled = toNumber(row['spelled']);
    const unknown = toNumber(row['n']) - spelled;
    const domain = table.columns.find(({ name }) => name === column)?.domain ?? 'no name';
    const to = `${targetTable}.${target}`;
    if (spelled > 0) {
      const message = `${values(spelled)} of ${column} not spelled as in ${to}: other case or dashes (domain ${domain}).`;
      findings.push({ severity: 'warning', code: 'ROW9', message, column, count: spelled });
    }
    if (unknown > 0) {
      const message = `${values(unknown)} of ${column} not in ${to}.`;
      findings.push({ severity: 'warning', code: 'reference', message, column, count: unknown });
    }
  }
  return findings;
}

function values(count: number): string {
  return count === 1 ? '1 value' : `${count} values`;
}
