import { quoteName } from '../../catalogue/render/sql-text';

/** How DuckDB writes a call of a T-SQL function that it has under another name or form; arguments are translated. */
const calls: Readonly<Record<string, (parameters: readonly string[]) => string>> = {
  DATEADD: ([part = '', amount = '', date = '']) => `(${date} + to_${part.toLowerCase()}s(CAST(${amount} AS BIGINT)))`,
  DATEDIFF: ([part = '', from = '', until = '']) => `date_diff('${part.toLowerCase()}', ${from}, ${until})`,
  DATEPART: ([part = '', date = '']) => `date_part('${part.toLowerCase()}', ${date})`,
};

/** DuckDB's names of T-SQL types; lengths and collations are dropped. */
const types: readonly (readonly [RegExp, string])[] = [
  [/\bN?VARCHAR\s*\(\s*(?:\d+|MAX)\s*\)/gi, 'VARCHAR'],
  [/\bDATETIME2\s*\(\s*\d\s*\)/gi, 'TIMESTAMP'],
  [/\bBIT\b/gi, 'BOOLEAN'],
  [/\bFLOAT\b/gi, 'DOUBLE'],
  [/\s+COLLATE\s+\w+/gi, ''],
];

/**
 * Writes a query of T-SQL, as the project and its pipelines write them, for DuckDB: quoted names, types, and the functions
 * of dates. What DuckDB writes in the same way stays.
 */
export function translateQuery(text: string): string {
  // Texts in quotes are set aside, so that nothing in them is taken for SQL.
  const texts: string[] = [];
  let query = text.replace(/N?('(?:[^']|'')*')/g, (_all, quoted: string) => {
    texts.push(
      /^'(\d{4})(\d{2})(\d{2})'$/.test(quoted) ? quoted.replace(/^'(\d{4})(\d{2})(\d{2})'$/, "'$1-$2-$3'") : quoted,
    );
    return `\u0001${texts.length - 1}\u0002`;
  });
  query = query.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/--[^\n]*/g, ' ');
  query = query.replace(/\[((?:[^\]]|\]\])+)\]/g, (_all, name: string) => {
    texts.push(quoteName(name.replaceAll(']]', ']')));
    return `\u0001${texts.length - 1}\u0002`;
  });
  for (const [pattern, replacement] of types) query = query.replace(pattern, replacement);
  query = translateCalls(query);
  query = query.replace(/^(\s*SELECT\s+)TOP\s*\(?\s*(\d+)\s*\)?\s([\s\S]*?);?\s*$/i, '$1$3 LIMIT $2');
  return query.replace(/\u0001(\d+)\u0002/g, (_all, index: string) => texts[Number(index)] ?? '');
}

function translateCalls(text: string): string {
  const start = new RegExp(`\\b(${Object.keys(calls).join('|')})\\s*\\(`, 'i').exec(text);
  if (start === null) return text;
  const name = (start[1] ?? '').toUpperCase();
  const open = start.index + start[0].length;
  const { parts, end } = splitArguments(text, open);
  const call = calls[name]?.(parts.map((part) => translateCalls(part.trim()))) ?? '';
  return text.slice(0, start.index) + call + translateCalls(text.slice(end));
}

/** The texts between commas of a parenthesis that opened before `from`, and where it has closed. */
function splitArguments(text: string, from: number): { readonly parts: readonly string[]; readonly end: number } {
  const parts: string[] = [];
  let depth = 1;
  let start = from;
  let at = from;
  for (; at < text.length && depth > 0; at += 1) {
    const character = text.charAt(at);
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    if (depth === 0 || (depth === 1 && character === ',')) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return { parts, end: at };
}
