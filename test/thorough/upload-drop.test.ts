import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { digestFile } from '../../src/lake/store-streams';
import { FolderStore } from '../../src/lake/folder-store';
import type { LakeStore } from '../../src/lake/store';
import {
  uploadDrop,
  type DropPlace,
  type PlacedDropFile,
  type UploadPorts,
  type UploadReport,
  type UploadRequest,
} from '../../src/operations/upload-drop';
import type { DropFile } from '../../src/operations/upload-plan';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

const temporaryFolder = useTemporaryFolders();
const hashOf = (text: string, algorithm = 'sha256'): string => createHash(algorithm).update(text).digest('hex');

const requiredTables = ['Organization', 'Person'];
const folder = 'M365/roster/2024-03-04T05-30-00';
const contents: Readonly<Record<string, string>> = {
  'M365/schema/roster.cdm.json': '{}',
  'M365/activity/2024-03-04/a.csv': 'signal',
  [`${folder}/Organization/a.csv`]: 'school',
  [`${folder}/Person/a.csv`]: 'pupil 1',
  [`${folder}/Person/b.csv`]: 'pupil 2',
  [`${folder}/RefTranslation/a.csv`]: '',
};

/** Pre-landing in memory. Every write is counted; from `dieAt` on none happens any more. */
class MemoryPlace implements DropPlace {
  readonly files = new Map<string, { readonly text: string; readonly etag: string }>();
  readonly calls: string[] = [];
  /** What the account knows of a file's content. */
  known: 'sha256' | 'md5' | 'nothing' = 'sha256';
  writes = 0;

  constructor(private readonly dieAt = Infinity) {}

  with(files: Readonly<Record<string, string>>): this {
    for (const [path, text] of Object.entries(files)) this.files.set(path, { text, etag: `${path} before` });
    return this;
  }

  get texts(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.files].map(([path, { text }]) => [path, text]));
  }

  async list(): Promise<readonly PlacedDropFile[]> {
    return [...this.files].map(([path, { text, etag }]) => ({
      path,
      bytes: text.length,
      etag,
      ...(this.known === 'sha256' ? { sha256: hashOf(text) } : {}),
      ...(this.known === 'md5' ? { md5: hashOf(text, 'md5') } : {}),
    }));
  }

  async sha256(path: string): Promise<string> {
    this.calls.push(`read ${path}`);
    return hashOf(this.files.get(path)?.text ?? '');
  }

  async put(source: LakeStore, file: DropFile, replaces: string | undefined): Promise<void> {
    await new Promise(setImmediate);
    this.write(`put ${file.path}`);
    expect(replaces).toBe(this.files.get(file.path)?.etag);
    expect((await digestFile(source, file.path)).sha256).toBe(file.sha256);
    this.files.set(file.path, { text: (await source.read(file.path)).toString(), etag: `${file.path} ours` });
  }

  async remove(path: string): Promise<void> {
    this.write(`remove ${path}`);
    this.files.delete(path);
  }

  private write(call: string): void {
    this.writes += 1;
    if (this.writes >= this.dieAt) throw new Error('killed');
    this.calls.push(call);
  }
}

async function dropOf(files: Readonly<Record<string, string>> = contents): Promise<FolderStore> {
  const root = await temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    await fs.mkdir(nodePath.dirname(nodePath.join(root, path)), { recursive: true });
    await fs.writeFile(nodePath.join(root, path), text);
  }
  return new FolderStore(root, { durable: false });
}

async function upload(
  place: DropPlace,
  drop: LakeStore,
  options: Partial<UploadRequest & UploadPorts> = {},
): Promise<UploadReport> {
  const request = { drop, tables: new Set(['RefTranslation', ...requiredTables]), requiredTables };
  const ports = { place, check: async () => [], progress: () => undefined };
  const { replace = false, dryRun = false, ...rest } = options;
  return uploadDrop({ ...request, replace, dryRun }, { ...ports, ...rest });
}

const bytes = Object.values(contents).join('').length;
const everything = Object.keys(contents).length;
const units = (change: string) => [
  { unit: 'activity/2024-03-04/a.csv', change },
  { unit: 'roster/2024-03-04T05-30-00', change },
];

test('a drop is put whole, then nothing is left to do, however the account knows its files', async () => {
  const place = new MemoryPlace();
  const drop = await dropOf();
  const told: string[] = [];
  const first = await upload(place, drop, { progress: (text) => told.push(text) });
  expect(first).toEqual({ uploaded: everything, skipped: 0, bytes, units: units('new'), others: [], unguarded: [] });
  expect(place.texts).toEqual(contents);
  expect([told.slice(0, 3), told.at(-1)]).toEqual([
    ['Reading 6 files', 'Checking the drop', 'Comparing with pre-landing'],
    `Uploaded 6 of 6: ${folder}/Organization/a.csv`,
  ]);
  for (const known of ['sha256', 'md5', 'nothing'] as const) {
    place.known = known;
    place.calls.length = 0;
    const again = await upload(place, drop);
    expect(again).toEqual({
      uploaded: 0,
      skipped: everything,
      bytes: 0,
      units: units('none'),
      others: [],
      unguarded: [],
    });
    const read = Object.keys(contents).map((path) => `read ${path}`);
    expect([...place.calls].sort()).toEqual(known === 'nothing' ? read.sort() : []);
  }
});

