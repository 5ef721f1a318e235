import { databaseNames } from '../../contract/database-names';
import { defaultDataVersion, upstreamDataVersion } from '../../contract/versions';
import { quoteNationalText } from './sql-text';

/**
 * One batch of T-SQL, of one or more steps: see `sqlBatches`. A pipeline learns workspace and version when it runs, so both fields hold slots:
 * `<<workspace>>` and `<<version>>` stand inside text constants only (double the quotes of what goes there; the batch itself
 * refuses what is no workspace or version), `<<owner>>` and `<<edition>>`, the version's spelling, in database names.
 */
export interface SqlStatement {
  /** Which batch it is, for people, such as `sdb_<<owner>>_s2r_m365_v<<edition>>`. */
  readonly name: string;
  /** Database to connect to. */
  readonly database: string;
  /** Run it once more for the version's other spelling, if it has one: the same, but for `<<edition>>`. */
  readonly hasAlias: boolean;
  readonly text: string;
}

/**
 * The batches for one workspace and version, slots filled; each alias after its original.
 * @throws InsightsError WORKSPACE_NAME_INVALID, DATA_VERSION_INVALID
 */
export function fillSqlStatements<Batch extends SqlStatement>(
  statements: readonly Batch[],
  workspace: string,
  version: string,
): readonly Batch[] {
  databaseNames(workspace, version);
  const owner = workspace.toLowerCase().replaceAll('-', '_');
  const alias = aliasEdition(version);
  const fill = (statement: Batch, spelling: string): Batch => {
    const values: Readonly<Record<string, string>> = { workspace, version, owner, edition: spelling };
    const filled = (text: string): string => text.replace(/<<(\w+)>>/g, (slot, key: string) => values[key] ?? slot);
    const { name, database, text } = statement;
    return { ...statement, name: filled(name), database: filled(database), text: filled(text) };
  };
  return statements.flatMap((statement) => [
    fill(statement, edition(version)),
    ...(statement.hasAlias && alias !== undefined ? [fill(statement, alias)] : []),
  ]);
}

function edition(version: string): string {
  return version.replaceAll('.', 'p');
}

function aliasEdition(version: string): string | undefined {
  if (version === defaultDataVersion) return edition(upstreamDataVersion);
  return version === upstreamDataVersion ? edition(defaultDataVersion) : undefined;
}

/** What makes one object of a database, or changes it, and finds nothing to do when it is run again. */
export interface SqlStep extends Omit<SqlStatement, 'text'> {
  /** What it makes, for messages, such as `general: view activity`; without slots. */
  readonly name: string;
  /** Statements, which declare no variable that another step of the database declares. */
  readonly text: string;
  /** Not in a transaction, as T-SQL wants it of databases. @default in one of its own */
  readonly alone?: true;
  /** Pattern of LIKE for the message of an error that is none. */
  readonly tolerated?: string;
}

/** In master's collation `a-z` takes é in, and `Prod` equals `prod`. */
const binary = 'COLLATE Latin1_General_100_BIN2';

/**
 * The head of a batch that needs workspace or version: declares both, refuses anything that is not one, and works out
 * where the workspace's stage 2 is (design.md §4). What comes from outside is never text of a statement (S9).
 */
export const checkedWorkspace = [
  "DECLARE @workspace NVARCHAR(128) = N'<<workspace>>', @version NVARCHAR(128) = N'<<version>>';",
  refuseIf(
    `@workspace = N'' OR @workspace ${binary} LIKE N'%[^A-Za-z0-9_-]%'`,
    50001,
    'The workspace name is refused.',
  ),
  refuseIf(
    `@version NOT LIKE N'[0-9]%.%[0-9]' OR @version ${binary} LIKE N'%[^0-9.]%'`,
    50002,
    'The data version is refused.',
  ),
  `DECLARE @stage NVARCHAR(256) = CASE @workspace ${binary} WHEN N'prod' THEN N'stage2' WHEN N'dev' THEN N'oea/dev/stage2'`,
  "  ELSE N'oea/sandboxes/' + @workspace + N'/stage2' END;",
].join('\n');

function refuseIf(condition: string, code: number, message: string): string {
  return `IF ${condition}\nBEGIN\n  THROW ${code}, ${quoteNationalText(message)}, 1;\nEND;`;
}

/** Guarded by a condition; what it guards may be the only statement of its batch, so it is run as text. */
export function onlyIf(condition: string, statement: string): string {
  return `IF ${condition}\n  EXEC (${quoteNationalText(statement)});`;
}

/**
 * Runs a statement for each row of a query.
 * @param variable of T-SQL, which the batch has no other of
 */
export function runEach(variable: string, statement: string, from: string): string {
  return [
    `DECLARE ${variable} NVARCHAR(MAX) = (SELECT STRING_AGG(CAST(${statement} AS NVARCHAR(MAX)), N'; ') FROM ${from});`,
    `IF ${variable} IS NOT NULL\n  EXEC (${variable});`,
  ].join('\n');
}

/** Names as a list of text constants, for NOT IN; for none, the empty text, which no name is (NULL would make it neither true nor false). */
export function nameList(names: readonly string[]): string {
  return names.length === 0 ? "N''" : names.map(quoteNationalText).join(', ');
}
