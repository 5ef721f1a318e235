import { databaseNames } from '../../contract/database-names';
import { defaultDataVersion, upstreamDataVersion } from '../../contract/versions';
import { quoteNationalText } from './sql-text';

/**
 * One batch of T-SQL. A pipeline learns workspace and version when it runs, so both fields hold slots:
 * `<<workspace>>` and `<<version>>` stand inside text constants only (double the quotes of what goes there; the batch itself
 * refuses what is no workspace or version), `<<owner>>`, `<<edition>>` and `<<aliasEdition>>` in database names.
 */
export interface SqlStatement {
  /** What it makes, for messages, such as `view activity`. */
  readonly name: string;
  /** Database to connect to. */
  readonly database: string;
  /** Only for `--alias` databases: skip it where the version has one spelling (`<<aliasEdition>>` is empty). */
  readonly isAlias: boolean;
  readonly text: string;
}

/**
 * The batches for one workspace and version, slots filled; those of an alias that the version does not have are left out.
 * @throws InsightsError WORKSPACE_NAME_INVALID, DATA_VERSION_INVALID
 */
export function fillSqlStatements(
  statements: readonly SqlStatement[],
  workspace: string,
  version: string,
): readonly SqlStatement[] {
  databaseNames(workspace, version);
  const alias = aliasEdition(version);
  const values: Readonly<Record<string, string>> = {
    workspace,
    version,
    owner: workspace.toLowerCase().replaceAll('-', '_'),
    edition: edition(version),
    aliasEdition: alias ?? '',
  };
  const fill = (text: string): string => text.replace(/<<(\w+)>>/g, (slot, key: string) => values[key] ?? slot);
  return statements
    .filter(({ isAlias }) => !isAlias || alias !== undefined)
    .map((statement) => ({ ...statement, database: fill(statement.database), text: fill(statement.text) }));
}

function edition(version: string): string {
  return version.replaceAll('.', 'p');
}

function aliasEdition(version: string): string | undefined {
  if (version === defaultDataVersion) return edition(upstreamDataVersion);
  return version === upstreamDataVersion ? edition(defaultDataVersion) : undefined;
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

/** Runs statements as one transaction: an error undoes all of them. */
export function transaction(...statements: readonly string[]): string {
  return ['SET XACT_ABORT ON;', 'BEGIN TRANSACTION;', ...statements, 'COMMIT TRANSACTION;'].join('\n');
}

/** Guarded by a condition; what it guards may be the only statement of its batch, so it is run as text. */
export function onlyIf(condition: string, statement: string): string {
  return `IF ${condition}\n  EXEC (${quoteNationalText(statement)});`;
}

/** Names as a list of text constants, for NOT IN; for none, the empty text, which no name is (NULL would make it neither true nor false). */
export function nameList(names: readonly string[]): string {
  return names.length === 0 ? "N''" : names.map(quoteNationalText).join(', ');
}
