import { standardTags } from '../../../constructs/core/tags';
import { reservedTags } from '../../../src/contract/environment-check';

describe('standardTags', () => {
  test('adds ours to those of the environment', () => {
    expect(standardTags({ name: 'test', tags: { Owner: 'data team' } })).toEqual({
      Owner: 'data team',
      oea_version: '0.8',
      environment: 'test',
      managed_by: 'education-insights-cdk',
    });
  });

  test('sets exactly the tags that an environment cannot', () => {
    expect(Object.keys(standardTags({ name: 'test', tags: {} }))).toEqual([...reservedTags]);
  });
});
