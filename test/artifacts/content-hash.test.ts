import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson, combinedHash, contentHash } from '../../src/artifacts/content-hash';
import type { JsonObject } from '../../src/artifacts/model';

describe('the content hash of an artifact', () => {
  const artifact = { kind: 'pipelines', name: 'a', properties: { y: [1, { d: null, c: true }], x: 'ü' } } as const;

  test('is SHA-256 over kind, name and properties', () => {
    const text = '{"kind":"pipelines","name":"a","properties":{"x":"ü","y":[1,{"c":true,"d":null}]}}';
    expect(contentHash(artifact)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('differs with everything that is sent, and only with that', () => {
    const same = { ...artifact, file: 'elsewhere', properties: { x: 'ü', y: [1, { c: true, d: null }] } };
    const others = [
      artifact,
      same,
      { ...artifact, name: 'b' },
      { ...artifact, kind: 'datasets' as const },
      { ...artifact, properties: { ...artifact.properties, y: [{ d: null, c: true }, 1] } },
      { ...artifact, properties: { ...artifact.properties, z: null } },
    ].map(contentHash);
    expect(others[1]).toBe(others[0]);
    expect(new Set(others).size).toBe(5);
  });

  test('canonical JSON is the JSON, and the same for every order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value as JsonObject))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });

  test('one hash of many does not depend on their order', () => {
    expect(combinedHash(['b', 'a'])).toBe(createHash('sha256').update('a\nb').digest('hex'));
  });
});
