import type { Artifact } from '../../src/artifacts/model';
import { notebookProperties } from '../../src/artifacts/notebook-artifact';
import { findReferences } from '../../src/artifacts/references';

describe('references of artifacts', () => {
  test('at any depth, in document order, each with its place', () => {
    const artifact: Pick<Artifact, 'kind' | 'properties'> = {
      kind: 'pipelines',
      properties: {
        activities: [
          {
            name: 'If',
            typeProperties: {
              ifTrueActivities: [
                {
                  typeProperties: {
                    notebook: { referenceName: 'Insights_driver', type: 'NotebookReference' },
                    sparkPool: { referenceName: 'spark3p3sm', type: 'BigDataPoolReference' },
                  },
                  linkedServiceName: { referenceName: 'LS_DataLake', type: 'LinkedServiceReference' },
                },
              ],
            },
            inputs: [{ referenceName: 'DS_datalake_file', type: 'DatasetReference', parameters: { a: 1 } }],
          },
          { 'a/b~c': { pipeline: { referenceName: 'ingest', type: 'PipelineReference' } } },
        ],
      },
    };
    const first = '/activities/0/typeProperties/ifTrueActivities/0';
    expect(findReferences(artifact)).toEqual([
      { type: 'NotebookReference', name: 'Insights_driver', place: `${first}/typeProperties/notebook/referenceName` },
      { type: 'BigDataPoolReference', name: 'spark3p3sm', place: `${first}/typeProperties/sparkPool/referenceName` },
      { type: 'LinkedServiceReference', name: 'LS_DataLake', place: `${first}/linkedServiceName/referenceName` },
      { type: 'DatasetReference', name: 'DS_datalake_file', place: '/activities/0/inputs/0/referenceName' },
      { type: 'PipelineReference', name: 'ingest', place: '/activities/1/a~1b~0c/pipeline/referenceName' },
    ]);
  });

  test('what is no reference to an artifact or a pool is left out', () => {
    const properties = {
      connectVia: { referenceName: 'AutoResolveIntegrationRuntime', type: 'IntegrationRuntimeReference' },
      a: { type: 'toString', referenceName: 'x' },
      b: { type: 'PipelineReference' },
      c: { referenceName: 'y' },
    };
    expect(findReferences({ kind: 'linkedservices', properties })).toEqual([]);
  });

  test('a notebook refers to its pool and to what it runs, not to what its text looks like', () => {
    const properties = notebookProperties({
      cells: [
        { kind: 'markdown', text: '%run Not_this' },
        { kind: 'run', text: '%run Insights_py' },
        { kind: 'code', text: 'print("""\n%run Nor_this\n""")' },
      ],
    });
    expect(findReferences({ kind: 'notebooks', properties })).toEqual([
      { type: 'BigDataPoolReference', name: '{{smallPool}}', place: '/bigDataPool/referenceName' },
      { type: 'NotebookReference', name: 'Insights_py', place: '/cells/1/source/0' },
    ]);
    expect(findReferences({ kind: 'pipelines', properties }).map(({ name }) => name)).toEqual(['{{smallPool}}']);
    expect(findReferences({ kind: 'notebooks', properties: { cells: ['no cell', { cell_type: 'code' }] } })).toEqual(
      [],
    );
    expect(findReferences({ kind: 'notebooks', properties: {} })).toEqual([]);
  });
});
