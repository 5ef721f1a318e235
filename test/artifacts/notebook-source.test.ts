import fc from 'fast-check';
import { parseNotebookHeader, parseNotebookSource, type NotebookCell } from '../../src/artifacts/notebook-source';
import { formatError, type InsightsError } from '../../src/contract/errors';

const file = 'assets/notebooks/Insights_x.py';

function refused(text: string): string {
  try {
    parseNotebookSource(text, file);
    parseNotebookHeader(text, file);
  } catch (error) {
    return formatError(error as InsightsError)
      .split('\n')
      .slice(0, 2)
      .join('\n');
  }
  return 'accepted';
}

const whole = `# pool: spark3p3med
# Lands what was delivered.
#
# Then ends.

# %% [markdown]
# # Landing
#
#   indented, and \\%sql

# %% [parameters]

workspace = 'dev'

# %%
# %run Insights_pre-processing
# %%
def land():
    # %s is no marker here

    return f"{workspace:>10} {{braces}} %{x} \${y}"


`;

describe('the percent format of notebooks', () => {
  test('cells of every kind, with the lines they start in', () => {
    expect(parseNotebookSource(whole, file)).toEqual([
      { kind: 'markdown', text: '# Landing\n\n  indented, and \\%sql', line: 7 },
      { kind: 'parameters', text: "workspace = 'dev'", line: 13 },
      {
        kind: 'run',
        text: '%run Insights_pre-processing',
        line: 16,
        runs: 'Insights_pre-processing',
      },
      {
        kind: 'code',
        text: 'def land():\n    # %s is no marker here\n\n    return f"{workspace:>10} {{braces}} %{x} ${y}"',
        line: 18,
      },
    ]);
  });

  test('the header names the pool and describes the notebook; both may be absent', () => {
    expect(parseNotebookHeader(whole, file)).toEqual({
      pool: 'spark3p3med',
      description: 'Lands what was delivered. Then ends.',
    });
    expect(parseNotebookHeader('\n# %%\n1', file)).toEqual({ description: '' });
  });

  test('Windows line ends are plain ones', () => {
    expect(parseNotebookSource(whole.replaceAll('\n', '\r\n'), file)).toEqual(parseNotebookSource(whole, file));
  });

  test.each([
    ['print(1)\n# %%\n1', 'NOTEBOOK_SOURCE_INVALID: Before the first cell there may be comments only.', 1],
    ['# only a header\n', 'NOTEBOOK_SOURCE_INVALID: There is no cell.', 1],
    ['# %%\n\n# %%\n1', 'NOTEBOOK_SOURCE_INVALID: The cell that starts here is empty.', 1],
    [
      '# %%\n1\n# %% [code]\n2',
      'NOTEBOOK_SOURCE_INVALID: This is neither the start of a cell nor a run of a notebook.',
      3,
    ],
    ['#%%\n1', 'NOTEBOOK_SOURCE_INVALID: This is neither the start of a cell nor a run of a notebook.', 1],
    ['# %%\n# %run ../x\n', 'NOTEBOOK_SOURCE_INVALID: This is neither the start of a cell nor a run of a notebook.', 2],
    ['# %% [markdown]\ntext', 'NOTEBOOK_SOURCE_INVALID: A line of a markdown cell has to start with "# ".', 2],
    ['# %%\n1\n# %run Insights_py', 'NOTEBOOK_SOURCE_INVALID: A run of a notebook needs a code cell of its own.', 3],
    ['# %% [parameters]\n# %run x', 'NOTEBOOK_SOURCE_INVALID: A run of a notebook needs a code cell of its own.', 2],
    ['# %% [parameters]\na=1\n# %% [parameters]\nb=1', 'NOTEBOOK_SOURCE_INVALID: This is a second parameter cell.', 4],
    ['# pool: a\n# pool: b\n# %%\n1', 'NOTEBOOK_SOURCE_INVALID: The header names a second pool.', 2],
  ])('%j is refused with its line', (text, message, line) => {
    expect(refused(text)).toBe(`${message}\n  where: ${file}:${line}`);
  });

  const lineText = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, ''));
  const cellText = fc
    .array(lineText, { minLength: 1, maxLength: 6 })
    .filter((lines) => lines[0]?.trim() !== '' && lines.at(-1)?.trim() !== '')
    .map((lines) => lines.join('\n'));
  const cell = fc.oneof(
    cellText.filter((text) => !/^# ?%/m.test(text)).map((text) => ({ kind: 'code' as const, text })),
    cellText.filter((text) => !/^%/m.test(text)).map((text) => ({ kind: 'markdown' as const, text })),
    fc.stringMatching(/^[A-Za-z0-9_][\w-]{0,20}$/).map((name) => ({ kind: 'run' as const, text: `%run ${name}` })),
  );

  test('a line end of JavaScript that is none of the file stays in its line', () => {
    const text = 'a\u2028b';
    expect(parseNotebookSource(`# %% [markdown]\n# ${text}\n`, file)).toEqual([{ kind: 'markdown', text, line: 2 }]);
  });

  test('whatever the cells say, they come back as they were written', () => {
    const write = ({ kind, text }: Pick<NotebookCell, 'kind' | 'text'>): string => {
      if (kind === 'markdown') return `# %% [markdown]\n# ${text.replaceAll('\n', '\n# ')}\n`;
      return `# %%\n${kind === 'run' ? `# ${text}` : text}\n`;
    };
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (cells) => {
        const read = parseNotebookSource(cells.map(write).join('\n'), file);
        expect(read.map(({ kind, text }) => ({ kind, text }))).toEqual(cells);
      }),
    );
  });
});
