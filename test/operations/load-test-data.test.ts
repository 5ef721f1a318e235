import { createHash } from 'node:crypto';
import { InsightsError } from '../../src/contract/errors';
import type { SetFile } from '../../src/operations/committed-set';
import { loadTestData, removeTestData, type PlacedFile, type TestDataPlace } from '../../src/operations/load-test-data';
import { thrownBy } from '../support/thrown';
import { fakePorts } from './operation-fakes';

const hashOf = (text: string, algorithm = 'sha256'): string => createHash(algorithm).update(text).digest('hex');

function setOf(contents: Readonly<Record<string, string>>): SetFile[] {
  return Object.entries(contents).map(([path, text]) => ({
    path,
    sha256: hashOf(text),
    read: async () => Buffer.from(text),
  }));
}

class FakePlace implements TestDataPlace {
  readonly files = new Map<string, PlacedFile>();
  readonly uploads: string[] = [];
  /** Errors of the next calls, whatever they do. */
  readonly faults: Error[] = [];
  underWay = 0;
  mostUnderWay = 0;

  async list(): Promise<readonly PlacedFile[]> {
    this.stumble();
    return [...this.files.values()];
  }

  async upload(path: string, _bytes: Buffer, sha256: string): Promise<void> {
    this.mostUnderWay = Math.max(this.mostUnderWay, (this.underWay += 1));
    await new Promise(setImmediate);
    this.underWay -= 1;
    this.stumble();
    this.uploads.push(path);
    this.files.set(path, { path, sha256 });
  }

  async remove(paths: readonly string[]): Promise<void> {
    paths.forEach((path) => this.files.delete(path));
  }

  private stumble(): void {
    const fault = this.faults.shift();
    if (fault !== undefined) throw fault;
  }
}

const forbidden = (): InsightsError =>
  new InsightsError('LAKE_STORE_FAILED', 'No right.', { cause: { statusCode: 403 } });

test('uploads what is not there, skips what is, removes what an earlier set left', async () => {
  const ports = { ...fakePorts(), place: new FakePlace() };
  ports.place.files.set('same', { path: 'same', sha256: hashOf('1') });
  ports.place.files.set('changed', { path: 'changed', sha256: hashOf('old') });
  ports.place.files.set('left', { path: 'left', sha256: hashOf('x') });
  ports.place.files.set('theirs', { path: 'theirs' });
  ports.place.files.set('theirs, same', { path: 'theirs, same', md5: hashOf('3', 'md5') });
  ports.place.files.set('theirs, other', { path: 'theirs, other', md5: hashOf('4', 'md5') });
  const set = setOf({ same: '1', changed: '22', new: '333', 'theirs, same': '3', 'theirs, other': '5' });
  expect(await loadTestData(set, ports)).toEqual({ uploaded: 3, skipped: 2, removed: 1, bytes: 6 });
  expect([...ports.place.uploads].sort()).toEqual(['changed', 'new', 'theirs, other']);
  expect([...ports.place.files.keys()].sort()).toEqual(
    ['changed', 'new', 'same', 'theirs', 'theirs, other', 'theirs, same'].sort(),
  );
  expect(ports.lines).toEqual(['3 files uploaded, 2 were there, 1 removed.']);
  expect(await loadTestData(set, ports)).toEqual({ uploaded: 0, skipped: 5, removed: 0, bytes: 0 });
});

test('on delete removes only what it wrote', async () => {
  const ports = { ...fakePorts(), place: new FakePlace() };
  ports.place.files.set('theirs', { path: 'theirs' });
  await loadTestData(setOf({ a: '1', b: '2' }), ports);
  ports.place.files.set('b', { path: 'b' });
  expect(await removeTestData(ports)).toEqual({ uploaded: 0, skipped: 0, removed: 1, bytes: 0 });
  expect([...ports.place.files.keys()]).toEqual(['theirs', 'b']);
  expect(await removeTestData(ports)).toEqual({ uploaded: 0, skipped: 0, removed: 0, bytes: 0 });
});

test('eight uploads at once', async () => {
  const ports = { ...fakePorts(), place: new FakePlace() };
  const many = setOf(Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`file ${index}`, `${index}`])));
  expect(await loadTestData(many, ports)).toMatchObject({ uploaded: 41 });
  expect(ports.place.mostUnderWay).toBe(8);
  expect(ports.lines).toEqual(['20 of 41 files', '40 of 41 files', '41 files uploaded, 0 were there, 0 removed.']);
});

test('waits for roles and network rules that do not work yet, up to ten minutes (ORDER1)', async () => {
  const ports = { ...fakePorts(), place: new FakePlace() };
  ports.place.faults.push(forbidden(), forbidden());
  expect(await loadTestData(setOf({ a: '1' }), ports)).toMatchObject({ uploaded: 1 });
  expect(ports.clock.waits).toEqual([10_000, 10_000]);
  expect(ports.lines).toEqual([
    'Waiting for roles and network rules to work. No right.',
    '1 files uploaded, 0 were there, 0 removed.',
  ]);
  ports.place.faults.push(...Array.from({ length: 100 }, forbidden));
  expect((await thrownBy(() => loadTestData(setOf({ a: '1' }), ports))).message).toBe('No right.');
  expect(ports.clock.waits).toHaveLength(62);
});

test('stops at the first error that waiting does not mend; the next run continues', async () => {
  const ports = { ...fakePorts(), place: new FakePlace() };
  const many = setOf(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`file ${index}`, `${index}`])));
  const broken = new InsightsError('LAKE_STORE_FAILED', 'Disk full.', { cause: { statusCode: 507 } });
  ports.place.list = async () => [...ports.place.files.values()];
  ports.place.faults.push(broken);
  expect((await thrownBy(() => loadTestData(many, ports))).message).toBe('Disk full.');
  expect(ports.place.uploads).toHaveLength(7);
  expect(await loadTestData(many, ports)).toMatchObject({ uploaded: 23, skipped: 7 });
});

test('an interrupt is said', async () => {
  const ports = { ...fakePorts(), place: new FakePlace(), signal: AbortSignal.abort() };
  expect((await thrownBy(() => loadTestData(setOf({ a: '1' }), ports))).code).toBe('OPERATION_INTERRUPTED');
  expect(ports.place.uploads).toEqual([]);
});
