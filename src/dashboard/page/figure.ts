import type { Markish } from '@observablehq/plot';
import * as Plot from '@observablehq/plot';
import { closedTable, element, svgElement } from './elements';

export interface FigureOptions {
  readonly id: string;
  /** Says what is counted. */
  readonly title: string;
  /** A sentence below the title. */
  readonly note?: string | undefined;
  /** Undefined where everything is hidden or there is nothing. */
  readonly chart: Node | undefined;
  readonly columns: readonly string[];
  /** Of the table; undefined where there is none. */
  readonly rows: (() => readonly (readonly string[])[]) | undefined;
  readonly extra?: Node | undefined;
  readonly isWide?: boolean;
}

/** A chart with its title, and the same numbers as a table for those who cannot or would rather not read a chart. */
export function figure({ id, title, note, chart, columns, rows, extra, isWide }: FigureOptions): HTMLElement {
  return element(
    'figure',
    { id, class: isWide === true ? 'card wide' : 'card' },
    element(
      'figcaption',
      {},
      element('h2', {}, title),
      note === undefined ? undefined : element('p', { class: 'note' }, note),
    ),
    extra,
    chart ?? element('p', { class: 'nothing' }, 'Nothing to show: nobody is in this selection, or too few.'),
    rows === undefined ? undefined : closedTable(title, columns, rows),
  );
}

/** Pixels of a page of A4 between its margins: drawn for a screen and made smaller, text could not be read. */
const paperWidth = 718;

/** Widths of drawings. */
export interface Room {
  readonly wide: number;
  /** Of two beside each other, where there is room for two. */
  readonly half: number;
}

/** The room on the screen, or on paper while the page is printed. Asking lays out the page. */
export function roomOnPage(): Room {
  const { clientWidth, dataset } = document.documentElement;
  const available = Math.min(dataset.paper === undefined ? clientWidth : paperWidth, 1320) - 64;
  const widest = (width: number): number => Math.max(260, width);
  return { wide: widest(available), half: widest(available < 760 ? available : available / 2 - 26) };
}

/** A drawing whose marks with a link can be reached and read by keyboard and screen reader. */
export function drawing(options: Plot.PlotOptions & { readonly marks: Markish[] }, label: string): Node {
  const plot = Plot.plot({ className: 'plot', ...options });
  const svg = plot.tagName.toLowerCase() === 'svg' ? plot : plot.querySelector('svg:last-of-type');
  if (svg === null) return plot;
  // Always the same, and a change of the page's styles each time: it stands in the style sheet.
  svg.querySelector('style')?.remove();
  svg.setAttribute('aria-label', label);
  const links = svg.querySelectorAll('a');
  svg.setAttribute('role', links.length > 0 ? 'group' : 'img');
  for (const link of links) {
    const mark = link.firstElementChild;
    link.setAttribute('href', link.getAttributeNS('http://www.w3.org/1999/xlink', 'href') ?? '');
    link.setAttribute('aria-label', mark?.getAttribute('aria-label') ?? mark?.textContent ?? '');
    mark?.removeAttribute('aria-label');
  }
  titleWhatIsPointedAt(svg, labelOf);
  // Groups of marks carry names of Plot's own, which say nothing to a reader.
  for (const group of svg.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label');
  return plot;
}

interface Picture {
  readonly width: number;
  readonly height: number;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** A group has marks that can be chosen. */
  readonly role: 'group' | 'img';
  /** What a mark is. @default its label, or that of its link */
  readonly textOf?: (mark: Element) => string | null;
}

/** A drawing of tiles, which needs no scales, and is made sooner without Plot. */
export function picture({ width, height, label, role, textOf = labelOf }: Picture, ...marks: readonly Node[]): Node {
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const svg = svgElement('svg', { class: 'plot picture', role, 'aria-label': label, ...size }, ...marks);
  titleWhatIsPointedAt(svg, textOf);
  return svg;
}

/** Gives a mark its title when the pointer comes to it: with one for each mark a drawing would have half as many elements again. */
function titleWhatIsPointedAt(svg: Element, textOf: (mark: Element) => string | null): void {
  svg.addEventListener('pointerover', ({ target }) => {
    if (!(target instanceof SVGGeometryElement) || target.firstChild !== null) return;
    const text = textOf(target);
    if (text !== null) target.append(svgElement('title', {}, text));
  });
}

function labelOf(mark: Element): string | null {
  return mark.getAttribute('aria-label') ?? mark.closest('a')?.getAttribute('aria-label') ?? null;
}

/** Colours by number, from the style sheet, so that they follow light and dark. */
export function colour(index: number): string {
  return `var(--series-${(index % 6) + 1})`;
}

/** What the colours mean. */
export function legend(names: readonly string[]): HTMLElement {
  return element(
    'ul',
    { class: 'legend' },
    names.map((name, index) => element('li', {}, element('span', { class: `swatch series-${(index % 6) + 1}` }), name)),
  );
}
