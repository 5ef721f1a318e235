import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { BlobStore } from '../../src/lake/blob-store';
import { FolderStore } from '../../src/lake/folder-store';
import { BlobDrop } from '../../src/operations/blob-drop';
import { uploadDrop, type UploadReport } from '../../src/operations/upload-drop';
import { startAzurite, type Azurite } from './azurite';
import { FaultyAccount, type Fault } from './faulty-account';
import { useTemporaryFolders } from './temporary-folder';
import { thrownBy } from './thrown';

const folder = 'M365/roster/2024-03-04T05-30-00';
const contents: Readonly<Record<string, string>> = {
  'M365/activity/2024-03-04/a.csv': 'signal\n',
  [`${folder}/Organization/a.csv`]: 'school\n',
  [`${folder}/Person/a.csv`]: 'pupil\n',
  [`${folder}/RefTranslation/a.csv`]: '',
};

/** Paths of the drop's files, in order. */
export const everyFile = Object.keys(contents).sort();
/** Path of a file of the drop. */
export const personFile = `${folder}/Person/a.csv`;
/** A list, two requests for each file that has bytes, and one for the empty one. */
export const requestsOfAnUpload = 8;

const busy = { status: 503, code: 'ServerBusy' };
const tooMany = { status: 429, code: 'TooManyRequests' };

/** Faults that the client gets over by itself, and the waits that the service asked for. */
export const passingFaults: readonly (readonly [string, Fault, readonly number[]])[] = [
  ['503', busy, []],
  ['503 with Retry-After', { ...busy, retryAfter: '7' }, []],
  ['500', { status: 500, code: 'InternalError' }, []],
  ['429 with Retry-After', { ...tooMany, retryAfter: '7' }, [7000]],
  ['429', tooMany, [1000]],
  ['a connection lost before the request arrived', 'lost request', []],
  ['a connection lost after the request was done', 'lost answer', []],
];

/** Faults that stay, and what the error says of them. */
export const lastingFaults: readonly (readonly [string, Fault, string])[] = [
  ['503', busy, '503 ServerBusy'],
  ['429', tooMany, '429 TooManyRequests'],
  ['a wait that is too long', { ...tooMany, retryAfter: '3600' }, '429 TooManyRequests'],
  ['403', { status: 403, code: 'AuthorizationPermissionMismatch' }, '403 AuthorizationPermissionMismatch'],
  ['a lost connection', 'lost request', 'ECONNRESET'],
];

/** A small drop, an account behind the emulator, and a new directory of pre-landing for each upload. */
export class UploadBench {
  private directories = 0;

  private constructor(
    readonly azurite: Azurite,
    readonly store: BlobStore,
    readonly drop: FolderStore,
  ) {}

  static async start(root: string): Promise<UploadBench> {
    const azurite = await startAzurite();
    await azurite.service.createContainer('oea');
    for (const [path, text] of Object.entries(contents)) {
      await fs.mkdir(nodePath.dirname(nodePath.join(root, path)), { recursive: true });
      await fs.writeFile(nodePath.join(root, path), text);
    }
    return new UploadBench(azurite, new BlobStore(azurite.service), new FolderStore(root, { durable: false }));
  }

  newDirectory(): string {
    return `insights-${(this.directories += 1)}`;
  }

  folderOf(directory: string): string {
    return `oea/pre_landing/data_shares/${directory}`;
  }

  async upload(account: FaultyAccount, directory: string, signal?: AbortSignal): Promise<UploadReport> {
    const place = new BlobDrop(account.client(), directory, signal);
    const tables = new Set(['Organization', 'Person', 'RefTranslation']);
    try {
      return await uploadDrop(
        { drop: this.drop, tables, requiredTables: ['Organization', 'Person'], replace: false, dryRun: false },
        { place, check: async () => [], progress: () => undefined, ...(signal === undefined ? {} : { signal }) },
      );
    } finally {
      await place.close();
    }
  }

  /** Files in pre-landing, in order; fails when one of them is not whole. */
  async placed(directory: string): Promise<string[]> {
    const base = this.folderOf(directory);
    const paths = (await this.store.list(base)).map(({ path }) => path.slice(base.length + 1));
    const texts = await Promise.all(paths.map(async (path) => (await this.store.read(`${base}/${path}`)).toString()));
    expect(texts).toEqual(paths.map((path) => contents[path]));
    return paths;
  }

  /** An upload whose request `at` fails once ends as if nothing had happened. */
  async failOnce(fault: Fault, waits: readonly number[], at: number): Promise<void> {
    const account = new FaultyAccount(this.azurite);
    account.faultAt = (n) => (n === at ? fault : undefined);
    const directory = this.newDirectory();
    const { uploaded } = await this.upload(account, directory);
    const placed = await this.placed(directory);
    expect({ at, uploaded, placed, waits: account.waits }).toEqual({ at, uploaded: 4, placed: everyFile, waits });
    expect(account.requests.length).toBeGreaterThan(requestsOfAnUpload);
  }

  /** An upload whose requests all fail from `from` on says so, leaves nothing half written, and the next one completes it. */
  async failFrom(fault: Fault, what: string, from: number): Promise<void> {
    const account = new FaultyAccount(this.azurite);
    account.faultAt = (n) => (n >= from ? fault : undefined);
    const directory = this.newDirectory();
    const { code, message } = await thrownBy(() => this.upload(account, directory));
    const expected = `The storage account refused an operation (${what}).`;
    expect({ from, code, message }).toEqual({ from, code: 'LAKE_STORE_FAILED', message: expected });
    const there = await this.placed(directory);
    const isComplete = there.filter((path) => /Organization|Person/.test(path)).length === 2;
    expect({ from, isHalf: isComplete && there.length < everyFile.length }).toEqual({ from, isHalf: false });
    const { uploaded, skipped } = await this.upload(new FaultyAccount(this.azurite), directory);
    expect({ from, uploaded, skipped }).toEqual({ from, uploaded: 4 - there.length, skipped: there.length });
    expect(await this.placed(directory)).toEqual(everyFile);
  }

  async stop(): Promise<void> {
    await this.store.close();
    await this.azurite.stop();
  }
}

/** A bench for one test file. Call at the top of the file. */
export function useUploadBench(): () => UploadBench {
  const temporaryFolder = useTemporaryFolders();
  let bench: UploadBench | undefined;
  beforeAll(async () => {
    bench = await UploadBench.start(await temporaryFolder());
  });
  afterAll(() => bench?.stop());
  return () => {
    if (bench === undefined) throw new Error('The bench is there only in tests.');
    return bench;
  };
}