test('other bytes are told apart, however the account knows its files', async () => {
  const drop = await dropOf();
  const path = 'M365/activity/2024-03-04/a.csv';
  for (const known of ['sha256', 'md5', 'nothing'] as const) {
    for (const text of ['SIGNAL', 'longer than it']) {
      const place = new MemoryPlace().with({ ...contents, [path]: text });
      place.known = known;
      expect(await thrownBy(() => upload(place, drop))).toEqual({
        code: 'UPLOAD_WOULD_REPLACE',
        message: 'There with other content: activity/2024-03-04/a.csv. Nothing was uploaded.',
        place: {},
      });
      expect(place.writes).toBe(0);
      const { uploaded, skipped } = await upload(place, drop, { replace: true });
      expect([uploaded, skipped, place.texts]).toEqual([1, everything - 1, contents]);
    }
  }
});

/** Complete as landing sees it (ROW2), yet not what the drop has. */
function isHalf(texts: Readonly<Record<string, string>>): boolean {
  const of = (all: Readonly<Record<string, string>>): string =>
    JSON.stringify(
      Object.entries(all)
        .filter(([path]) => path.startsWith(folder))
        .sort(),
    );
  const isComplete = requiredTables.every((table) =>
    Object.keys(texts).some((path) => path.startsWith(`${folder}/${table}/`)),
  );
  return isComplete && of(texts) !== of(contents);
}

test.each([
  ['to an empty place', {}, 6],
  [
    'in place of an older delivery',
    Object.fromEntries(Object.keys(contents).map((path) => [path, `old ${path}`])),
    // One more: the gate is taken away first.
    7,
  ],
])(
  'an upload %s that is killed at any write leaves no half folder, and the next one completes it',
  async (_, before, writes) => {
    const drop = await dropOf();
    for (let dieAt = 1; dieAt <= writes + 1; dieAt += 1) {
      const place = new MemoryPlace(dieAt).with(before);
      const killed = await upload(place, drop, { replace: true }).then(
        () => false,
        (error: Error) => error.message === 'killed',
      );
      expect([dieAt, killed]).toEqual([dieAt, dieAt <= writes]);
      const isUntouched = place.calls.every((call) => !call.includes(folder));
      expect([dieAt, isHalf(place.texts) && !isUntouched]).toEqual([dieAt, false]);
      const next = new MemoryPlace().with(place.texts);
      const { uploaded, skipped } = await upload(next, drop, { replace: true });
      expect([dieAt, uploaded + skipped, next.texts]).toEqual([dieAt, everything, contents]);
      const same = Object.entries(place.texts).filter(([path, text]) => contents[path] === text).length;
      expect([dieAt, skipped]).toEqual([dieAt, same]);
    }
  },
);

test('files that only pre-landing has stay, and are named where landing takes them along', async () => {
  const others = { [`${folder}/Person/z.csv`]: 'theirs', 'M365/roster/2024-01-01T00-00-00/Person/a.csv': 'theirs' };
  const place = new MemoryPlace().with(others);
  const report = await upload(place, await dropOf());
  expect(report.others).toEqual([`${folder}/Person/z.csv`]);
  expect(place.texts).toEqual({ ...contents, ...others });
});

test('a drop with errors is refused before pre-landing is asked; a dry run writes nothing', async () => {
  const drop = await dropOf();
  const place = new MemoryPlace();
  const silent: DropPlace = { ...place, list: () => Promise.reject(new Error('asked')) } as unknown as DropPlace;
  const errors = Array.from({ length: 7 }, (_, index) => `file ${index}: wrong.`);
  expect(await thrownBy(() => upload(silent, drop, { check: async () => errors }))).toEqual({
    code: 'DROP_REFUSED',
    message:
      'The drop has 7 errors and was not uploaded. ' +
      'file 0: wrong. file 1: wrong. file 2: wrong. file 3: wrong. file 4: wrong. And 2 more.',
    place: {},
  });
  expect((await thrownBy(() => upload(silent, drop, { check: async () => ['x: y.'] }))).message).toBe(
    'The drop has 1 error and was not uploaded. x: y.',
  );
  const dry = await upload(place, drop, { dryRun: true });
  expect([dry.uploaded, dry.bytes, place.texts]).toEqual([everything, bytes, {}]);
});

test('a folder without M365 is no drop', async () => {
  const drop = await dropOf({ 'roster/a.csv': '' });
  expect(await thrownBy(() => upload(new MemoryPlace(), drop))).toEqual({
    code: 'DROP_NOT_FOUND',
    message: 'There is no M365 folder with files in the drop.',
    place: { file: drop.description },
  });
});

test('an interruption ends it before the next file', async () => {
  const drop = await dropOf();
  const interruption = new AbortController();
  const place = new MemoryPlace();
  const stopped = upload(place, drop, {
    signal: interruption.signal,
    progress: (text) => text.startsWith('Uploaded 1') && interruption.abort(),
  });
  expect(await thrownBy(() => stopped)).toEqual({
    code: 'OPERATION_INTERRUPTED',
    message: 'The operation was interrupted.',
    place: {},
  });
  expect(place.calls).toEqual(['put M365/schema/roster.cdm.json']);
});
