import { CommitCache } from '../../src/lake/commit-cache';

const commit = (version: number): string => `stage2/Person/_delta_log/${String(version).padStart(20, '0')}.json`;

test('a commit is known by the ETag of its listing, in quotes or not, until it is another one', () => {
  const cache = new CommitCache();
  const bytes = Buffer.from('{}');
  cache.keep(commit(0), '"0x1"', bytes);
  expect(cache.get(commit(0))).toBeUndefined();
  cache.listed(commit(0), '0x1');
  expect(cache.get(commit(0))).toBe(bytes);
  cache.listed(commit(0), '0x2');
  expect(cache.get(commit(0))).toBeUndefined();
  cache.keep(commit(0), '"0x2"', bytes);
  expect(cache.get(commit(0))).toBe(bytes);
  cache.forget(commit(0));
  expect(cache.get(commit(0))).toBeUndefined();
});

test('an entry of the landing ledger is kept as a commit is', () => {
  const cache = new CommitCache();
  const [entry, bytes] = ['stage2/Ingested/_landing/00000000000000000000.json', Buffer.from('{}')];
  cache.listed(entry, '1');
  cache.keep(entry, '"1"', bytes);
  expect(cache.get(entry)).toBe(bytes);
});

test('nothing but commits is kept, and nothing without an ETag', () => {
  const cache = new CommitCache();
  const paths = ['stage2/Person/part-0.parquet', 'stage2/Person/_delta_log/_last_checkpoint', `${commit(1)}.tmp`];
  for (const path of paths) {
    cache.listed(path, '1');
    cache.keep(path, '1', Buffer.from('x'));
  }
  cache.listed(commit(1), undefined);
  cache.keep(commit(1), undefined, Buffer.from('x'));
  expect([...paths, commit(1)].map((path) => cache.get(path))).toEqual(Array.from({ length: 4 }, () => undefined));
});

test('what was asked for longest ago goes when there is too much', () => {
  const cache = new CommitCache();
  const large = Buffer.alloc(15 * 2 ** 20);
  for (const version of [0, 1]) {
    cache.listed(commit(version), '1');
    cache.keep(commit(version), '1', large);
  }
  cache.get(commit(0));
  cache.listed(commit(2), '1');
  cache.keep(commit(2), '1', large);
  expect([0, 1, 2].map((version) => cache.get(commit(version)) === large)).toEqual([true, false, true]);
});
