/** What a batch of T-SQL asks for, of the forms that the project and OEA's pipelines write. */
export type SqlBatch =
  | { readonly kind: 'create database'; readonly database: string }
  | { readonly kind: 'drop database'; readonly database: string }
  | {
      readonly kind: 'data source';
      readonly name: string;
      readonly workspace: string;
      readonly version: string;
      readonly zone: 'general' | 'sensitive';
    }
  | {
      readonly kind: 'view';
      readonly name: string;
      readonly query: string;
      /** Undefined for a view over other views. */
      readonly rows: OpenRowset | undefined;
    }
  | { readonly kind: 'drop other views'; readonly kept: readonly string[] }
  /** Keys, credentials, roles, users and grants: there are none locally. */
  | { readonly kind: 'access' }
  | { readonly kind: 'query'; readonly text: string };

/** `OPENROWSET(BULK …, FORMAT = 'DELTA') WITH (…) AS r`: the rows of a Delta table. */
export interface OpenRowset {
  /** Below the data source, or a URL of the lake. */
  readonly bulk: string;
  readonly dataSource: string | undefined;
  /** Columns and their T-SQL types; undefined for all that the table has. */
  readonly columns: readonly { readonly name: string; readonly type: string }[] | undefined;
  readonly alias: string;
  /** The text that the rows replace in the query. */
  readonly text: string;
}

const name = String.raw`\[?(?:\[dbo\]\.\s*\[|dbo\.)?((?:[^\]\s]|\]\])+)\]?`;

const runAsText = /EXEC\s*\(\s*N'((?:[^']|'')*)'\s*\)/gi;

const rowset =
  /OPENROWSET\s*\(\s*BULK\s*N?'((?:[^']|'')*)'\s*(?:,\s*DATA_SOURCE\s*=\s*N?'((?:[^']|'')*)'\s*)?,\s*FORMAT\s*=\s*N?'DELTA'\s*\)\s*(?:WITH\s*\(([\s\S]*?)\n?\)\s*)?AS\s+\[?(\w+)\]?/i;

/**
 * Understands what is sent at once: a batch, or several steps of which each is between BEGIN TRY and END TRY, after what all
 * of them declare. Undefined for a step of another form.
 */
export function readBatches(text: string): readonly SqlBatch[] | undefined {
  const [head = '', ...steps] = text.split(/^BEGIN TRY$/m);
  if (steps.length === 0) {
    const one = readBatch(text);
    return one === undefined ? undefined : [one];
  }
  const read = steps.map((step) => readStep(head, step.replace(/^END TRY$[\s\S]*/m, '')));
  const understood = read.filter((batch) => batch !== undefined);
  return understood.length === read.length ? understood : undefined;
}

function readStep(head: string, step: string): SqlBatch | undefined {
  const [view] = executed(step).flatMap((text) => readView(text) ?? []);
  return view ?? readDataSource(`${head}${step}`) ?? readBatch(step.trim());
}

/** The statements that are run as text, `EXEC (N'…')`. */
function executed(text: string): string[] {
  return [...text.matchAll(runAsText)].map(([, statement = '']) => statement.replaceAll("''", "'"));
}

/** Understands a batch; undefined for one of another form. */
function readBatch(text: string): SqlBatch | undefined {
  const inner = unwrapped(text);
  const created = /CREATE\s+DATABASE\s+\[?((?:[^\]\s;])+)\]?/i.exec(inner);
  if (
    created?.[1] !== undefined &&
    /^(\s*--.*\n|\s)*(DECLARE|IF|CREATE)\b/i.test(text) &&
    !/SCOPED/i.test(created[0])
  ) {
    return { kind: 'create database', database: created[1] };
  }
  const dropped = /DROP\s+DATABASE\s+\[?((?:[^\]\s;])+)\]?/i.exec(inner);
  if (dropped?.[1] !== undefined) return { kind: 'drop database', database: dropped[1] };
  const source = readDataSource(text);
  if (source !== undefined) return source;
  const view = readView(text);
  if (view !== undefined) return view;
  const others = /sys\.views[\s\S]*NOT IN \(([^)]*)\)/i.exec(text);
  if (others !== null && /DROP VIEW/i.test(text)) return { kind: 'drop other views', kept: constants(others[1] ?? '') };
  if (
    /\b(MASTER KEY|SCOPED CREDENTIAL|BULK OPERATIONS|CREATE ROLE|CREATE USER|ALTER ROLE|GRANT|REVOKE|DROP USER)\b/i.test(
      inner,
    )
  ) {
    return { kind: 'access' };
  }
  return /^\s*(SELECT|WITH)\b/i.test(text) ? { kind: 'query', text } : undefined;
}

/** With those statements written out. */
function unwrapped(text: string): string {
  return text.replace(runAsText, (_all, statement: string) => statement.replaceAll("''", "'"));
}

function readDataSource(text: string): SqlBatch | undefined {
  const source = /CREATE EXTERNAL DATA SOURCE \[?([^\]\s]+)\]?/i.exec(text)?.[1];
  const place = /@workspace\b[^=]*=\s*N'([^']*)'[\s\S]*?@version\b[^=]*=\s*N'([^']*)'/i.exec(text);
  const zone = /Refined\/M365\/v'\s*\+\s*@version\s*\+\s*N'\/(general|sensitive)'/i.exec(text)?.[1];
  const [, workspace, version] = place ?? [];
  if (source === undefined || workspace === undefined || version === undefined) return undefined;
  if (zone !== 'general' && zone !== 'sensitive') return undefined;
  return { kind: 'data source', name: source, workspace, version, zone };
}

function readView(text: string): SqlBatch | undefined {
  const head = new RegExp(String.raw`^\s*CREATE\s+(?:OR\s+ALTER\s+)?VIEW\s+${name}\s+AS\s+([\s\S]*)$`, 'i').exec(text);
  const [, view, query = ''] = head ?? [];
  if (view === undefined) return undefined;
  return {
    kind: 'view',
    name: view.replaceAll(']]', ']'),
    query: query.replace(/;\s*$/, ''),
    rows: readRows(query),
  };
}

function readRows(query: string): OpenRowset | undefined {
  const rows = rowset.exec(query);
  if (rows === null) return undefined;
  const [text, bulk = '', dataSource, columns, alias = 'r'] = rows;
  return {
    bulk: bulk.replaceAll("''", "'"),
    dataSource,
    columns: columns === undefined ? undefined : readColumns(columns),
    alias,
    text,
  };
}

function readColumns(text: string): { readonly name: string; readonly type: string }[] {
  return [...text.matchAll(/\[((?:[^\]]|\]\])+)\]\s+([^\n]+?),?\s*(?=\n|$)/g)].map(([, column = '', type = '']) => ({
    name: column.replaceAll(']]', ']'),
    type,
  }));
}

function constants(text: string): string[] {
  return [...text.matchAll(/N?'((?:[^']|'')*)'/g)].map(([, value = '']) => value.replaceAll("''", "'"));
}
