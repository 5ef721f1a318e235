import fc from 'fast-check';
import { notebookProperties, sourceLines, withSessionOn, wrapNotebook } from '../../src/artifacts/notebook-artifact';

describe('a notebook as the service stores it (providers-live §2)', () => {
  test('with everything', () => {
    const text =
      '# pool: spark3p3med\n# Says hello.\n# %% [markdown]\n# # Hello\n# you\n# %% [parameters]\nname = "x"\n\nage = 1\n# %%\n# %run Insights_py\n# %%\nprint(name)\n';
    expect(wrapNotebook(text, 'assets/notebooks/Hello.py')).toEqual({
      description: 'Says hello.',
      nbformat: 4,
      nbformat_minor: 2,
      bigDataPool: { referenceName: '{{mediumPool}}', type: 'BigDataPoolReference' },
      sessionProperties: {
        driverMemory: '56g',
        driverCores: 8,
        executorMemory: '56g',
        executorCores: 8,
        numExecutors: 2,
      },
      metadata: {
        kernelspec: { name: 'synapse_pyspark', display_name: 'Synapse PySpark' },
        language_info: { name: 'python' },
      },
      cells: [
        { cell_type: 'markdown', metadata: {}, source: ['# Hello\n', 'you'] },
        { cell_type: 'code', metadata: { tags: ['parameters'] }, source: ['name = "x"\n', '\n', 'age = 1'] },
        { cell_type: 'code', metadata: {}, source: ['%run Insights_py'] },
        { cell_type: 'code', metadata: {}, source: ['print(name)'] },
      ],
    });
  });

  test('with the defaults: the small pool, no description', () => {
    expect(notebookProperties({ cells: [{ kind: 'code', text: '1' }] })).toEqual({
      nbformat: 4,
      nbformat_minor: 2,
      bigDataPool: { referenceName: '{{smallPool}}', type: 'BigDataPoolReference' },
      sessionProperties: {
        driverMemory: '28g',
        driverCores: 4,
        executorMemory: '28g',
        executorCores: 4,
        numExecutors: 2,
      },
      metadata: {
        kernelspec: { name: 'synapse_pyspark', display_name: 'Synapse PySpark' },
        language_info: { name: 'python' },
      },
      cells: [{ cell_type: 'code', metadata: {}, source: ['1'] }],
    });
  });

  test.each([
    ['Small', 4, '28g'],
    ['Medium', 8, '56g'],
    ['Large', 16, '112g'],
  ] as const)('on %s nodes: a session with all %i cores of three of them', (size, cores, memory) => {
    expect(withSessionOn(size, { nbformat: 4, sessionProperties: {} })).toEqual({
      nbformat: 4,
      sessionProperties: {
        driverMemory: memory,
        driverCores: cores,
        executorMemory: memory,
        executorCores: cores,
        numExecutors: 2,
      },
    });
  });

  test('a pool that no environment has is refused', () => {
    expect(() => wrapNotebook('# pool: spark3p4\n# %%\n1', 'assets/notebooks/Hello.py')).toThrow(
      expect.objectContaining({
        code: 'NOTEBOOK_SOURCE_INVALID',
        message: 'There is no pool "spark3p4": spark3p3sm or spark3p3med.',
        place: { file: 'assets/notebooks/Hello.py' },
      }),
    );
  });

  test('the lines of any text are the text, each but the last with its line end', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\u2028', ' ', '"', '\\') });
    fc.assert(
      fc.property(text, (any) => {
        const lines = sourceLines(any);
        expect(lines.join('')).toBe(any);
        expect(lines.slice(0, -1).every((line) => /^[^\n]*\n$/.test(line))).toBe(true);
      }),
    );
  });
});
