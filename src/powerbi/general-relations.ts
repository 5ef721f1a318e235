import type { DuckDBConnection } from '@duckdb/node-api';
import type { Catalogue } from '../catalogue/model';
import { generalShape, historyColumns, keepsHistory } from '../catalogue/refined-shape';
import { InsightsError } from '../contract/errors';
import type { LakePaths } from '../contract/lake-paths';
import { deltaFields, deltaRelation, type DeltaField } from '../lake/delta-relation';
import { DeltaTable } from '../lake/delta-table';
import type { LakeStore } from '../lake/store';

/**
 * The rows of tables of Refined/general as SQL of DuckDB, by table. A table that was never delivered has no rows, and the
 * columns that the catalogue gives it.
 * @param connection reads Delta checkpoints
 * @throws InsightsError REPORTS_NEED_STRICT where a table lacks columns of the catalogue; those of a Delta log that cannot be read (DELTA_PROTOCOL_UNSUPPORTED, DELTA_LOG_GAP, DELTA_LOG_CORRUPT)
 */
export async function generalRelations<Name extends string>(
  tables: readonly Name[],
  lake: {
    readonly store: LakeStore;
    readonly paths: LakePaths;
    readonly catalogue: Catalogue;
    readonly connection: DuckDBConnection;
  },
): Promise<Readonly<Record<Name, string>>> {
  const entries = await Promise.all(
    tables.map(async (name): Promise<[Name, string]> => {
      const expected = catalogueFields(name, lake.catalogue);
      const opened = await DeltaTable.open(lake.store, lake.paths.general(name), lake.connection);
      const schema = opened?.schemaString;
      if (opened === undefined || schema === undefined) return [name, deltaRelation(expected, [])];
      const fields = deltaFields(schema);
      refuseMissing(name, expected, fields);
      const files = await Promise.all(opened.files().map((file) => lake.store.localPath(opened.filePath(file))));
      return [name, deltaRelation(fields, files)];
    }),
  );
  return Object.fromEntries(entries) as Record<Name, string>;
}

function refuseMissing(table: string, expected: readonly DeltaField[], fields: readonly DeltaField[]): void {
  const names = new Set(fields.map(({ name }) => name));
  const missing = expected.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  if (missing.length === 0) return;
  throw new InsightsError('REPORTS_NEED_STRICT', `General lacks columns that reports need: ${missing.join(', ')}.`, {
    place: { table },
  });
}

function catalogueFields(name: string, catalogue: Catalogue): readonly DeltaField[] {
  const table = catalogue.tables.find((candidate) => candidate.name === name);
  if (table === undefined) return [];
  return [...generalShape(table), ...(keepsHistory(table, catalogue) ? historyColumns : [])].map(
    ({ name: column, type }) => ({
      name: column,
      type,
    }),
  );
}
