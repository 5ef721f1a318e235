import { InsightsError } from '../contract/errors';

/**
 * The percent format of assets/notebooks: one notebook is one Python file, which editors open as cells, linters read, and
 * a review shows line by line.
 *
 *     # pool: spark3p3med
 *     # What this notebook does: shown as its description in Synapse Studio.
 *
 *     # %% [markdown]
 *     # # A heading
 *     #
 *     # Text. Every line starts with `#` and a space, an empty one with `#`.
 *
 *     # %% [parameters]
 *     workspace = 'dev'
 *     version = '1.14'
 *
 *     # %%
 *     # %run Insights_py
 *
 *     # %%
 *     print(workspace)
 *
 * - A cell starts with a line that is exactly `# %%`, `# %% [markdown]` or `# %% [parameters]`, and goes on to the next
 *   such line. Empty lines at its beginning and end belong to the layout, not to the cell; one without others is refused.
 * - `[parameters]` marks the one cell whose values a pipeline replaces. At most one, and assignments only by convention.
 * - A code cell with the one line `# %run Name` runs another notebook of the workspace by its name, in the same session.
 * - Before the first cell there may be comments only: the header. `# pool: <name>` names the Spark pool, spark3p3sm
 *   (unless given) or spark3p3med; the other comment lines are the description.
 * - Any other line that starts with `# %` is refused, so that a misspelt marker is not taken for a comment. In a markdown
 *   cell, write `\%` for a line that has to start with a percent sign.
 *
 * Magics other than `%run` do not exist here: what is not Python cannot be run by the tests of the notebooks.
 */

/** One cell, in the order of the file. */
export interface NotebookCell {
  readonly kind: 'code' | 'parameters' | 'run' | 'markdown';
  /** As the service stores it, without a last line end: Python, `%run Name`, or markdown without its comment signs. */
  readonly text: string;
  /** 1-based line of the file in which `text` starts. */
  readonly line: number;
  /** Which notebook a cell of kind `run` runs. */
  readonly runs?: string;
}

/** What the comments before the first cell say. */
export interface NotebookHeader {
  /** Name of the Spark pool; undefined where the file leaves it to the default. */
  readonly pool?: string;
  /** One paragraph; empty where there is none. */
  readonly description: string;
}

const marker = /^# %%(?: \[(markdown|parameters)\])?\s*$/;
const running = /^# %run ([A-Za-z0-9_][\w -]*?)\s*$/;
/** `s`, because a line may hold what JavaScript takes for a line end, such as U+2028. */
const comment = /^#(?: (.*))?$/s;

interface Line {
  readonly number: number;
  readonly text: string;
}

interface Block {
  readonly kind: 'code' | 'parameters' | 'markdown';
  readonly markerLine: number;
  readonly lines: readonly Line[];
}

/**
 * The cells of a notebook.
 * @param text of a file in the percent format; Windows line ends are taken for plain ones.
 * @param file as messages name it.
 * @throws InsightsError NOTEBOOK_SOURCE_INVALID, with the line.
 */
export function parseNotebookSource(text: string, file: string): NotebookCell[] {
  const { blocks } = split(text, file);
  const cells = blocks.map((block) => cellOf(block, file));
  const second = cells.filter(({ kind }) => kind === 'parameters')[1];
  if (second !== undefined) throw invalid(file, second.line, 'This is a second parameter cell.');
  return cells;
}

/**
 * What stands before the first cell.
 * @throws InsightsError NOTEBOOK_SOURCE_INVALID, with the line.
 */
export function parseNotebookHeader(text: string, file: string): NotebookHeader {
  const description: string[] = [];
  let pool: string | undefined;
  for (const line of split(text, file).header) {
    const words = comment.exec(line.text)?.[1]?.trim() ?? '';
    const named = /^pool: *(\S+)$/.exec(words)?.[1];
    if (named === undefined) description.push(words);
    else if (pool === undefined) pool = named;
    else throw invalid(file, line.number, 'The header names a second pool.');
  }
  return { ...(pool === undefined ? {} : { pool }), description: description.join(' ').replace(/ +/g, ' ').trim() };
}

function split(text: string, file: string): { header: readonly Line[]; blocks: readonly Block[] } {
  const header: Line[] = [];
  const blocks: (Block & { readonly lines: Line[] })[] = [];
  for (const [index, content] of text.replaceAll('\r\n', '\n').split('\n').entries()) {
    const line: Line = { number: index + 1, text: content };
    const found = marker.exec(content);
    const current = blocks.at(-1);
    if (found !== null) {
      const kind = (found[1] ?? 'code') as Block['kind'];
      blocks.push({ kind, markerLine: line.number, lines: [] });
    } else if (/^# ?%/.test(content) && !running.test(content)) {
      throw invalid(file, line.number, 'This is neither the start of a cell nor a run of a notebook.');
    } else if (current !== undefined) {
      current.lines.push(line);
    } else if (isBlank(line) || comment.test(content)) {
      if (!isBlank(line)) header.push(line);
    } else {
      throw invalid(file, line.number, 'Before the first cell there may be comments only.');
    }
  }
  if (blocks.length === 0) throw invalid(file, 1, 'There is no cell.');
  return { header, blocks };
}

function cellOf(block: Block, file: string): NotebookCell {
  const lines = withoutMargins(block.lines);
  const line = lines[0]?.number;
  if (line === undefined) throw invalid(file, block.markerLine, 'The cell that starts here is empty.');
  if (block.kind === 'markdown') {
    return { kind: 'markdown', text: lines.map((each) => uncomment(each, file)).join('\n'), line };
  }
  const run = lines.find(({ text }) => running.test(text));
  if (run === undefined) return { kind: block.kind, text: lines.map(({ text }) => text).join('\n'), line };
  if (lines.length > 1 || block.kind === 'parameters') {
    throw invalid(file, run.number, 'A run of a notebook needs a code cell of its own.');
  }
  const name = running.exec(run.text)?.[1] ?? '';
  return { kind: 'run', text: `%run ${name}`, line, runs: name };
}

function uncomment(line: Line, file: string): string {
  const found = comment.exec(line.text);
  if (found === null) throw invalid(file, line.number, 'A line of a markdown cell has to start with "# ".');
  return found[1] ?? '';
}

function withoutMargins(lines: readonly Line[]): readonly Line[] {
  const first = lines.findIndex((line) => !isBlank(line));
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex((line) => !isBlank(line)) + 1);
}

function isBlank(line: Line): boolean {
  return line.text.trim() === '';
}

function invalid(file: string, line: number, message: string): InsightsError {
  return new InsightsError('NOTEBOOK_SOURCE_INVALID', message, { place: { file, line } });
}
