import { engagementColumns, engagementPartitions } from '../digital-engagement';
import type { Catalogue, Column, ColumnType, Table } from '../model';
import {
  generalShape,
  historyColumns,
  keepsHistory,
  lookupShape,
  refinedKey,
  type Making,
  type RefinedColumn,
} from '../refined-shape';
import { isReadable, treatmentText } from '../treatment';
import { deltaSchema } from './delta-schema';
import { blankCharacters } from './duckdb-cast';
import { families, smallestNumber } from './generalise-rules';
import { sparkBlankTemplate, sparkCastTemplate, sparkFastCastTemplate } from './spark-cast';
import { sparkEngagement } from './spark-engagement';
import { sparkTreatment } from './spark-treatment';

/** The catalogue as the notebooks read it: plain JSON, everything that needs a decision already decided. */
export interface SparkCatalogue {
  readonly format: 1;
  readonly profile: string;
  readonly fingerprint: string;
  /** Characters that make a blank cell (ROW9). */
  readonly blankCharacters: string;
  /** Spark SQL by type, with `{cell}` for the delivered cell. */
  readonly casts: Readonly<Record<ColumnType, string>>;
  /** The same for the usual forms only. */
  readonly fastCasts: Readonly<Record<ColumnType, string>>;
  /** Spark SQL that says whether a cell is blank. */
  readonly isBlank: string;
  /** Families of user agents: the first whose mark occurs. */
  readonly families: readonly (readonly [family: string, marks: readonly string[]])[];
  readonly smallestNumbers: Readonly<Partial<Record<ColumnType, number>>>;
  readonly tables: readonly SparkTable[];
  /** The table of stage 3, made of Refined/general/activity; undefined in a catalogue without activity. */
  readonly engagement?: SparkEngagement;
}

export interface SparkEngagement {
  readonly schema: string;
  readonly partitions: readonly string[];
  /** Spark SQL over the columns of general. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly sql: string }[];
}

export interface SparkTable {
  readonly name: string;
  readonly source: string;
  readonly batchKind: string;
  readonly key: readonly string[];
  readonly required: boolean;
  readonly whenGone: 'remove' | 'keep';
  readonly aboutPersons: boolean;
  readonly columns: readonly SparkColumn[];
  readonly rowChecks: Table['rowChecks'];
  readonly references: Table['references'];
  /** `schemaString` of Corrected's Delta table. */
  readonly corrected: string;
  readonly general: SparkRefined;
  /** Null where the table has no lookup. */
  readonly sensitive: SparkRefined | null;
}

export interface SparkColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** In the words of the metadata file. */
  readonly treatment: string;
  /** General shows it as it is: its minimum and maximum may stand in a log (PRIV3). */
  readonly readable: boolean;
  readonly required: boolean;
  readonly optional: boolean;
  readonly domain?: string;
  readonly enumeration?: Column['enumeration'];
  readonly derived?: Column['derived'];
  readonly filledFor?: Column['filledFor'];
}

export interface SparkRefined {
  readonly schema: string;
  /** Names of the columns that identify a row. */
  readonly key: readonly string[];
  /** The columns end with IsCurrent and GoneSince (ROW15). */
  readonly history: boolean;
  /** Rows that left the snapshot stay in it: a lookup keeps what its general keeps. */
  readonly keeps: boolean;
  /** Rows are written in the order of this column, so that their order tells nothing; null where it may (PRIV2). */
  readonly orderedBy: string | null;
  readonly columns: readonly {
    readonly name: string;
    readonly type: ColumnType;
    readonly source: string;
    readonly making: Making;
    readonly sql: string;
    /** Its minimum and maximum may stand in the log (PRIV3). */
    readonly statistics: boolean;
  }[];
}

const types: readonly ColumnType[] = ['string', 'timestamp', 'date', 'boolean', 'integer', 'short', 'long', 'double'];

