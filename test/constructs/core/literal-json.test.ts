import { AzapiProvider, AzapiResource } from '../../../constructs/core/azapi';
import { LiteralJson } from '../../../constructs/core/literal-json';
import type { JsonObject } from '../../../src/artifacts/model';
import { synthesiseBlocks } from '../synthesised';

const type = 'Microsoft.X/y@2020-01-01';

/** What becomes of the properties of a resource that may refer to another. */
function synthesised(properties: (name: string) => LiteralJson): unknown {
  const blocks = synthesiseBlocks((scope) => {
    new AzapiProvider(scope, 'Azapi');
    const other = new AzapiResource(scope, 'Other', { type, name: 'other', parentId: '/g' });
    new AzapiResource(scope, 'One', {
      type,
      name: 'one',
      parentId: '/g',
      body: { properties: properties(other.name) },
    });
  });
  return (blocks['One']?.body as { readonly body: { readonly properties: unknown } }).body.properties;
}

describe('JSON with tokens at known places', () => {
  const value: JsonObject = { empty: {}, list: [[], { name: 'x' }, null, 1, true], camelCase: '${not}', text: 'keep' };

  test('is written as it is, but for the texts with tokens', () => {
    const texts = (name: string) => new Map([['/list/1/name', `%run ${name}`]]);
    expect(synthesised((name) => new LiteralJson(value, texts(name)))).toEqual({
      ...value,
      list: [[], { name: '%run ${azapi_resource.Other.name}' }, null, 1, true],
    });
  });

  test('without tokens is written as it is, also what the library would take for one of its tokens', () => {
    const looksLikeToken: JsonObject = { ...value, text: '${TfToken[TOKEN.99999]}' };
    expect(synthesised(() => new LiteralJson(looksLikeToken))).toEqual(looksLikeToken);
  });
});
