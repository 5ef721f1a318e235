import { notebookProperties } from '../../src/artifacts/notebook-artifact';
import type { NotebookCell } from '../../src/artifacts/notebook-source';
import { cellsOf } from '../../src/local-spark/spark-notebooks';
import { publishedFrom } from '../../src/pipelines/published-artifacts';

function notebook(name: string, ...cells: readonly Pick<NotebookCell, 'kind' | 'text'>[]) {
  return { kind: 'notebooks', name, properties: notebookProperties({ cells }), file: `notebooks/${name}` } as const;
}

const run = (name: string) => ({ kind: 'run', text: `%run ${name}` }) as const;

test('a session gets the published cells of a notebook and of all that it runs, each once', () => {
  const artifacts = publishedFrom([
    notebook('Driver', { kind: 'parameters', text: "steps = ''" }, run('Library'), run('Part one')),
    notebook('Library', run('Part one'), { kind: 'code', text: 'print(1)\nprint(2)' }),
    notebook('Part one', { kind: 'markdown', text: '%run is explained here' }),
    notebook('Other'),
  ]);
  expect(cellsOf(artifacts, 'Driver')).toEqual({
    Driver: [
      { cell_type: 'code', metadata: { tags: ['parameters'] }, source: ["steps = ''"] },
      { cell_type: 'code', metadata: {}, source: ['%run Library'] },
      { cell_type: 'code', metadata: {}, source: ['%run Part one'] },
    ],
    'Part one': [{ cell_type: 'markdown', metadata: {}, source: ['%run is explained here'] }],
    Library: [
      { cell_type: 'code', metadata: {}, source: ['%run Part one'] },
      { cell_type: 'code', metadata: {}, source: ['print(1)\n', 'print(2)'] },
    ],
  });
});

test('a notebook that runs one that is not published fails as the service says it', () => {
  const artifacts = publishedFrom([notebook('Driver', run('Gone'))]);
  expect(() => cellsOf(artifacts, 'Driver')).toThrow("The notebook 'Gone' was not found.");
});
