import type { VisualType } from '../report/report';
import { listOf, readJson, textOf, walk, type Loose, type ProjectFiles, type ProjectFinding } from './finding';
import { readModel, type ReadModel } from './model-reader';
import { visualKinds } from './visual-kinds';

/** What the schemas of a visual accept although Power BI cannot show it, or nobody can read it. */
export function checkVisuals(files: ProjectFiles): readonly ProjectFinding[] {
  const model = readModel(files);
  return [...files].flatMap(([file, text]) => {
    if (!file.endsWith('/visual.json')) return [];
    const visual = readJson(text);
    const page = pageOf(file, files);
    return [
      ...rolesOf(visual),
      ...literals(visual),
      ...fields(visual, model),
      ...filterSources(visual),
      ...bounds(visual, page),
      ...wording(visual),
    ].map(([rule, message]) => ({ rule, file, message }));
  });
}

type Said = readonly [rule: string, message: string];

function pageOf(file: string, files: ProjectFiles): Loose | undefined {
  const text = files.get(file.replace(/\/visuals\/[^/]+\/visual\.json$/, '/page.json'));
  return text === undefined ? undefined : readJson(text);
}

function* rolesOf({ visual }: Loose): Generator<Said> {
  const type = textOf(visual?.['visualType']);
  const kinds = visualKinds[type as VisualType] as (typeof visualKinds)[VisualType] | undefined;
  if (kinds === undefined) {
    yield ['visual-type', `${type} is no visual that we know.`];
    return;
  }
  const state = visual?.['query']?.['queryState'] ?? {};
  for (const [role, given] of Object.entries(state)) {
    const expected = kinds[role];
    if (expected === undefined) {
      yield ['role', `${type} has no role ${role}.`];
      continue;
    }
    const projections = listOf(given?.['projections']);
    if (projections.length > (expected.most ?? Infinity))
      yield ['role', `${role} of ${type} takes ${expected.most} field.`];
    for (const projection of projections) {
      const kind = projection['field']?.['Measure'] === undefined ? 'column' : 'measure';
      if (expected.kind !== 'either' && expected.kind !== kind) yield ['role', `${role} of ${type} takes no ${kind}.`];
    }
  }
  for (const [role, { isRequired }] of Object.entries(kinds)) {
    if (isRequired === true && !(role in state)) yield ['role', `${type} needs the role ${role}.`];
  }
}

/** A text has quotes of its own, a number its suffix; settings are expressions. */
function* literals(visual: Loose): Generator<Said> {
  const form = /^('(?:[^']|'')*'|true|false|null|-?\d+(?:\.\d+)?D|-?\d+L|datetime'[\d:T-]+')$/;
  for (const [path, { Literal: literal }] of walk(visual)) {
    const value = (literal as Loose | undefined)?.['Value'];
    if (value !== undefined && !form.test(textOf(value))) yield ['literal', `${path}: ${textOf(value)} is no literal.`];
  }
  for (const [path, { properties }] of walk(visual)) {
    for (const [name, value] of Object.entries((properties ?? {}) as Readonly<Record<string, unknown>>)) {
      if (name !== 'paragraphs' && typeof value !== 'object') yield ['literal', `${path}/${name} is no expression.`];
    }
  }
}

/** Every field is in the model, and can be seen by readers. */
function* fields(visual: Loose, { tables }: ReadModel): Generator<Said> {
  // An alias belongs to the filter that declares it.
  const aliases = new Map<string, unknown>();
  const scopeOf = (path: string): string => path.replace(/\/(From|Where)\/.*$/, '');
  for (const [path, { Name: alias, Entity: entity }] of walk(visual)) {
    if (entity !== undefined) aliases.set(`${scopeOf(path)} ${textOf(alias)}`, entity);
  }
  for (const [path, node] of walk(visual)) {
    for (const kind of ['Column', 'Measure'] as const) {
      const field = node[kind] as Loose | undefined;
      const source = field?.['Expression']?.['SourceRef'];
      if (field === undefined || source === undefined) continue;
      const table = textOf(source['Entity'] ?? aliases.get(`${scopeOf(path)} ${textOf(source['Source'])}`));
      const name = textOf(field['Property']);
      const found = tables.get(table);
      const isThere = kind === 'Column' ? found?.columns.has(name) : found?.measures.has(name);
      if (isThere !== true) yield ['field', `${path}: the model has no ${kind.toLowerCase()} ${table}[${name}].`];
      else if (kind === 'Column' && found?.columns.get(name) === true && !path.includes('/filterConfig')) {
        yield ['field', `${path}: ${table}[${name}] is hidden.`];
      }
    }
  }
}

/** Conditions refer to an alias of their own FROM; only fields outside of them name a table. */
function* filterSources(visual: Loose): Generator<Said> {
  for (const [path, node] of walk(visual)) {
    const where = node['Where'];
    if (where === undefined) continue;
    const from = new Set(listOf(node['From']).map((source) => textOf(source['Name'])));
    for (const [inner, { SourceRef: reference }] of walk(where, `${path}/Where`)) {
      const source = (reference as Loose | undefined)?.['Source'];
      if (reference !== undefined && (source === undefined || !from.has(textOf(source)))) {
        yield ['filter', `${inner}: a condition refers to no table of its filter.`];
      }
    }
  }
}

function* bounds({ position }: Loose, page: Loose | undefined): Generator<Said> {
  const { x = 0, y = 0, width = 0, height = 0 } = (position ?? {}) as unknown as Record<string, number>;
  const [right, bottom] = [Number(page?.['width'] ?? 0), Number(page?.['height'] ?? 0)];
  if (x < 0 || y < 0 || x + width > right || y + height > bottom)
    yield ['bounds', 'It reaches over the edge of its page.'];
}

/** A title says what is counted, and an alternative text says it to those who do not see it. */
function* wording({ visual }: Loose): Generator<Said> {
  const container = visual?.['visualContainerObjects'];
  const value = (object: string, property: string): unknown =>
    container?.[object]?.['0']?.['properties']?.[property]?.['expr']?.['Literal']?.['Value'];
  if (value('general', 'altText') === undefined) yield ['wording', 'It has no alternative text.'];
  if (textOf(visual?.['visualType']) !== 'textbox' && value('title', 'text') === undefined) {
    yield ['wording', 'It has no title.'];
  }
}
