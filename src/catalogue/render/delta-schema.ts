import type { ColumnType } from '../model';

/** A column of a Delta table: one of our types, or an array of strings (`cells` of Rejected), or bytes (`raw`). */
export interface DeltaColumn {
  readonly name: string;
  readonly type: ColumnType | 'binary' | 'string[]';
  /** Kept as the field's comment, which Spark and SQL clients show. */
  readonly description?: string;
}

/** The `schemaString` of a Delta `metaData` action: all columns nullable, in the order given (docs/lake-format.md §1). */
export function deltaSchema(columns: readonly DeltaColumn[]): string {
  const fields = columns.map(({ name, type, description }) => ({
    name,
    type: deltaType(type),
    nullable: true,
    metadata: description === undefined || description === '' ? {} : { comment: description },
  }));
  return JSON.stringify({ type: 'struct', fields });
}

function deltaType(type: DeltaColumn['type']): unknown {
  return type === 'string[]' ? { type: 'array', elementType: 'string', containsNull: true } : type;
}
