/**
 * What the catalogue says once about every table (design.md principle 1). Built by `loadCatalogue` from
 * assets/catalogue; everything else (transforms, schemas, dictionary, generator, checks) is rendered from it.
 */

export type ColumnType = 'string' | 'timestamp' | 'date' | 'boolean' | 'integer' | 'short' | 'long' | 'double';

/** A generalisation keeps the column's type: the band's lower bound, the month's first day, a word (lake-rules.md §4). */
export type GeneraliseRule =
  { readonly rule: 'band'; readonly width: number } | { readonly rule: 'month' } | { readonly rule: 'family' };

/** What happens to a column on its way from Corrected to Refined. */
export type Treatment =
  | { readonly kind: 'no-op' }
  | { readonly kind: 'mask' }
  | { readonly kind: 'hash' }
  | { readonly kind: 'hash-no-lookup' }
  | { readonly kind: 'hmac' }
  | { readonly kind: 'drop' }
  /** Readable in general and kept in the lookup (upstream's word; no table of ours uses it). */
  | { readonly kind: 'partition-by' }
  | ({ readonly kind: 'generalise' } & GeneraliseRule);

export type Profile = 'strict' | 'v0.2';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly treatment: Treatment;
  /** 0-based position in a delivered file of catalogue order. */
  readonly position: number;
  /** An empty cell rejects the row: keys, association ends, activity time and type (ROW10). */
  readonly required: boolean;
  /** May be absent at the end of a delivered row (ROW8). Only trailing columns can be optional. */
  readonly optional: boolean;
  /** Identifier domain, such as `person`: one domain has one treatment everywhere. */
  readonly domain?: string;
  /** Known values (ROW7). `reference` means: the ids of the drop's own RefDefinition. */
  readonly enumeration?: { readonly values: readonly string[] } | { readonly reference: 'RefDefinition' };
  /** Computed from other columns and literals when it is not delivered (ROW18). */
  readonly derived?: readonly ({ readonly column: string } | { readonly text: string })[];
  /** Filled for rows that have `value` in `column`: tells a file that lacks a column before it (ROW8). */
  readonly filledFor?: { readonly column: string; readonly value: string };
  /** Why this text may be read as it is: every no-op string that is no identifier and no list of values has a reason. */
  readonly freeText?: string;
  /** Why this column may be masked although other columns of its domain are not. */
  readonly mayBeMasked?: string;
  readonly description: string;
  /** 1-based line of the column in its metadata file, for messages. */
  readonly line: number;
}

/** `left` and `right` are columns of the same table; a row where both are present must satisfy the comparison. */
export interface RowCheck {
  readonly left: string;
  readonly operator: '<=' | '<';
  readonly right: string;
}

/** Column `column` holds keys of `table`.`target`. `strength` error = must resolve, warning = the source may be at fault. */
export interface TableReference {
  readonly column: string;
  readonly table: string;
  readonly target: string;
}

export interface Table {
  readonly name: string;
  readonly source: 'roster' | 'activity';
  readonly batchKind: 'snapshot' | 'additive';
  /** Names of the key columns, in order. */
  readonly key: readonly string[];
  /** A roster folder without this table is not complete (ROW2). */
  readonly required: boolean;
  /** In catalogue order, derived columns included. */
  readonly columns: readonly Column[];
  readonly rowChecks: readonly RowCheck[];
  readonly references: readonly TableReference[];
  /** What Refined does with rows that left the snapshot (ROW15). */
  readonly whenGone: 'remove' | 'keep';
  /** Rows are about persons: Refined is written in digest order (PRIV2). */
  readonly aboutPersons: boolean;
  /** Data-protection class, such as `public structure`, `pseudonymous`, `special category`. */
  readonly protection: string;
  readonly description: string;
  /** Where the description comes from. */
  readonly descriptionSource: string;
}

/** A known relation of a masked or hashed column that verification accepts, with its reason (PRIV1). */
export interface AcceptedRelation {
  /** `Table.Column` whose raw values show. */
  readonly protectedColumn: string;
  /** `Table.Column` in general where they show. */
  readonly shownBy: string;
  readonly reason: string;
}

export interface Catalogue {
  readonly profile: Profile;
  readonly tables: readonly Table[];
  readonly acceptedRelations: readonly AcceptedRelation[];
  /** The metadata file as it was read: it is kept beside the ingested tables (ACCESS7). */
  readonly metadataText: string;
  /** SHA-256 over the meaning (not the spelling) of all tables: recorded with each run (features.md row 34). */
  readonly fingerprint: string;
}
