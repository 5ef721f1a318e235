import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/artifacts/model';
import { mapStrings, replaceTexts, visitObjects } from '../../src/artifacts/walk-json';

const value: JsonObject = { 'a/b~c': [{ text: 'x', n: 1 }, 'y', null], other: { deep: { text: 'z' } } };

describe('walking JSON', () => {
  test('strings are met with their pointers (RFC 6901), at any depth', () => {
    expect(mapStrings(value, (text, pointer) => `${text} ${pointer}`)).toEqual({
      'a/b~c': [{ text: 'x /a~1b~0c/0/text', n: 1 }, 'y /a~1b~0c/1', null],
      other: { deep: { text: 'z /other/deep/text' } },
    });
  });

  test('objects are met in document order, each with its pointer', () => {
    const pointers: string[] = [];
    visitObjects(value, (_, pointer) => pointers.push(pointer));
    expect(pointers).toEqual(['', '/a~1b~0c/0', '/other', '/other/deep']);
  });

  test('texts are replaced where they are, and what they do not lead to is shared', () => {
    const changed = replaceTexts(
      value,
      new Map([
        ['/a~1b~0c/0/text', 'new'],
        ['/a~1b~0c/1', 'newer'],
      ]),
    );
    expect(changed).toEqual({ ...value, 'a/b~c': [{ text: 'new', n: 1 }, 'newer', null] });
    expect(changed['other']).toBe(value['other']);
    expect(value['a/b~c']).toEqual([{ text: 'x', n: 1 }, 'y', null]);
    expect(() => replaceTexts(value, new Map([['/other/deep/text/more', 'x']]))).toThrow(
      new RangeError('There is no member more.'),
    );
  });

  test('replacing every string by its pointer is mapping every string to its pointer', () => {
    const anyObject = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(anyObject, (any) => {
        const json = JSON.parse(JSON.stringify(any)) as JsonObject;
        const texts = new Map<string, string>();
        const mapped = mapStrings(json, (_, pointer) => {
          texts.set(pointer, pointer);
          return pointer;
        });
        expect(replaceTexts<JsonValue>(json, texts)).toEqual(mapped);
      }),
    );
  });
});
