import { markdownDictionary, markdownTable } from '../../catalogue/render/markdown-dictionary';
import type { Catalogue } from '../../catalogue/model';
import type { LakePaths } from '../../contract/lake-paths';
import { reportTitles } from '../report/report';
import { dictionary } from './dictionary';
import type {
  Dictionary,
  DictionaryColumn,
  DictionaryTable,
  DictionaryVisual,
  VisualPlace,
} from './dictionary-entries';

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
  return [
    index.trimEnd(),
    '',
    'Written by `npx insights dictionary --format markdown`; a test compares it.',
    '',
    ...reports(entries),
    tables.join('\n\n'),
    '',
  ].join('\n');
}

function reports({ measures, visuals }: Dictionary): readonly string[] {
  if (measures.length === 0) return ['The reports need the profile `strict`: they use nothing of this one.', ''];
  return [
    '## Measures of the reports',
    '',
    'A number that stands for fewer than 5 persons, or leaves 1 to 4 others of its total, or comes mostly from one, is hidden.',
    '',
    ...markdownTable(
      ['measure', 'what it counts', 'columns of general'],
      measures.map(({ measure, description, columns }) => [measure, description, codes(columns)]),
    ),
    '',
    '## Visuals of the reports',
    '',
    ...markdownTable(['page', 'visual', 'reports', 'columns of general'], visualRows(visuals)),
    '',
  ];
}

/** A visual that both reports have is one row. */
function visualRows(visuals: readonly DictionaryVisual[]): readonly (readonly string[])[] {
  const rows = new Map<string, readonly DictionaryVisual[]>();
  for (const visual of visuals) {
    const key = JSON.stringify([visual.page, visual.title, visual.columns]);
    rows.set(key, [...(rows.get(key) ?? []), visual]);
  }
  return [...rows.values()].flatMap((same) =>
    same
      .slice(0, 1)
      .map(({ page, title, columns }) => [
        page,
        title,
        same.map(({ report }) => reportTitles[report]).join(', '),
        codes(columns),
      ]),
  );
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** Headings one level deeper: a page becomes a section. */
function lowered(page: string): string {
  return page.replaceAll(/^#/gm, '##');
}

function lineage({ table, source, stages, views, columns }: DictionaryTable): readonly string[] {
  const used = columns.filter((column) => column.measures.length + column.visuals.length > 0);
  return [
    '### Lineage',
    '',
    `- delivered: \`${source}\``,
    ...stages.map(({ stage, path }) => `- ${stage}: \`${path}\``),
    `- views: ${codes(views)}`,
    ...(used.length === 0
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
