/** What is wrong with a project, and where: a file, or a file and a place in it. */
export interface ProjectFinding {
  readonly rule: string;
  readonly file: string;
  readonly message: string;
}

/** Files of a project by path, as `powerBiProject` gives them. */
export type ProjectFiles = ReadonlyMap<string, string>;

/** A file's JSON, read so that a rule can look at what may be anything: a member that is not there is undefined. */
export interface Loose {
  readonly [name: string]: Loose | undefined;
}

export function readJson(text: string): Loose {
  return JSON.parse(text) as Loose;
}

/** A value that should be a list, as one. */
export function listOf(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? (value as readonly Loose[]) : [];
}

/** A value that should be a text or a number, for comparison and messages. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : String(JSON.stringify(value));
}

/** Every value below a JSON value, itself included, with the path to it. */
export function* walk(value: unknown, path = ''): Generator<readonly [string, Readonly<Record<string, unknown>>]> {
  if (typeof value !== 'object' || value === null) return;
  yield [path, value as Readonly<Record<string, unknown>>];
  for (const [name, inner] of Object.entries(value)) yield* walk(inner, `${path}/${name}`);
}
