import type { VerificationReport } from '../../src/contract/lake-format';
import { verifyLakeAt } from '../../src/cli/lake-session';
import { BlobStore } from '../../src/lake/blob-store';
import { startAzurite, type Azurite } from '../support/azurite';
import { FaultyAccount, type Fault } from '../support/faulty-account';
import { smallCatalogue, smallRows, writeDrop } from '../support/small-drop';
import { runEngine, smallPaths } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

/** A lake in an account is verified through a client whose requests fail. */

const temporaryFolder = useTemporaryFolders();
let azurite: Azurite;
let store: BlobStore;

beforeAll(async () => {
  azurite = await startAzurite();
  for (const name of ['oea', 'stage1', 'stage2', 'stage3']) await azurite.service.createContainer(name);
  store = new BlobStore(azurite.service);
  const drop = await temporaryFolder();
  const catalogue = smallCatalogue(['Organization', 'activity']);
  const roster = { '2022-01-28T06-16-22': {} };
  await writeDrop(drop, { roster, activity: { '2022-01-28/a.csv': smallRows('activity') } }, catalogue);
  const settings = { requiredTables: ['Organization'] };
  expect((await runEngine({ drop, lake: '', store, catalogue, settings })).outcome).toBe('succeeded');
});

afterAll(async () => {
  await store.close();
  await azurite.stop();
});

async function verify(account: FaultyAccount): Promise<Pick<VerificationReport, 'outcome' | 'checks' | 'tables'>> {
  const { workspace, version } = smallPaths;
  const lake = () => new BlobStore(account.client());
  const { report, reportLeft } = await verifyLakeAt({ lake, workspace, version, progress: () => undefined });
  expect(reportLeft).toBe(true);
  expect(JSON.parse((await store.read(smallPaths.verifyReport(report.runId))).toString())).toEqual(report);
  const { outcome, checks, tables } = report;
  return { outcome, checks, tables };
}

const passing: readonly Fault[] = [
  { status: 503, code: 'ServerBusy', retryAfter: '7' },
  { status: 429, code: 'TooManyRequests', retryAfter: '7' },
  { status: 500, code: 'InternalError' },
  'lost request',
  'lost answer',
  'cut answer',
];

test('faults of every kind, again and again: the same report', async () => {
  const quiet = new FaultyAccount(azurite);
  const expected = await verify(quiet);
  expect([expected.outcome, quiet.requests.length > 30]).toEqual(['passed', true]);
  const account = new FaultyAccount(azurite);
  // Requests run side by side: only what is asked for the first time fails, so that none fails until it is given up.
  const asked = new Set<string>();
  account.faultAt = (_, key) => {
    if (asked.has(key)) return undefined;
    const index = asked.add(key).size;
    return index % 5 === 0 ? passing[(index / 5) % passing.length] : undefined;
  };
  expect(await verify(account)).toEqual(expected);
  expect(account.requests.length).toBeGreaterThan(quiet.requests.length);
  expect(account.waits).toContain(7000);
});

test.each<[string, Fault, string]>([
  ['503', { status: 503, code: 'ServerBusy' }, '503 ServerBusy'],
  ['403', { status: 403, code: 'AuthorizationPermissionMismatch' }, '403 AuthorizationPermissionMismatch'],
  ['a lost connection', 'lost request', 'ECONNRESET'],
])('%s from a request on: a clear error and no report', async (_, fault, what) => {
  const before = await store.list('oea/reports');
  // The listing of the ledger, and an entry of it.
  for (const from of [1, 5]) {
    const account = new FaultyAccount(azurite);
    account.faultAt = (n) => (n >= from ? fault : undefined);
    const { code, message } = await thrownBy(() => verify(account));
    expect([code, message]).toEqual(['LAKE_STORE_FAILED', `The storage account refused an operation (${what}).`]);
  }
  expect(await store.list('oea/reports')).toEqual(before);
});

test('who may read the ledger and no table gets a report that failed and names them, and that is not left', async () => {
  const before = await store.list('oea/reports');
  const account = new FaultyAccount(azurite);
  account.faultAt = (_, key) =>
    key.includes('_landing') ? undefined : { status: 403, code: 'AuthorizationPermissionMismatch' };
  const { workspace, version } = smallPaths;
  const lake = () => new BlobStore(account.client());
  const { report, reportLeft } = await verifyLakeAt({ lake, workspace, version, progress: () => undefined });
  expect([report.outcome, reportLeft]).toEqual(['failed', false]);
  const { findings = [] } = report.checks.find(({ check }) => check === 'ledger adds up') ?? {};
  expect(findings.filter(({ table }) => table === 'activity').map(({ code, message }) => [code, message])).toEqual(
    ['Ingested', 'Ingested_Corrected', 'general', 'sensitive', 'Rejected'].map((stage) => [
      'LAKE_STORE_FAILED',
      `${stage} cannot be read: The storage account refused an operation (403 AuthorizationPermissionMismatch). Check free space, access rights (role Storage Blob Data Contributor) and the network, then run again.`,
    ]),
  );
  expect(await store.list('oea/reports')).toEqual(before);
});

test('who may read the lake and not write to it gets the report, and is told that it was not left', async () => {
  const before = await store.list('oea/reports');
  const account = new FaultyAccount(azurite);
  account.faultAt = () =>
    account.requests.at(-1)?.startsWith('PUT') === true
      ? { status: 403, code: 'AuthorizationPermissionMismatch' }
      : undefined;
  const { workspace, version } = smallPaths;
  const lake = () => new BlobStore(account.client());
  const { report, reportLeft, withSalt } = await verifyLakeAt({ lake, workspace, version, progress: () => undefined });
  expect([report.outcome, reportLeft, withSalt]).toEqual(['passed', false, false]);
  expect(await store.list('oea/reports')).toEqual(before);
});
