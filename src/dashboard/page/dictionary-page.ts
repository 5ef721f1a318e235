import type { DictionaryColumn, DictionaryTable } from '../../powerbi/lineage/dictionary-entries';
import { reportTitles } from '../../powerbi/report/report';
import type { Site } from '../published';
import { formatAddress, type Address } from './address';
import { dataTable, element } from './elements';

/** Every table and column: what it is, how it is protected, and its way from the delivered file to view and visual. */
export function dictionaryPage({ dictionary }: Site, address: Address): Node[] {
  const words = (address.search ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = dictionary.flatMap((table) => {
    const columns = table.columns.filter((column) => hasAll(words, searchedText(table, column)));
    return columns.length > 0 ? [{ ...table, columns }] : [];
  });
  const input = element('input', { type: 'search', id: 'search', value: address.search ?? '', autocomplete: 'off' });
  const form = element(
    'form',
    { class: 'slicers', role: 'search' },
    element('label', { for: 'search' }, element('span', {}, 'Search tables, columns, measures'), input),
    element('button', { type: 'submit' }, 'Search'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    location.hash = formatAddress({ ...address, search: input.value });
  });
  const number = found.reduce((sum, { columns }) => sum + columns.length, 0);
  return [
    element('h1', {}, 'Dictionary'),
    form,
    element('p', { role: 'status' }, `${counted(number, 'column')} of ${counted(found.length, 'table')}.`),
    ...found.map((table) => dictionaryTable(table, words.length > 0)),
  ];
}

function hasAll(words: readonly string[], text: string): boolean {
  return words.every((word) => text.includes(word));
}

function searchedText(table: DictionaryTable, column: DictionaryColumn): string {
  const { column: name, description, treatment, views, measures, visuals } = column;
  const titles = visuals.map(({ title }) => title);
  const texts = [table.table, name, description, treatment, ...readableNames(column), ...views, ...measures, ...titles];
  return texts.join(' ').toLowerCase();
}

/** `general.<name>`, `sensitive.<name>`. */
function readableNames({ stages }: DictionaryColumn): readonly string[] {
  return stages
    .filter(({ stage }) => stage === 'general' || stage === 'sensitive')
    .map(({ stage, column }) => `${stage}.${column}`);
}

function dictionaryTable(entry: DictionaryTable, isOpen: boolean): HTMLElement {
  const { table, description, descriptionSource, protection, source, stages, views, columns } = entry;
  const rows = columns.map((column) => [
    element('span', {}, breakable(column.column)),
    column.type,
    column.treatment,
    element('span', {}, breakable(readableNames(column).join(', ') || 'not published')),
    column.description,
    wayOf(column),
  ]);
  return element(
    'details',
    { class: 'card', open: isOpen },
    element('summary', {}, element('strong', {}, table), ` ${description}`),
    element('p', { class: 'note' }, `Data protection: ${protection}. Described after: ${descriptionSource}.`),
    element(
      'dl',
      { class: 'lineage', 'aria-label': `Where ${table} comes from and goes` },
      step('delivered', [source]),
      stages.map(({ stage, path }) => step(stage, [path])),
      step('SQL views', views),
    ),
    dataTable(
      `Columns of ${table}`,
      ['Column', 'Type', 'Treatment', 'Readable as', 'Meaning', 'From file to visual'],
      rows,
      { textColumns: 6 },
    ),
  );
}

/** What the column is called in each stage, and what is made of it: closed, because it is long for some. */
function wayOf({ column, stages, views, measures, visuals }: DictionaryColumn): HTMLElement {
  const summary =
    measures.length + visuals.length === 0
      ? 'in no report'
      : `${counted(measures.length, 'measure')}, ${counted(visuals.length, 'visual')}`;
  const places = visuals.map(({ report, page, title }) => `${title} (${reportTitles[report]}, ${page})`);
  return element(
    'details',
    { class: 'way' },
    element('summary', { 'aria-label': `${column}: ${summary}` }, summary),
    element(
      'dl',
      { class: 'lineage' },
      [...new Set(stages.map(({ stage }) => stage))].map((stage) =>
        step(
          stage,
          stages.filter((one) => one.stage === stage).map((one) => one.column),
        ),
      ),
      step('SQL views', views),
      listed('measures', measures),
      listed('visuals', places),
    ),
  );
}

function step(name: string, codes: readonly string[]): Node[] {
  if (codes.length === 0) return [];
  return [element('dt', {}, name), ...codes.map((code) => element('dd', {}, element('code', {}, breakable(code))))];
}

/** A name of several words may go on in the next line before each of them. */
function breakable(name: string): Node[] {
  return name
    .split(/(?<=[a-z.])(?=[A-Z_.])/)
    .flatMap((part, index) => [...(index > 0 ? [element('wbr')] : []), document.createTextNode(part)]);
}

function listed(name: string, texts: readonly string[]): Node[] {
  if (texts.length === 0) return [];
  return [element('dt', {}, name), ...texts.map((text) => element('dd', {}, text))];
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
