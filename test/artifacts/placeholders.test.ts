import type { Artifact } from '../../src/artifacts/model';
import { notebookProperties } from '../../src/artifacts/notebook-artifact';
import { exampleValues, fillPlaceholders, placeholderNames } from '../../src/artifacts/placeholders';
import { readArtifacts } from '../../src/artifacts/read-artifacts';
import { findReferences } from '../../src/artifacts/references';

const artifact: Artifact = {
  kind: 'linkedservices',
  name: 'LS_DataLake',
  properties: { url: 'https://{{storageAccount}}.dfs/{{storageAccount}}', list: ['{{keyVault}}', 1, null] },
  file: 'assets/linked-services/LS_DataLake.json',
};

describe('placeholders of artifacts', () => {
  test('take their values wherever they stand in a string', () => {
    expect(fillPlaceholders(artifact, { storageAccount: 'stoea$&', keyVault: '' })).toEqual({
      ...artifact,
      properties: { url: 'https://stoea$&.dfs/stoea$&', list: ['', 1, null] },
    });
  });

  test('without a value are refused by name and place, also when they are named like a method', () => {
    expect(() => fillPlaceholders(artifact, { storageAccount: 'a' })).toThrow(
      expect.objectContaining({
        code: 'ARTIFACT_PLACEHOLDER_UNKNOWN',
        message: '{{keyVault}} has no value.',
        place: { file: artifact.file, path: '/list/0' },
      }),
    );
    const method = { ...artifact, properties: { a: '{{toString}}' } };
    expect(() => fillPlaceholders(method, {})).toThrow('{{toString}} has no value.');
  });

  test('in a notebook are for its pool only: in its cells braces are Python', () => {
    const properties = notebookProperties({ cells: [{ kind: 'code', text: 'f"{{keyVault}}"' }] });
    expect(fillPlaceholders({ ...artifact, kind: 'notebooks', properties }, { smallPool: 'pool' }).properties).toEqual({
      ...properties,
      bigDataPool: { referenceName: 'pool', type: 'BigDataPoolReference' },
    });
  });

  test('have an example each, by which every file of assets can be filled', () => {
    expect(Object.keys(exampleValues)).toEqual(placeholderNames);
    const filled = readArtifacts().map((own) => fillPlaceholders(own, exampleValues));
    expect(filled.flatMap(findReferences).filter(({ name }) => name.includes('{{'))).toEqual([]);
  });
});
