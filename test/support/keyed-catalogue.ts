import type { Catalogue } from '../../src/catalogue/model';

/** The catalogue with the treatment hmac for whatever is hashed; all of it, because a domain has one treatment. */
export function keyedCatalogue(catalogue: Catalogue): Catalogue {
  return {
    ...catalogue,
    tables: catalogue.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) =>
        ['hash', 'hash-no-lookup'].includes(column.treatment.kind)
          ? { ...column, treatment: { kind: 'hmac' as const } }
          : column,
      ),
    })),
  };
}
