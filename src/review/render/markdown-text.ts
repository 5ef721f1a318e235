/**
 * Pieces of Markdown. What a revision calls its things may come from a stranger: it is shown as code, in which nothing is a
 * link, a mention, HTML or an end of the table.
 */

const hidden = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text of somebody else's in a line: as code, control characters and marks that turn the direction of reading replaced. */
export function code(text: string): string {
  const clean = text.replaceAll(hidden, '?');
  if (clean.trim() === '') return '``';
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  if (longest === 0) return `\`${clean}\``;
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${clean} ${fence}`;
}

/** Long texts are cut: the place is what a reader needs. */
export function shortCode(text: string, length = 120): string {
  const characters = [...text];
  return code(characters.length <= length ? text : `${characters.slice(0, length).join('')}…`);
}

/** Lines of a block in which nothing is interpreted. */
export function codeBlock(language: string, lines: readonly string[]): string[] {
  const clean = lines.map((line) => line.replaceAll(hidden, (mark) => (mark === '\t' ? mark : '?')));
  const longest = Math.max(2, ...clean.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...clean, fence];
}

/** @param rows cells as Markdown; a bar in one would end it, also inside of code. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)];
}

/** Folded away until somebody opens it. @param summary without anything of somebody else's. */
export function details(summary: string, lines: readonly string[]): string[] {
  return ['<details>', `<summary>${summary}</summary>`, '', ...lines, '', '</details>'];
}

/** `1 table`, `2 tables`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
