import type { ReportMessage } from '../../contract/lake-format';

/** What XML 1.0 does not allow, not even escaped: control characters, half surrogate pairs, two non-characters. */
const notAllowed =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an element or a quoted attribute of XML or HTML. What may not stand there becomes U+FFFD. */
export function escapeMarkup(text: string): string {
  return text.replace(notAllowed, '\uFFFD').replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const numbers = new Intl.NumberFormat('en-GB');

/** `34,756` */
export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** `rows 3, unresolved 1`; empty without counts. */
export function formatCounts(counts: ReportMessage['counts']): string {
  return Object.entries(counts ?? {})
    .map(([name, count]) => `${name} ${formatNumber(count)}`)
    .join(', ');
}

/** `AadUser.Role, stage2/file.parquet:3`; empty where nothing is known. */
export function formatFindingPlace({ table, column, file, line }: ReportMessage): string {
  const where = table === undefined ? column : column === undefined ? table : `${table}.${column}`;
  const spot = file === undefined ? undefined : line === undefined ? file : `${file}:${line}`;
  return [where, spot].filter((part) => part !== undefined).join(', ');
}
