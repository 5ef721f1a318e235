import { readFileSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { findProblems, isProduction } from './environment-check';
import { resolveDeployment, type DeploymentFile, type DeploymentSettings } from './environment-settings';
import { InsightsError } from './errors';
import { repeatedKey } from './repeated-key';
import { defaultDataVersion } from './versions';

export type Profile = 'strict' | 'v0.2';
export type ColumnOrder = 'catalogue' | 'schema';
export type Replication = 'LRS' | 'ZRS';

/** How drops become a lake; the same for both engines. */
export interface LakeSettings {
  /** @default strict; `v0.2` is refused in production. */
  readonly profile: Profile;
  /** IANA zone in which day, week and hour are computed (ROW16). @default UTC */
  readonly timeZone: string;
  /** A file younger than this makes its folder wait (ROW3), in minutes. @default 15 */
  readonly settleMinutes: number;
  /** Replaces the tables that the catalogue marks `required` (ROW2). @default the catalogue's */
  readonly requiredTables?: readonly string[];
  /** Which order wins where both fit the data (ROW7). @default catalogue */
  readonly columnOrder: ColumnOrder;
  /** A snapshot that removes more than this share of a table's keys is held (ROW5). @default 20 percent */
  readonly heldThreshold: { readonly removedKeysPercent: number };
  /** More than this share and more than this number of a table's rows rejected stops the batch (ROW10). @default 5 percent, 10 rows */
  readonly rejectThreshold: { readonly percent: number; readonly rows: number };
}

export interface StorageSettings {
  /** Copies within the region, never in another one. @default ZRS */
  readonly replication: Replication;
  /** Deleted blobs and containers can be had again, and erased rows survive, for this many days. @default 7 */
  readonly softDeleteDays: number;
}

export interface TeardownSettings {
  /** Whether Terraform may destroy the stack that holds data (ORDER4); refused in production. @default false */
  readonly deleteData: boolean;
}

/** Where Terraform keeps its state. @default local */
export type StateSettings =
  | { readonly backend: 'local' }
  | {
      readonly backend: 'azurerm';
      readonly resourceGroup: string;
      readonly storageAccount: string;
      readonly container: string;
    };

/** An environment with every default resolved; frozen, at every depth. */
export interface Environment extends DeploymentSettings {
  readonly name: string;
  readonly production: boolean;
  readonly suffix: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly dataVersion: string;
  readonly lake: LakeSettings;
  readonly storage: StorageSettings;
  readonly teardown: TeardownSettings;
  readonly state: StateSettings;
}

/** What a file may say; everything with a default may be absent. */
export interface EnvironmentFile extends DeploymentFile {
  readonly name: string;
  readonly suffix: string;
  readonly location: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly dataVersion?: string;
  readonly lake?: Partial<Omit<LakeSettings, 'heldThreshold' | 'rejectThreshold'>> & {
    readonly heldThreshold?: Partial<LakeSettings['heldThreshold']>;
    readonly rejectThreshold?: Partial<LakeSettings['rejectThreshold']>;
  };
  readonly storage?: Partial<StorageSettings>;
  readonly teardown?: Partial<TeardownSettings>;
  readonly state?: {
    readonly backend: 'local' | 'azurerm';
    readonly resourceGroup?: string;
    readonly storageAccount?: string;
    readonly container?: string;
  };
}

/** Also what `insights process` starts from, where there is no environment. */
export const defaultLakeSettings: LakeSettings = deepFreeze({
  profile: 'strict',
  timeZone: 'UTC',
  settleMinutes: 15,
  columnOrder: 'catalogue',
  heldThreshold: { removedKeysPercent: 20 },
  rejectThreshold: { percent: 5, rows: 10 },
});

const defaultStorage: StorageSettings = { replication: 'ZRS', softDeleteDays: 7 };
const defaultTeardown: TeardownSettings = { deleteData: false };
const defaultState: StateSettings = { backend: 'local' };

/** File of the folder `environments` that is not an environment. */
const schemaFile = 'environment.schema.json';

/**
 * Checks the content of an environment file, resolves its defaults and freezes it; reads nothing.
 * @param file the name that messages give.
 * @throws InsightsError ENVIRONMENT_INVALID with every finding, not the first only.
 */
export function resolveEnvironment(content: unknown, file: string): Environment {
  const problems = findProblems(content);
  if (problems.length > 0) throw invalid(problems, file);
  const given = structuredClone(content) as EnvironmentFile;
  const production = isProduction(given.name);
  return deepFreeze({
    name: given.name,
    production,
    suffix: given.suffix,
    location: given.location,
    tags: { ...given.tags },
    dataVersion: given.dataVersion ?? defaultDataVersion,
    ...resolveDeployment(given, production),
    lake: {
      ...defaultLakeSettings,
      ...given.lake,
      heldThreshold: { ...defaultLakeSettings.heldThreshold, ...given.lake?.heldThreshold },
      rejectThreshold: { ...defaultLakeSettings.rejectThreshold, ...given.lake?.rejectThreshold },
    },
    storage: { ...defaultStorage, ...given.storage },
    teardown: { ...defaultTeardown, ...given.teardown },
    state: (given.state ?? defaultState) as StateSettings,
  });
}

/**
 * One environment file, resolved.
 * @throws InsightsError ENVIRONMENT_UNREADABLE (missing, not JSON), ENVIRONMENT_INVALID
 */
export function loadEnvironment(path: string): Environment {
  const file = relative(process.cwd(), path);
  const environment = resolveEnvironment(parseJson(readText(path, file), file), file);
  const expected = basename(path, '.json');
  if (environment.name === expected) return environment;
  throw invalid(
    [`/name: "${environment.name}" is not the file's name. Write "${expected}", or rename the file.`],
    file,
  );
}

/**
 * The environments of a folder, by name: one file each, the schema beside them.
 * @param only the one that is wanted. @default all
 * @throws InsightsError ENVIRONMENT_UNREADABLE when there is none (of that name); ENVIRONMENT_INVALID, also for two with one suffix.
 */
export function loadEnvironments(folder: string, only?: string): readonly Environment[] {
  const names = environmentNames(folder);
  if (only !== undefined && !names.includes(only)) {
    throw new InsightsError(
      'ENVIRONMENT_UNREADABLE',
      `There is no environment "${only}"; there are: ${names.join(', ')}.`,
      {
        place: { file: relative(process.cwd(), folder) },
        nextStep: 'Name one of these, or add its file.',
      },
    );
  }
  // All are read even where one is wanted: two environments with one suffix would overwrite each other.
  const environments = names.map((name) => loadEnvironment(join(folder, `${name}.json`)));
  refuseSharedSuffix(environments, folder);
  return environments.filter(({ name }) => only === undefined || name === only);
}

function environmentNames(folder: string): readonly string[] {
  const file = relative(process.cwd(), folder);
  let entries: readonly string[];
  try {
    entries = readdirSync(folder);
  } catch (cause) {
    throw new InsightsError('ENVIRONMENT_UNREADABLE', 'The folder of the environments cannot be read.', {
      place: { file },
      cause,
    });
  }
  const names = entries.filter((entry) => entry.endsWith('.json') && entry !== schemaFile);
  if (names.length === 0) {
    throw new InsightsError('ENVIRONMENT_UNREADABLE', 'There is no environment file.', { place: { file } });
  }
  return names.map((entry) => basename(entry, '.json')).sort();
}

function refuseSharedSuffix(environments: readonly Environment[], folder: string): void {
  const owners = new Map<string, string>();
  for (const { name, suffix } of environments) {
    const owner = owners.get(suffix.toLowerCase());
    if (owner !== undefined) {
      const problem = `/suffix: "${suffix}" is also the suffix of ${owner}. Give each environment its own.`;
      throw invalid([problem], relative(process.cwd(), join(folder, `${name}.json`)));
    }
    owners.set(suffix.toLowerCase(), name);
  }
}

function readText(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InsightsError('ENVIRONMENT_UNREADABLE', 'The environment file cannot be read.', {
      place: { file },
      cause,
    });
  }
}

function parseJson(given: string, file: string): unknown {
  // Editors of Windows begin a file with a mark that JSON does not know.
  const text = given.replace(/^\ufeff/, '');
  try {
    const content: unknown = JSON.parse(text);
    const twice = repeatedKey(text);
    if (twice !== undefined)
      throw invalid([`${twice}: is there twice, and only the last one counts. Leave one.`], file);
    return content;
  } catch (cause) {
    if (cause instanceof InsightsError) throw cause;
    // The parser's own text quotes the file, so only its position is passed on (where it gives one).
    const position = /position (\d+)/.exec((cause as Error).message)?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
    const place = line === undefined ? { file } : { file, line };
    throw new InsightsError('ENVIRONMENT_UNREADABLE', 'The environment file is not JSON.', { place, cause });
  }
}

function invalid(problems: readonly string[], file: string): InsightsError {
  const count = problems.length === 1 ? '1 finding' : `${problems.length} findings`;
  const list = problems.map((problem) => `  ${problem.trimEnd()}`).join('\n');
  return new InsightsError('ENVIRONMENT_INVALID', `The environment cannot be used: ${count}.\n${list}`, {
    place: { file },
    details: { findings: problems },
  });
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
