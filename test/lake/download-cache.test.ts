import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { DownloadCache } from '../../src/lake/download-cache';

const cache = new DownloadCache();
afterEach(() => cache.close());

const writing = (asked: string[], text: string) => async (target: string) => {
  asked.push(text);
  writeFileSync(target, text);
};

test('a file that never changes is downloaded once, by callers at the same time too, and anew where that failed', async () => {
  const asked: string[] = [];
  const failing = cache.once('a/part.parquet', () => Promise.reject(new Error('refused')));
  await expect(failing).rejects.toThrow('refused');
  const [one, other] = await Promise.all([
    cache.once('a/part.parquet', writing(asked, 'one')),
    cache.once('a/part.parquet', writing(asked, 'two')),
  ]);
  const later = await cache.once('a/part.parquet', writing(asked, 'three'));
  expect({
    asked,
    same: one === other && one === later,
    text: readFileSync(one, 'utf8'),
    ending: extname(one),
  }).toEqual({
    asked: ['one'],
    same: true,
    text: 'one',
    ending: '.parquet',
  });
  expect(statSync(dirname(one)).mode & 0o777).toBe(0o700);
});

test('one that may change is asked for under the version that is known, and an older copy stays', async () => {
  const known: (string | undefined)[] = [];
  const answer = (version: string | undefined) => async (target: string, before: string | undefined) => {
    known.push(before);
    if (version !== undefined) writeFileSync(target, version);
    return version;
  };
  const first = await cache.newest('a/file.csv', answer('1'));
  const same = await cache.newest('a/file.csv', answer(undefined));
  const second = await cache.newest('a/file.csv', answer('2'));
  await expect(cache.newest('a/file.csv', () => Promise.reject(new Error('reset')))).rejects.toThrow('reset');
  const anew = await cache.newest('a/file.csv', answer('3'));
  expect(known).toEqual([undefined, '1', '1', undefined]);
  expect(same).toBe(first);
  expect([first, second, anew].map((file) => readFileSync(file, 'utf8'))).toEqual(['1', '2', '3']);
});

test('a small file that was written is its own copy, a large one is not kept, and a forgotten one is downloaded', async () => {
  const asked: string[] = [];
  const staging = await cache.folder('staging');
  const [small, large] = [join(staging, 'small.parquet'), join(staging, 'large.parquet')];
  writeFileSync(small, 'small');
  writeFileSync(large, Buffer.alloc(2 ** 20 + 1));
  await cache.take('a/small.parquet', small);
  await cache.take('a/large.parquet', large);
  expect(readdirSync(staging)).toEqual([]);
  expect(readFileSync(await cache.once('a/small.parquet', writing(asked, 'again')), 'utf8')).toBe('small');
  await cache.once('a/large.parquet', writing(asked, 'large'));
  cache.forget('a/small.parquet');
  await cache.once('a/small.parquet', writing(asked, 'small'));
  expect(asked).toEqual(['large', 'small']);
});

test('nothing is left after closing', async () => {
  const local = await cache.once('a/part.parquet', writing([], 'one'));
  await cache.close();
  expect(existsSync(dirname(dirname(local)))).toBe(false);
});
