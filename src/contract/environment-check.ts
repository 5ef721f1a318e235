import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import schema from '../../environments/environment.schema.json';
import { InsightsError } from './errors';
import type { EnvironmentFile } from './environment';
import { deploymentProblems } from './environment-rules';
import { projectSchemas } from './project-schemas';
import { refuseName, resourceNames } from './resource-names';
import { parseDataVersion } from './versions';

/** Tags that we set ourselves (constructs/core/tags.ts); an environment cannot. */
export const reservedTags = ['oea_version', 'environment', 'managed_by'] as const;

/** A name that starts with `prod` is production: what is refused there fails closed for `prod-eu` too. */
export function isProduction(name: string): boolean {
  return name.startsWith('prod');
}

/** Whether both engines know this IANA time zone (ROW16); offsets such as `+01:00` are not zones. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Everything that is wrong with an environment's content, a sentence each: place, value received, how to mend it. */
export function findProblems(content: unknown): readonly string[] {
  return [...shapeErrors(content).map(describe), ...(isObject(content) ? crossProblemsOfTheRest(content) : [])];
}

let compiled: ValidateFunction | undefined;

/** Compiled when the first environment is read: most commands on a lake read none. */
function validator(): ValidateFunction {
  compiled ??= new Ajv({ ...projectSchemas, allErrors: true, verbose: true, strict: true }).compile(schema);
  return compiled;
}