/** Renders a catalogue for the notebooks. */
export function sparkCatalogue(catalogue: Catalogue): SparkCatalogue {
  const { profile, fingerprint } = catalogue;
  return {
    format: 1,
    profile,
    fingerprint,
    blankCharacters,
    casts: byType(sparkCastTemplate),
    fastCasts: byType(sparkFastCastTemplate),
    isBlank: sparkBlankTemplate,
    families,
    smallestNumbers: smallestNumbersOf(),
    tables: catalogue.tables.map((table) => sparkTable(table, catalogue)),
    ...engagementOf(catalogue),
  };
}

function engagementOf(catalogue: Catalogue): Pick<SparkCatalogue, 'engagement'> {
  const activity = catalogue.tables.find(({ source }) => source === 'activity');
  if (activity === undefined) return {};
  const columns = engagementColumns(activity);
  const rendered = columns.map((column) => ({ name: column.name, type: column.type, sql: sparkEngagement(column) }));
  return { engagement: { schema: deltaSchema(columns), partitions: engagementPartitions, columns: rendered } };
}

function byType(template: (type: ColumnType) => string): Readonly<Record<ColumnType, string>> {
  return Object.fromEntries(types.map((type) => [type, template(type)])) as Record<ColumnType, string>;
}

/** JSON numbers end at 2^53: the smallest long is left to the engine's own knowledge of the type. */
function smallestNumbersOf(): SparkCatalogue['smallestNumbers'] {
  const entries = Object.entries(smallestNumber).filter(([type]) => type !== 'long');
  return Object.fromEntries(entries.map(([type, text]) => [type, Number(text)]));
}

function sparkTable(table: Table, catalogue: Catalogue): SparkTable {
  const { name, source, batchKind, key, required, whenGone, aboutPersons, rowChecks, references } = table;
  const lookup = lookupShape(table, catalogue);
  const keeps = keepsHistory(table, catalogue);
  return {
    ...{ name, source, batchKind, key, required, whenGone, aboutPersons, rowChecks, references },
    columns: table.columns.map(sparkColumn),
    corrected: deltaSchema(table.columns),
    general: refined(table, generalShape(table), { zone: 'general', keeps }),
    sensitive: lookup.length === 0 ? null : refined(table, lookup, { zone: 'sensitive', keeps }),
  };
}

function sparkColumn(column: Column): SparkColumn {
  const { name, type, treatment, required, optional, domain, enumeration, derived, filledFor } = column;
  return {
    ...{ name, type, treatment: treatmentText(treatment), readable: isReadable(treatment), required, optional },
    ...(domain === undefined ? {} : { domain }),
    ...(enumeration === undefined ? {} : { enumeration }),
    ...(derived === undefined ? {} : { derived }),
    ...(filledFor === undefined ? {} : { filledFor }),
  };
}

function refined(
  table: Table,
  columns: readonly RefinedColumn[],
  place: { readonly zone: 'general' | 'sensitive'; readonly keeps: boolean },
): SparkRefined {
  const history = place.keeps && place.zone === 'general';
  const key = refinedKey(table, columns);
  const pseudonyms = columns.filter(({ name }) => name.endsWith('_pseudonym')).map(({ name }) => name);
  return {
    schema: deltaSchema([...columns.map(({ name, type }) => ({ name, type })), ...(history ? historyColumns : [])]),
    key,
    history,
    keeps: place.keeps,
    orderedBy: table.aboutPersons ? (pseudonyms.find((name) => key.includes(name)) ?? pseudonyms[0] ?? null) : null,
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      source: column.source.name,
      making: column.making,
      sql: sparkTreatment(column),
      statistics: hasStatistics(column, place.zone),
    })),
  };
}

function hasStatistics({ name, source }: RefinedColumn, zone: 'general' | 'sensitive'): boolean {
  if (name !== source.name) return false;
  return isReadable(source.treatment) || (source.treatment.kind === 'generalise' && zone === 'general');
}
