/** A column or table name as SQL of DuckDB and Spark-compatible engines with double quotes expects it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text constant as SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as T-SQL expects it: in brackets, which work whatever QUOTED_IDENTIFIER says. */
export function quoteBracketName(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`;
}

/** A text constant of T-SQL, in Unicode whatever the collation. */
export function quoteNationalText(text: string): string {
  return `N${quoteText(text)}`;
}

/** A name as Spark SQL expects it. */
export function quoteBacktickName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