/** What the schema refuses; a bad key once, by the rule that it breaks. */
function shapeErrors(content: unknown): readonly ErrorObject[] {
  const validate = validator();
  return validate(content) ? [] : (validate.errors ?? []).filter((error) => error.keyword !== 'propertyNames');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** In place of a required setting that is missing or ill-formed; no rule over two settings speaks of them. */
const standIns: Readonly<Record<string, string>> = { name: 'environment', suffix: 'a', location: 'westeurope' };

/** What rules over the settings find in those that the schema takes, so that one report has the findings of both. */
function crossProblemsOfTheRest(content: Readonly<Record<string, unknown>>): readonly string[] {
  const rest: Record<string, unknown> = structuredClone(content);
  const refused = new Set<string>();
  for (let errors = shapeErrors(rest); errors.length > 0; errors = shapeErrors(rest)) {
    for (const error of errors) refused.add(`/${remove(rest, refusedSetting(error)).join('/')}`);
    for (const [key, value] of Object.entries(standIns)) rest[key] ??= value;
  }
  // That a setting is missing is no finding where it is the refused one that was taken out.
  return crossProblems(rest as unknown as EnvironmentFile).filter(
    (problem) => !refused.has(problem.slice(0, problem.indexOf(':'))),
  );
}

/** Path of the setting that an error of the schema speaks of. */
function refusedSetting(error: ErrorObject): readonly string[] {
  const key = (error.params as { additionalProperty?: string }).additionalProperty ?? error.propertyName;
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  return key === undefined ? path : [...path, key];
}

/** A segment of a JSON pointer as the key that it stands for (RFC 6901). */
function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

/**
 * Removes a setting; a list whole, because its later members would be counted wrongly without one.
 * @returns the path of what was removed.
 */
function remove(value: Record<string, unknown>, [key, ...rest]: readonly string[]): readonly string[] {
  if (key === undefined) return [];
  const member = value[key];
  if (rest.length > 0 && isObject(member)) return [key, ...remove(member, rest)];
  delete value[key];
  return [key];
}

/** Where a value belongs that people look for in the file; never said with the value, which may be secret. */
const keptElsewhere: ReadonlyMap<string, string> = new Map([
  ['subscriptionId', 'the subscription comes from ARM_SUBSCRIPTION_ID'],
  ['tenantId', 'the tenant comes from ARM_TENANT_ID'],
]);

function describe(error: ErrorObject): string {
  const parent = error.parentSchema as { description?: string; properties?: object };
  const params = error.params as Record<string, string>;
  const mend = parent.description ?? '';
  if (error.keyword === 'additionalProperties') {
    const key = params['additionalProperty'] ?? '';
    const known = Object.keys(parent.properties ?? {}).filter((name) => name !== '$schema');
    return `${error.instancePath}/${key}: unknown key; ${keptElsewhere.get(key) ?? `known here: ${known.join(', ')}`}.`;
  }
  if (error.keyword === 'required') {
    const key = params['missingProperty'] ?? '';
    const missing = (parent.properties as Record<string, { description: string }>)[key];
    return `${error.instancePath}/${key}: missing. ${missing?.description ?? ''}`;
  }
  if (error.propertyName !== undefined) {
    return `${error.instancePath}: ${show(error.propertyName)} is not a key that can be used here. ${mend}`;
  }
  return `${error.instancePath || '/'}: ${show(error.data)} ${error.message}${choices(error)}. ${mend}`;
}

function choices(error: ErrorObject): string {
  if (error.keyword !== 'enum') return '';
  return ` (${(error.params as { allowedValues: readonly string[] }).allowedValues.join(', ')})`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** What the schema cannot say: rules over two settings, names as Azure takes them, time zones. */
function crossProblems(file: EnvironmentFile): readonly string[] {
  const production = isProduction(file.name);
  const timeZone = file.lake?.timeZone;
  return [
    ...refusal('/suffix', () => resourceNames(file.suffix)),
    ...(file.dataVersion === undefined
      ? []
      : refusal('/dataVersion', () => parseDataVersion(file.dataVersion as string))),
    ...(timeZone === undefined || isTimeZone(timeZone)
      ? []
      : [`/lake/timeZone: ${show(timeZone)} is not an IANA time zone. Write one like UTC or Europe/Amsterdam.`]),
    ...(production && file.lake?.profile === 'v0.2'
      ? ['/lake/profile: "v0.2" is refused in production, because it publishes raw identifiers. Use strict.']
      : []),
    ...(production && file.teardown?.deleteData === true
      ? ['/teardown/deleteData: true is refused in production. Leave it out.']
      : []),
    ...deploymentProblems(file, production),
    ...tagProblems(Object.keys(file.tags ?? {})),
    ...stateProblems(file),
  ];
}

function tagProblems(keys: readonly string[]): readonly string[] {
  const seen = new Map<string, string>(reservedTags.map((key) => [key, key]));
  return keys.flatMap((key) => {
    const other = seen.get(key.toLowerCase());
    seen.set(key.toLowerCase(), key);
    if (other === undefined) return [];
    const reason = (reservedTags as readonly string[]).includes(other)
      ? `is set by the project`
      : `is the same tag as "${other}": Azure ignores case in tag names`;
    return [`/tags: "${key}" ${reason}. Leave it out.`];
  });
}

const remoteStateKeys = ['resourceGroup', 'storageAccount', 'container'] as const;

function stateProblems(file: EnvironmentFile): readonly string[] {
  const state = file.state;
  if (state === undefined) return [];
  if (state.backend === 'local') {
    return remoteStateKeys
      .filter((key) => state[key] !== undefined)
      .map((key) => `/state/${key}: has no meaning with backend local. Leave it out, or use backend azurerm.`);
  }
  const missing = remoteStateKeys
    .filter((key) => state[key] === undefined)
    .map((key) => `/state/${key}: missing. Backend azurerm needs ${remoteStateKeys.join(', ')}.`);
  const container = state.container === undefined ? undefined : refuseName('container', state.container);
  return [
    ...missing,
    ...(container === undefined ? [] : [`/state/container: ${container}`]),
    ...(state.storageAccount === `stoea${file.suffix.toLowerCase()}`
      ? ['/state/storageAccount: the state cannot be in the account that it describes. Name another account.']
      : []),
  ];
}

function refusal(pointer: string, parse: () => unknown): readonly string[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (!(error instanceof InsightsError)) throw error;
    return [`${pointer}: ${error.message} ${error.nextStep}`];
  }
}
