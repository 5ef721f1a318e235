import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InsightsError } from '../contract/errors';
import { assembleTables } from './assemble';
import { checkTables } from './check';
import { refuseFindings, type Finding } from './finding';
import type { AcceptedRelation, Catalogue, Profile, Table } from './model';
import { parseMetadata } from './parse-metadata';
import { parseTables } from './parse-tables';

export interface LoadOptions {
  /** Folder with metadata.csv, metadata.v0.2.csv, tables.json and tables.schema.json. @default assets/catalogue */
  readonly folder?: string;
}

const ownFolder = path.resolve(__dirname, '../../assets/catalogue');
const metadataFile: Readonly<Record<Profile, string>> = { strict: 'metadata.csv', 'v0.2': 'metadata.v0.2.csv' };
const loaded = new Map<string, Catalogue>();

/**
 * The catalogue of a profile: read once per folder, checked, frozen.
 * @throws InsightsError CATALOGUE_UNREADABLE when a file is missing, CATALOGUE_INVALID with all findings of the static checks
 */
export function loadCatalogue(profile: Profile, options: LoadOptions = {}): Catalogue {
  const folder = options.folder ?? ownFolder;
  const id = `${profile}\n${folder}`;
  const known = loaded.get(id);
  if (known !== undefined) return known;
  const { catalogue, findings } = inspectCatalogue(profile, folder);
  refuseFindings(findings);
  loaded.set(id, catalogue);
  return catalogue;
}

/** A catalogue as it reads, and all that is wrong with it: for a review, which shows a change that the checks refuse. */
export interface InspectedCatalogue {
  readonly catalogue: Catalogue;
  readonly findings: readonly Finding[];
}

/**
 * Reads a catalogue without refusing it.
 * @throws InsightsError CATALOGUE_UNREADABLE, and CATALOGUE_INVALID where tables.json is not what its schema says
 */
export function inspectCatalogue(profile: Profile, folder: string): InspectedCatalogue {
  const file = metadataFile[profile];
  return describeCatalogue(profile, {
    metadata: { name: file, text: readAsset(folder, file) },
    tables: { name: 'tables.json', text: readAsset(folder, 'tables.json') },
    schemaText: readAsset(folder, 'tables.schema.json'),
  });
}

interface SourceText {
  /** File name for messages. */
  readonly name: string;
  readonly text: string;
}

export interface CatalogueSources {
  readonly metadata: SourceText;
  readonly tables: SourceText;
  readonly schemaText: string;
}

/** The catalogue from the text of its files. @throws InsightsError CATALOGUE_INVALID */
export function buildCatalogue(profile: Profile, sources: CatalogueSources): Catalogue {
  const { catalogue, findings } = describeCatalogue(profile, sources);
  refuseFindings(findings);
  return catalogue;
}

function describeCatalogue(profile: Profile, sources: CatalogueSources): InspectedCatalogue {
  const metadata = parseMetadata(sources.metadata.text, sources.metadata.name);
  const described = parseTables(sources.tables.text, sources.schemaText, sources.tables.name);
  if (described.content === undefined) refuseFindings([...metadata.findings, ...described.findings]);
  if (described.content === undefined) throw new Error('A file without findings has content.');

  const files = { metadata: sources.metadata.name, tables: sources.tables.name };
  const { tables, findings } = assembleTables(metadata.tables, described.content, files);
  const relations = described.content.acceptedRelations
    .filter((relation) => relation.profiles?.includes(profile) ?? true)
    .map(({ protectedColumn, shownBy, reason }): AcceptedRelation => ({ protectedColumn, shownBy, reason }));
  const catalogue = deepFreeze({
    profile,
    tables,
    acceptedRelations: relations,
    metadataText: sources.metadata.text,
    fingerprint: fingerprintOf(tables),
  });
  return {
    catalogue,
    findings: firstOf([...metadata.findings, ...described.findings], findings, () =>
      checkTables(profile, tables, relations, files),
    ),
  };
}

/** What is wrong with the files hides what is wrong with the tables, and that what the checks of a whole catalogue say. */
function firstOf(
  parsing: readonly Finding[],
  joining: readonly Finding[],
  check: () => readonly Finding[],
): readonly Finding[] {
  if (parsing.length > 0) return parsing;
  return joining.length > 0 ? joining : check();
}

/** The table of this name. @throws InsightsError TABLE_UNKNOWN */
export function tableOf(catalogue: Catalogue, name: string): Table {
  const table = catalogue.tables.find((candidate) => candidate.name === name);
  if (table !== undefined) return table;
  throw new InsightsError('TABLE_UNKNOWN', `The catalogue has no table ${name}.`, { place: { table: name } });
}

function readAsset(folder: string, file: string): string {
  try {
    return readFileSync(path.join(folder, file), 'utf8');
  } catch (cause) {
    throw new InsightsError('CATALOGUE_UNREADABLE', 'A file of the catalogue cannot be read.', {
      place: { file },
      cause,
    });
  }
}

/**
 * SHA-256 over what the tables mean. Line numbers, descriptions and reasons are spelling: a better sentence is no change.
 * The order of tables does not matter, the order of columns does.
 */
function fingerprintOf(tables: readonly Table[]): string {
  const spelling = new Set(['line', 'description', 'descriptionSource', 'freeText', 'mayBeMasked']);
  const meaning = [...tables].sort((one, other) => (one.name < other.name ? -1 : 1));
  const text = JSON.stringify(meaning, (key, value: unknown) => {
    if (spelling.has(key)) return undefined;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
  return createHash('sha256').update(text).digest('hex');
}

function deepFreeze<Value>(value: Value): Value {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
