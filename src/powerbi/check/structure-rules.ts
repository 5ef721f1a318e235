import { posix } from 'node:path';
import { listOf, readJson, textOf, walk, type Loose, type ProjectFiles, type ProjectFinding } from './finding';

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What holds a project's files together: references between them, names, kinds of items. */
export function checkStructure(files: ProjectFiles): readonly ProjectFinding[] {
  const filters = [...files].flatMap(([file, text]) =>
    file.endsWith('/visual.json') ? filtersIn(readJson(text)) : [],
  );
  return [...files].flatMap(([file, text]) => {
    const say = (rule: string, message: string): ProjectFinding => ({ rule, file, message });
    if (file.endsWith('.tmdl') || !/\.(json|pbir|pbip|pbism|platform)$/.test(file)) return [];
    const json = readJson(text);
    if (file.endsWith('/.platform')) return [...platform(file, json, say)];
    if (file.endsWith('/definition.pbir')) return [...modelReference(file, json, files, say)];
    if (file.endsWith('/report.json')) return [...theme(file, json, files, say)];
    if (file.endsWith('/pages.json')) return [...pageOrder(file, json, files, say)];
    if (file.endsWith('/page.json')) return [...page(file, json, say)];
    if (file.endsWith('/visual.json')) return [...itemNames(file, json, say), ...filterNames(json, filters, say)];
    return [];
  });
}

type Say = (rule: string, message: string) => ProjectFinding;

function* platform(file: string, json: Loose, say: Say): Generator<ProjectFinding> {
  const folder = file.split('/').at(-2) ?? '';
  const type = textOf(json['metadata']?.['type']);
  if (!folder.endsWith(`.${type}`)) yield say('platform', `A folder ${folder} is no ${type}.`);
  const id = textOf(json['config']?.['logicalId']);
  if (!guid.test(id)) yield say('platform', `${id} is no GUID.`);
}

/** Exactly one reference: in git by path, and to a model that is there. */
function* modelReference(file: string, json: Loose, files: ProjectFiles, say: Say): Generator<ProjectFinding> {
  const reference = json['datasetReference'] ?? {};
  const kinds = Object.keys(reference);
  if (kinds.length !== 1) yield say('model', `It has ${kinds.length} references to a model and needs one.`);
  const path = reference['byPath']?.['path'];
  if (path === undefined) return;
  const target = posix.join(posix.dirname(file), textOf(path));
  if (/^([A-Za-z]:|[/\\])/.test(textOf(path))) yield say('model', 'The path to the model is absolute.');
  else if (!files.has(`${target}/definition.pbism`)) yield say('model', `There is no model ${target}.`);
}

function* theme(file: string, json: Loose, files: ProjectFiles, say: Say): Generator<ProjectFinding> {
  const name = json['themeCollection']?.['customTheme']?.['name'];
  const text = files.get(posix.join(posix.dirname(file), `../StaticResources/RegisteredResources/${textOf(name)}`));
  if (text === undefined) yield say('theme', `There is no theme ${textOf(name)}.`);
  else if (readJson(text)['name'] !== name) yield say('theme', 'The theme’s file has another name than the theme.');
}

function* pageOrder(file: string, json: Loose, files: ProjectFiles, say: Say): Generator<ProjectFinding> {
  const order = listOf(json['pageOrder']).map(textOf);
  const folder = posix.dirname(file);
  const pages = [...files.keys()].flatMap((path) => {
    const [, name] = new RegExp(`^${folder}/([^/]+)/page\\.json$`).exec(path) ?? [];
    return name ?? [];
  });
  for (const name of order.filter((one) => !pages.includes(one))) yield say('pages', `There is no page ${name}.`);
  for (const name of pages.filter((one) => !order.includes(one)))
    yield say('pages', `Page ${name} is not in the order.`);
  if (!order.includes(textOf(json['activePageName']))) yield say('pages', 'The page that opens is not in the order.');
}

function* page(file: string, json: Loose, say: Say): Generator<ProjectFinding> {
  yield* itemNames(file, json, say);
  if (!(Number(json['width']) > 0 && Number(json['height']) > 0)) yield say('pages', 'The page has no size.');
}

/** Folders are called like what is in them, in short ASCII: Windows ends paths at 259 characters. */
function* itemNames(file: string, json: Loose, say: Say): Generator<ProjectFinding> {
  const name = textOf(json['name']);
  if (!/^[0-9a-f]{20}$/.test(name)) yield say('name', `${name} is not 20 hexadecimal digits.`);
  if (file.split('/').at(-2) !== name) yield say('name', `The folder is not called ${name}.`);
}

/** Names of filters are unique in the report. */
function* filterNames(json: Loose, all: readonly string[], say: Say): Generator<ProjectFinding> {
  for (const name of filtersIn(json)) {
    if (all.filter((other) => other === name).length > 1) yield say('name', `There are two filters ${name}.`);
  }
}

function filtersIn(json: Loose): readonly string[] {
  return [...walk(json['filterConfig'])].flatMap(([, { name, field }]) => (field === undefined ? [] : [textOf(name)]));
}
