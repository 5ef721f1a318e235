import { contentHash } from '../../src/artifacts/content-hash';
import { markArtifact, markedHash } from '../../src/artifacts/marker';
import { artifactKinds, type Artifact, type ArtifactKind, type JsonObject } from '../../src/artifacts/model';

const artifact = (kind: ArtifactKind, properties: JsonObject): Artifact => ({ kind, name: 'a', properties, file: 'f' });

describe('the marker of an artifact', () => {
  test('is its first annotation, with the hash of what it was before', () => {
    const pipeline = artifact('pipelines', { activities: [], annotations: ['OEA'] });
    const hash = contentHash(pipeline);
    expect(markArtifact(pipeline)).toEqual({
      ...pipeline,
      properties: { activities: [], annotations: [`education-insights-cdk sha256:${hash}`, 'OEA'] },
      hash,
      markerPath: 'properties.annotations[0]',
    });
  });

  test('ends the description of what has no annotations', () => {
    const described = artifact('notebooks', { description: 'Lands.' });
    const hash = contentHash(described);
    expect(markArtifact(described)).toEqual({
      ...described,
      properties: { description: `Lands. [education-insights-cdk sha256:${hash}]` },
      hash,
      markerPath: 'properties.description',
    });
    const script = artifact('sqlScripts', {});
    expect(markArtifact(script).properties).toEqual({
      description: `[education-insights-cdk sha256:${contentHash(script)}]`,
    });
  });

  test.each(artifactKinds)('of %s is read where it was written', (kind) => {
    const marked = markArtifact(artifact(kind, { description: 'text', annotations: ['x'], n: 1 }));
    expect(markedHash(marked)).toBe(marked.hash);
  });

  test.each([
    ['no annotation', artifact('datasets', {})],
    ["somebody else's annotation", artifact('datasets', { annotations: ['sha256:abc'] })],
    ['an annotation that is no text', artifact('datasets', { annotations: [1] })],
    ['a marker cut short', artifact('datasets', { annotations: ['education-insights-cdk sha256:abc'] })],
    [
      'a marker in another place',
      artifact('datasets', { description: `education-insights-cdk sha256:${'a'.repeat(64)}` }),
    ],
    ['no description', artifact('notebooks', {})],
  ])('is not found in %s (OWN3)', (_, foreign) => {
    expect(markedHash(foreign)).toBeUndefined();
  });
});
