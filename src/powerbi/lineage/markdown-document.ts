import { markdownDictionary, markdownTable } from '../../catalogue/render/markdown-dictionary';
import type { Catalogue } from '../../catalogue/model';
import type { LakePaths } from '../../contract/lake-paths';
import { dictionary, type DictionaryColumn, type DictionaryTable } from './dictionary';
import type { VisualPlace } from './uses';

const reportTitles = { k12: 'K-12', hed: 'Higher Education' } as const;

/** The dictionary as one document, docs/dictionary.md: the catalogue's pages with where each column goes, and measures. */
export function dictionaryDocument(catalogue: Catalogue, paths: LakePaths): string {
  const entries = dictionary(catalogue, paths);
  const pages = markdownDictionary(catalogue);
  const index = (pages.get('README.md') ?? '').replaceAll(
    /\]\((\w+)\.md\)/g,
    (_all, name: string) => `](#${name.toLowerCase()})`,
  );
  const tables = entries.tables.map((table) =>
    [lowered(pages.get(`${table.table}.md`) ?? '').trimEnd(), '', ...lineage(table)].join('\n'),
  );
  const rows = entries.measures.map(({ measure, description, columns }) => [
    measure,
    description,
    columns.map((column) => `\`${column}\``).join(', '),
  ]);
  return [
    index.trimEnd(),
    '',
    'Written by `npx insights dictionary --format markdown`; a test compares it.',
    '',
    '## Measures of the reports',
    '',
    'A number that stands for fewer than 5 persons, or leaves 1 to 4 others of its total, or comes mostly from one, is hidden.',
    '',
    ...markdownTable(['measure', 'what it counts', 'columns of general'], rows),
    '',
    tables.join('\n\n'),
    '',
  ].join('\n');
}

/** Headings one level deeper: a page becomes a section. */
function lowered(page: string): string {
  return page.replaceAll(/^#/gm, '##');
}

function lineage({ table, columns }: DictionaryTable): readonly string[] {
  const [first] = columns;
  const paths = [...new Map(columns.flatMap(({ stages }) => stages).map(({ stage, path }) => [stage, path]))];
  const used = columns.filter((column) => column.measures.length + column.visuals.length > 0);
  return [
    '### Lineage',
    '',
    ...paths.map(([stage, path]) => `- ${stage}: \`${path}\``),
    `- views: ${viewNames(columns)
      .map((view) => `\`${view}\``)
      .join(', ')}`,
    ...(first === undefined || used.length === 0
      ? [`- No measure or visual uses ${table}.`]
      : ['', ...markdownTable(['column', 'measures', 'visuals'], used.map(usedRow))]),
  ];
}

function usedRow({ column, measures, visuals }: DictionaryColumn): string[] {
  return [`\`${column}\``, measures.join(', '), visualText(visuals)];
}

/** Pages by report, with how many of their visuals show the column. */
function visualText(visuals: readonly VisualPlace[]): string {
  const counts = new Map<string, number>();
  for (const { report, page } of visuals) {
    const key = `${reportTitles[report]}, ${page}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([place, count]) => `${place} (${count})`).join('; ');
}

function viewNames(columns: readonly DictionaryColumn[]): readonly string[] {
  return [...new Set(columns.flatMap(({ views }) => views).map((view) => view.replace(/\.[^.]*$/, '')))];
}
