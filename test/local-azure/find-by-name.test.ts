import { createRequire } from 'node:module';
import fc from 'fast-check';

/** The parts of the emulator's index that are used here. */
interface Index {
  addCollection(name: string, options: { readonly indices: readonly string[] }): Blobs;
}
interface Blobs {
  insert(blob: Blob): void;
  remove(blob: Blob): void;
  find(query: object): Blob[];
  findOne(query: object): Blob | null;
}
interface Blob {
  readonly accountName: string;
  readonly containerName: string;
  readonly name: string;
  readonly snapshot: string;
}

require('../../src/local-azure/storage/find-by-name.cjs');
const requireOfEmulator = createRequire(require.resolve('azurite/dist/src/blob/main.js'));
const Loki = requireOfEmulator('lokijs') as new (file: string) => Index;

/** As the emulator makes it. */
function blobsOf(blobs: readonly Blob[]): Blobs {
  const indices = ['accountName', 'containerName', 'name', 'snapshot'];
  const collection = new Loki('memory').addCollection('blobs', { indices });
  for (const blob of blobs) collection.insert(blob);
  return collection;
}

/** As the emulator asks for one blob, and for those of a prefix. */
const ofPrefix = (prefix: string) => ({ $regex: `^${prefix.replace(/[-/\\^$*+?.()|[\]{}]/g, String.raw`\$&`)}` });
const keyOf = ({ accountName, containerName, name, snapshot }: Blob): string =>
  JSON.stringify([accountName, containerName, name, snapshot]);

// Names that look like numbers, that are prefixes of one another, or that hold what means something in a pattern.
const name = fc.oneof(
  fc.constantFrom(
    '9',
    '10',
    '1a',
    '1e3',
    '1000',
    'a',
    'a/b',
    'a-b',
    'a.b',
    'a/',
    'a+(b)',
    String.raw`a\b`,
    'ä',
    '\uffff',
  ),
  fc.string({ minLength: 1, maxLength: 4 }),
);
const blob = fc.record({
  accountName: fc.constantFrom('slot0', 'slot1'),
  containerName: fc.constantFrom('oea', 'stage1'),
  name,
  snapshot: fc.constantFrom('', '2024-01-01T00:00:00.0000000Z'),
});

test('each blob is found by its name, and each prefix gives the blobs that begin with it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(blob, { selector: keyOf, maxLength: 30 }), name, fc.nat(), (blobs, asked, place) => {
      const collection = blobsOf(blobs);
      const gone = blobs[place % Math.max(1, blobs.length)];
      if (gone !== undefined) collection.remove(gone);
      const left = blobs.filter((one) => one !== gone);
      for (const one of blobs) {
        const { accountName, containerName, snapshot } = one;
        const found = collection.findOne({ accountName, containerName, name: one.name, snapshot });
        expect(found).toBe(one === gone ? null : one);
      }
      for (const prefix of [asked, ...blobs.map((one) => one.name)]) {
        const found = collection.find({ name: ofPrefix(prefix), accountName: 'slot0', containerName: 'oea' });
        const wanted = left.filter(
          (one) => one.accountName === 'slot0' && one.containerName === 'oea' && one.name.startsWith(prefix),
        );
        expect(found.map(keyOf).sort()).toEqual(wanted.map(keyOf).sort());
      }
    }),
  );
});

test('what is looked at does not grow with what the account holds', () => {
  let looked = 0;
  const counted = (index: number): Blob => ({
    accountName: 'slot0',
    get containerName() {
      looked += 1;
      return 'oea';
    },
    name: `stage2/${index}/part.parquet`,
    snapshot: '',
  });
  const collection = blobsOf(Array.from({ length: 1000 }, (_, index) => counted(index)));
  const ask = (query: object): number => {
    looked = 0;
    collection.find({ ...query, accountName: 'slot0', containerName: 'oea' });
    return looked;
  };
  expect([ask({ name: 'stage2/7/part.parquet' }), ask({ name: ofPrefix('stage2/77/') }), ask({ name: 'no' })]).toEqual([
    1, 1, 0,
  ]);
});
