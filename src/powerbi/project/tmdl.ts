/**
 * Writes TMDL as Microsoft's serialiser does: tabs, `name: value`, a truth value as a bare word, expressions of several
 * lines two levels deeper than their object. What cannot be written without a doubt is refused by `quoteTmdl`.
 */
export interface TmdlObject {
  /** `table`, `column`, `measure` … */
  readonly type: string;
  readonly name: string;
  /** After `=`. */
  readonly value?: string;
  /** Above the object, after `///`; one line. */
  readonly description?: string;
  /** In the serialiser's order; `true` is a bare word, `false` and undefined are left out. */
  readonly properties?: Readonly<Record<string, string | boolean | undefined>>;
  /** A property whose value is an expression of several lines. */
  readonly source?: string;
  readonly children?: readonly TmdlObject[];
}

/** A document of objects, a blank line between them, and one at the end. */
export function tmdlDocument(objects: readonly TmdlObject[]): string {
  return `${objects.map((object) => objectLines(object, 0).join('\n')).join('\n\n')}\n\n`;
}

function objectLines(object: TmdlObject, depth: number): string[] {
  const { type, name, value, description, properties = {}, source, children = [] } = object;
  const indent = '\t'.repeat(depth);
  const inner = `${indent}\t`;
  const head = name === '' ? type : `${type} ${quoteTmdl(name)}`;
  const lines = description === undefined ? [] : [`${indent}/// ${singleLine(description)}`];
  lines.push(...expressionLines(`${indent}${head}`, value, depth));
  for (const [property, setting] of Object.entries(properties)) {
    if (setting === true) lines.push(`${inner}${property}`);
    else if (typeof setting === 'string') lines.push(`${inner}${property}: ${setting}`);
  }
  if (source !== undefined) {
    lines.push(`${inner}source =`, ...source.split('\n').map((line) => `${inner}\t\t${line}`.trimEnd()));
  }
  for (const child of children) lines.push('', ...objectLines(child, depth + 1));
  return lines;
}

function expressionLines(head: string, value: string | undefined, depth: number): string[] {
  if (value === undefined) return [head];
  if (!value.includes('\n')) return [`${head} = ${value}`];
  const indent = '\t'.repeat(depth + 2);
  return [`${head} =`, ...value.split('\n').map((line) => `${indent}${line}`.trimEnd())];
}

/** A name, quoted unless it is plain: an unquoted dot or space is taken for something else, without an error. */
export function quoteTmdl(name: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(name) ? name : `'${name.replaceAll("'", "''")}'`;
}

/** `Table.Column` of a relationship. */
export function tmdlColumn([table, column]: readonly [string, string]): string {
  return `${quoteTmdl(table)}.${quoteTmdl(column)}`;
}

function singleLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Name of an object's file, as the serialiser writes it: what a file's name must not hold as `%` and two digits. */
export function tmdlFileName(name: string): string {
  const encoded = name.replace(
    /[<>:"/\\|?*%\u0000-\u001f]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return `${encoded}.tmdl`;
}
