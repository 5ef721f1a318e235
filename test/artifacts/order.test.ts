import fc from 'fast-check';
import type { Artifact } from '../../src/artifacts/model';
import { artifactKey, orderArtifacts } from '../../src/artifacts/order';

function pipeline(name: string, ...targets: readonly string[]): Artifact {
  const activities = targets.map((referenceName) => ({ pipeline: { referenceName, type: 'PipelineReference' } }));
  return { kind: 'pipelines', name, properties: { activities }, file: `assets/pipelines/${name}.json` };
}

function other(kind: Artifact['kind'], name: string, type?: string, referenceName?: string): Artifact {
  const properties = type === undefined ? {} : { a: { type, referenceName: referenceName ?? '' } };
  return { kind, name, properties, file: `assets/${kind}/${name}` };
}

const names = (artifacts: readonly Artifact[]): readonly string[] => artifacts.map(artifactKey);

describe('the order of artifacts', () => {
  test('by kind and name, but what is referred to comes first', () => {
    const artifacts = [
      other('triggers', 'TR', 'PipelineReference', 'a'),
      pipeline('a', 'z'),
      pipeline('z'),
      other('sqlScripts', 's'),
      other('notebooks', 'n', 'BigDataPoolReference', 'pool'),
      other('datasets', 'd', 'LinkedServiceReference', 'l2'),
      other('linkedservices', 'l1', 'LinkedServiceReference', 'l3'),
      other('linkedservices', 'l2'),
      other('linkedservices', 'l3'),
    ];
    const expected = [
      'linkedservices/l3',
      'linkedservices/l1',
      'linkedservices/l2',
      'datasets/d',
      'notebooks/n',
      'pipelines/z',
      'pipelines/a',
      'triggers/TR',
      'sqlScripts/s',
    ];
    expect(names(orderArtifacts(artifacts, ['bigDataPools/pool']))).toEqual(expected);
    expect(names(orderArtifacts([...artifacts].reverse(), ['bigDataPools/pool']))).toEqual(expected);
  });

  test('what the workspace has already is not ordered, but may be referred to (OWN3)', () => {
    const dataset = other('datasets', 'd', 'LinkedServiceReference', 'LS_DataLake');
    expect(names(orderArtifacts([dataset], ['linkedservices/LS_DataLake']))).toEqual(['datasets/d']);
  });

  test('every dangling reference is named, with a hint where only the case differs', () => {
    const artifacts = [pipeline('a', 'b', 'C'), pipeline('c'), other('notebooks', 'n', 'BigDataPoolReference', 'p')];
    expect(() => orderArtifacts(artifacts, [])).toThrow(
      expect.objectContaining({
        code: 'ARTIFACT_REFERENCE_DANGLING',
        message:
          'References to what is not there: 3.\n' +
          '  assets/pipelines/a.json#/activities/0/pipeline/referenceName: there is no pipelines/b\n' +
          '  assets/pipelines/a.json#/activities/1/pipeline/referenceName: there is no pipelines/C, but pipelines/c\n' +
          '  assets/notebooks/n#/a/referenceName: there is no bigDataPools/p',
      }),
    );
  });

  test('a circle is named as it runs, without what only leads to it', () => {
    const artifacts = [pipeline('a', 'b'), pipeline('b', 'c'), pipeline('c', 'd'), pipeline('d', 'b')];
    expect(() => orderArtifacts(artifacts, [])).toThrow(
      expect.objectContaining({
        code: 'ARTIFACT_CYCLE',
        message: 'These refer to each other: pipelines/b -> pipelines/c -> pipelines/d -> pipelines/b.',
      }),
    );
    expect(() => orderArtifacts([pipeline('a', 'a')], [])).toThrow(
      'These refer to each other: pipelines/a -> pipelines/a.',
    );
  });

  test('in any graph without circles each comes once, after all that it refers to', () => {
    const edges = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 40 });
    const shuffled = fc.shuffledSubarray(
      Array.from({ length: 12 }, (_, index) => index),
      { minLength: 12 },
    );
    fc.assert(
      fc.property(edges, shuffled, (pairs, nodes) => {
        // Edges from the later to the earlier of a random order make no circle.
        const targetsOf = (rank: number): readonly string[] =>
          pairs.filter(([from, to]) => from === rank && to < rank).map(([, to]) => `p${nodes[to]}`);
        const artifacts = nodes.map((node, rank) => pipeline(`p${node}`, ...targetsOf(rank)));
        const order = orderArtifacts(artifacts, []);
        expect(new Set(order)).toEqual(new Set(artifacts));
        expect(order).toHaveLength(artifacts.length);
        const place = new Map(order.map(({ name }, index) => [name, index]));
        for (const [rank, node] of nodes.entries()) {
          for (const target of targetsOf(rank)) expect(place.get(target)).toBeLessThan(place.get(`p${node}`) ?? -1);
        }
      }),
    );
  });
});
