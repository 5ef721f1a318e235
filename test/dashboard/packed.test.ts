import { packed, unpacked } from '../../src/dashboard/packed';
import type { Shown } from '../../src/dashboard/published';

test('runs of nothing and of hidden numbers are one number each; all others stand for themselves', () => {
  const content = {
    name: 'Signals',
    signals: [null, null, null, 7, 0, 0, 12.5, null, 0, 5, 5, 0, 0, 0],
    none: [],
    classes: [
      { id: 'a', signals: [null] },
      { id: 'b', signals: [0] },
    ],
    missing: null,
  };
  const text = JSON.stringify(packed(content));
  expect(text).toBe(
    '{"name":"Signals","signals":[-5,7,-2,12.5,-1,0,5,5,-4],"none":[],"classes":[{"id":"a","signals":[-1]},{"id":"b","signals":[0]}],"missing":null}',
  );
  expect(unpacked(JSON.parse(text))).toEqual(content);
});

test('whatever the runs are, the same numbers come out', () => {
  const values: readonly Shown[] = [null, 0, 1, 20.5];
  // Every list of up to six of them.
  const lists = [1, 2, 3, 4, 5, 6].flatMap((length) =>
    Array.from({ length: values.length ** length }, (_, code) =>
      Array.from({ length }, (_place, at) => values[Math.floor(code / values.length ** at) % values.length]!),
    ),
  );
  expect(unpacked(JSON.parse(JSON.stringify(packed(lists))))).toEqual(lists);
});

test('a number that would be read as a run is refused', () => {
  expect(() => packed({ signals: [3, -2] })).toThrow(new Error('A number below 0 cannot be packed: -2.'));
});
