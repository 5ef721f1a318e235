type Content = Node | string | undefined | readonly Content[];

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with attributes and content. Text is text, never markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[Name] {
  return filled(document.createElement(name), attributes, content);
}

/** The same of a drawing. */
export function svgElement<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...content: readonly Content[]
): SVGElementTagNameMap[Name] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, content);
}

function filled<Made extends Element>(made: Made, attributes: Attributes, content: Content): Made {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : String(value));
  }
  append(made, content);
  return made;
}

function append(parent: Node, content: Content): void {
  if (content === undefined) return;
  if (typeof content === 'string') parent.appendChild(document.createTextNode(content));
  else if (content instanceof Node) parent.appendChild(content);
  else for (const one of content) append(parent, one);
}

/** A table with a caption and row headings; columns of numbers stand right. */
export function dataTable(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly (string | Node)[])[],
  options: { readonly textColumns?: number } = {},
): HTMLElement {
  const { textColumns = 1 } = options;
  const kind = (index: number): string | undefined => (index < textColumns ? undefined : 'number');
  const head = columns.map((text, index) => element('th', { scope: 'col', class: kind(index) }, text));
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      row.map((cell, index) =>
        index === 0 ? element('th', { scope: 'row' }, cell) : element('td', { class: kind(index) }, cell),
      ),
    ),
  );
  const table = element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, head)),
    element('tbody', {}, body),
  );
  return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption }, table);
}

/** A table below a heading that opens it, made when it is opened. */
export function closedTable(
  caption: string,
  columns: readonly string[],
  rows: () => readonly (readonly (string | Node)[])[],
): HTMLElement {
  const made = element('details', {}, element('summary', {}, 'Numbers as a table'));
  made.addEventListener('toggle', () => made.append(dataTable(caption, columns, rows())), { once: true });
  return made;
}

/** Other children in place of those of a parent. What stays is not moved: the browser would lay it out again. */
export function placeChildren(parent: Element, children: readonly Node[]): void {
  const kept = new Set(children);
  for (const child of [...parent.childNodes]) if (!kept.has(child)) child.remove();
  children.forEach((child, index) => {
    const there = parent.childNodes[index] ?? null;
    if (there !== child) parent.insertBefore(child, there);
  });
}

/** When the browser has painted what there is. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/** Milliseconds after which what waits for an idle browser is done all the same. */
const longestWait = 200;

/** When the browser has nothing else to do; a browser that does not say so (Safari) is taken at its next task. */
export function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: longestWait });
    else setTimeout(resolve);
  });
}
