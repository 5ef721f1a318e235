import { LogListings } from '../../src/lake/log-listings';
import type { StoredFile } from '../../src/lake/store';

const log = 'oea/dev/stage2/Ingested/M365/v1.14/Person/_delta_log';
const file = (name: string, folder = log): StoredFile => ({
  path: `${folder}/${name}`,
  bytes: 1,
  modified: new Date('2024-03-01T00:00:00Z'),
});

/** A store's listings, counted. */
function counted(answers: readonly (readonly StoredFile[])[]) {
  const left = [...answers];
  const list = jest.fn(async () => [...(left.shift() ?? [])]);
  return { list, asked: () => list.mock.calls.length };
}

test('a log is listed once, and a commit that was made is in it, in its place', async () => {
  const listings = new LogListings();
  const { list, asked } = counted([[file('1.json'), file('_last_checkpoint')]]);
  const first = await listings.list(log, list);
  first.pop();
  listings.added(file('2.json'));
  expect(await listings.list(log, list)).toEqual([file('1.json'), file('2.json'), file('_last_checkpoint')]);
  expect(asked()).toBe(1);
});

test('a commit made while the listing is under way is in it once', async () => {
  const listings = new LogListings();
  const { list } = counted([[file('1.json'), file('2.json')]]);
  const under = listings.list(log, list);
  listings.added(file('2.json'));
  await under;
  expect(await listings.list(log, list)).toEqual([file('1.json'), file('2.json')]);
});

test('any other change has the log listed anew, and so has the end of the lock and a listing that failed', async () => {
  const listings = new LogListings();
  const { list, asked } = counted([[], [file('1.json')], []]);
  await listings.list(log, list);
  listings.changed(`${log}/1.json`);
  expect(await listings.list(log, list)).toEqual([file('1.json')]);
  listings.clear();
  await listings.list(log, list);
  listings.clear();
  await expect(listings.list(log, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  await listings.list(log, list);
  expect(asked()).toBe(4);
});

test('no other folder is remembered', async () => {
  const listings = new LogListings();
  const { list, asked } = counted([]);
  await listings.list('oea/dev/stage2/Ingested/M365/v1.14/_landing', list);
  await listings.list('oea/dev/stage2/Ingested/M365/v1.14/_landing', list);
  listings.added(file('1.json', 'elsewhere/_delta_log'));
  expect(asked()).toBe(2);
});
