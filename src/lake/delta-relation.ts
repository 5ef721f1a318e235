import { quoteName, quoteText } from '../catalogue/render/sql-text';

export interface DeltaField {
  readonly name: string;
  /** Spark's word, such as `timestamp`; other than simple types as JSON. */
  readonly type: string;
}

/** The columns of a Delta table, from the JSON of its struct type. */
export function deltaFields(schemaString: string): DeltaField[] {
  const { fields = [] } = JSON.parse(schemaString) as { fields?: { name: string; type: unknown }[] };
  return fields.map(({ name, type }) => ({ name, type: typeof type === 'string' ? type : JSON.stringify(type) }));
}

const databaseTypes: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  timestamp: 'TIMESTAMPTZ',
  date: 'DATE',
  boolean: 'BOOLEAN',
  byte: 'TINYINT',
  short: 'SMALLINT',
  integer: 'INTEGER',
  long: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  binary: 'BLOB',
};

/**
 * SQL of DuckDB, for FROM, of the rows in a table's data files. Reads by name against the columns given: an old file lacks
 * newer columns, and a table may have no file at all.
 */
export function deltaRelation(fields: readonly DeltaField[], localFiles: readonly string[]): string {
  const nothing = fields.map(({ name, type }) => {
    const databaseType = type.startsWith('{') ? 'VARCHAR[]' : (databaseTypes[type] ?? 'VARCHAR');
    return `CAST(NULL AS ${databaseType}) AS ${quoteName(name)}`;
  });
  const empty = `(SELECT ${nothing.length > 0 ? nothing.join(', ') : '1'} LIMIT 0)`;
  if (localFiles.length === 0) return empty;
  const files = `[${localFiles.map(quoteText).join(', ')}]`;
  return `(SELECT * FROM ${empty} UNION ALL BY NAME SELECT * FROM read_parquet(${files}, union_by_name = true, hive_partitioning = false))`;
}
