import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import type { SecretClient } from '@azure/keyvault-secrets';
import { runCli } from '../../src/cli/program';
import { LakePaths } from '../../src/contract/lake-paths';
import { defaultEngineSettings } from '../../src/engine/engine-context';
import { processDrop } from '../../src/engine/process';
import { BlobStore } from '../../src/lake/blob-store';
import type { AzureClients } from '../../src/operations/azure-clients';
import { startAzurite, type Azurite } from '../support/azurite';
import { smallCatalogue, smallRow, smallRows, writeDrop } from '../support/small-drop';
import { useTemporaryFolders } from '../support/temporary-folder';
import { captured } from '../cli/captured';

/** From an export to a verified lake of an environment without a share: the emulator stands for its account. */

const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['Organization', 'activity']);
const salt = 'salt of the tests, 16 characters or more';
const tenant = '00000000-0000-0000-0000-000000000001';
const share = `oea/pre_landing/data_shares/insights-${tenant}`;
const account = 'https://stoeauploads.blob.core.windows.net';
const [first, second] = ['2022-01-28T06-16-22', '2022-01-29T06-16-22'];

let azurite: Azurite;
let store: BlobStore;
let projectRoot: string;
let drop: string;
/** What the environment's vault answers. */
let readSecret: () => Promise<{ value: string }>;

beforeAll(async () => {
  azurite = await startAzurite();
  for (const name of ['oea', 'stage1', 'stage2', 'stage3']) await azurite.service.createContainer(name);
  store = new BlobStore(azurite.service);
  projectRoot = await temporaryFolder();
  const environment = {
    name: 'prod',
    suffix: 'uploads',
    location: 'westeurope',
    lake: { requiredTables: ['Organization'] },
    network: {
      access: 'private',
      private: { resourceGroup: 'a', virtualNetwork: 'b', subnet: 'c', dnsZonesResourceGroup: 'd' },
    },
  };
  await fs.mkdir(nodePath.join(projectRoot, 'environments'));
  await fs.writeFile(nodePath.join(projectRoot, 'environments', 'prod.json'), JSON.stringify(environment));
  await fs.writeFile(nodePath.join(projectRoot, 'package.json'), '{"version":"1.0.0"}');
});

beforeEach(async () => {
  readSecret = async () => ({ value: `${salt}\n` });
  drop = await temporaryFolder();
});

afterAll(async () => {
  await store.close();
  await azurite.stop();
});

async function insights(...args: readonly string[]) {
  const secrets = { vaultUrl: 'https://kv-oea-uploads.vault.azure.net', getSecret: () => readSecret() };
  const azure = {
    blobs: (endpoint: string) => {
      expect(endpoint).toBe(account);
      return azurite.service;
    },
    secrets: (vault: string) => {
      expect(vault).toBe('kv-oea-uploads');
      return secrets as unknown as SecretClient;
    },
  } as unknown as AzureClients;
  const surroundings = { ...captured({ projectRoot, environment: { ARM_TENANT_ID: tenant } }), azure };
  const exitCode = await runCli(args, surroundings);
  const { stdout, stderr } = surroundings.printed();
  return { exitCode, stdout: stdout.trimEnd().split('\n'), error: stderr.slice(stderr.search(/^[A-Z_]+: /m)) };
}

/** What the notebook does: lands, and takes through all stages, what is in the share's folder. */
async function process() {
  return processDrop({
    drop: { store, prefix: share },
    store,
    paths: new LakePaths('prod', '1.14'),
    catalogue,
    salt,
    settings: { ...defaultEngineSettings, requiredTables: ['Organization'] },
  });
}

const uploadIt = (...more: readonly string[]) => insights('upload', '--drop', drop, '--env', 'prod', ...more);
const folderLine = `Folder: ${account}/${share}`;
const activity = { '2022-01-28/ApplicationUsage.csv': smallRows('activity') };

test('an export is uploaded, landed by the engine from the account, verified and confirmed by environment', async () => {
  await writeDrop(drop, { roster: { [first]: {} }, activity }, catalogue);
  const dry = await uploadIt('--dry-run');
  const told = ['  new: activity/2022-01-28/ApplicationUsage.csv', `  new: roster/${first}`];
  expect([dry.exitCode, dry.stdout]).toEqual([
    0,
    [...told, expect.stringMatching(/^To upload: 2 files \(0\.0 MB\); 0 were there\.$/), folderLine],
  ]);
  expect(await store.list('oea')).toEqual([]);
  const uploaded = await uploadIt();
  expect([uploaded.exitCode, uploaded.stdout]).toEqual([
    0,
    [...told, 'Uploaded: 2 files (0.0 MB); 0 were there.', folderLine],
  ]);
  expect((await uploadIt()).stdout).toEqual(['Uploaded: 0 files (0.0 MB); 2 were there.', folderLine]);

  const run = await process();
  expect([run.outcome, run.units.map(({ unit, status }) => `${status} ${unit}`)]).toEqual([
    'succeeded',
    ['processed activity/2022-01-28/ApplicationUsage.csv', `processed roster/${first}`],
  ]);
  const verified = await insights('verify', '--env', 'prod');
  expect(verified.stdout.at(-1)).toBe('Verification passed');
  expect(verified.stdout.filter((line) => line.includes('alt'))).toEqual([]);

  // ROW5: most of the schools are gone.
  await writeDrop(drop, { roster: { [second]: { Organization: smallRows('Organization', 2) } } }, catalogue);
  await uploadIt();
  expect((await process()).units.map(({ status }) => status)).toEqual(['held']);
  expect(await insights('confirm', '2022-01-29 06:16:22', '--env', 'prod')).toEqual({
    exitCode: 0,
    stdout: [`Confirmed: roster/${second}. The next run processes it.`],
    error: '',
  });
  expect((await process()).units.map(({ status }) => status)).toEqual(['processed']);

  // ROW6: a delivery that no run can take in. It does not pass the check, so it is put there by hand.
  const bad = Array.from({ length: 12 }, (_, index) => smallRow('Organization', index + 1, { Id: '' }));
  const third = '2022-01-30T06-16-22';
  await store.write(
    `${share}/M365/roster/${third}/Organization/a.csv`,
    `${bad.map((row) => row.join(',')).join('\n')}\n`,
  );
  expect((await process()).units.map(({ status }) => status)).toEqual(['failed']);
  const quarantined = await insights('quarantine', '2022-01-30 06:16:22', '--env', 'prod', '--reason', 'sent in error');
  expect([quarantined.exitCode, quarantined.stdout]).toEqual([
    0,
    [`Quarantined: roster/${third}. No run will process it.`],
  ]);
  expect((await process()).outcome).toBe('nothing to do');
});

test('without access to the vault pseudonyms are checked against the lookups only, and that is said', async () => {
  readSecret = () => Promise.reject(Object.assign(new Error('Forbidden'), { statusCode: 403 }));
  const { stdout } = await insights('verify', '--env', 'prod');
  expect(stdout.slice(-3)).toEqual([
    'The secret oeaSalt was not read: kv-oea-uploads.vault.azure.net refused the request (403).',
    'Without --salt-file pseudonyms were checked against the lookups only.',
    'Verification passed',
  ]);
});

test('a folder that is there with other content is refused by name, and delivered again where that is wanted', async () => {
  await writeDrop(drop, { roster: { [first]: { Organization: smallRows('Organization', 5) } } }, catalogue);
  expect(await uploadIt()).toEqual({
    exitCode: 2,
    stdout: [''],
    error:
      `UPLOAD_WOULD_REPLACE: There with other content: roster/${first}. Nothing was uploaded.\n` +
      '  next:  Check that this is the right drop. With --replace it is delivered again, and the next run takes it in anew.\n',
  });
  const replaced = await uploadIt('--replace');
  expect(replaced.stdout).toEqual([
    `  replaced: roster/${first}`,
    'Uploaded: 1 file (0.0 MB); 0 were there.',
    folderLine,
  ]);
  // ROW1: the same name, later by a second; ROW4: older than the newest.
  expect((await process()).units).toMatchObject([{ rundate: '2022-01-28 06:16:23', status: 'superseded' }]);
});

test('a drop with errors is refused, each with its place; cells are not shown', async () => {
  const bad = [smallRow('Organization', 1, { Id: '' }), ...smallRows('Organization').slice(1)];
  await writeDrop(drop, { roster: { '2022-02-01T06-16-22': { Organization: bad } } }, catalogue);
  const { exitCode, error } = await uploadIt();
  expect([exitCode, error]).toEqual([
    1,
    'DROP_REFUSED: The drop has 1 error and was not uploaded. ' +
      'roster/2022-02-01T06-16-22/Organization/organization.csv: key_empty: 1 row without a key (Id).\n' +
      '  next:  Mend the export; `insights test-data check` says again what is wrong, table by table.\n',
  ]);
  await writeDrop(drop, { roster: { '2022-02-01T06-16-22': {} } }, catalogue);
  await fs.rm(nodePath.join(drop, 'M365/roster/2022-02-01T06-16-22/Organization'), { recursive: true });
  await writeDrop(drop, { files: { 'roster/2022-02-01T06-16-22/Person/person.csv': '' } }, catalogue);
  expect((await uploadIt()).error).toContain(
    'roster/2022-02-01T06-16-22: ROW2: The table Organization is missing: the folder is not complete.',
  );
});

test('what is missing or wrong on the command line', async () => {
  const errors = async (...args: string[]) => (await insights(...args)).error.split('\n').slice(0, 2);
  expect(await errors('upload', '--drop', `${drop}/none`, '--env', 'prod')).toEqual([
    'DROP_NOT_FOUND: The drop is not there.',
    `  where: ${drop}/none`,
  ]);
  expect(await errors('upload', '--drop', drop, '--env', 'prod', '--share-directory', '../test_data')).toEqual([
    'USAGE: "../test_data" is not a directory of a share, such as insights- and the tenant id.',
    '  next:  See `insights --help`.',
  ]);
  expect(await errors('upload', '--drop', drop, '--env', 'none')).toEqual([
    'ENVIRONMENT_UNREADABLE: There is no environment "none"; there are: prod.',
    expect.stringMatching(/^ {2}where: .*environments$/),
  ]);
  const surroundings = captured({ projectRoot });
  expect(await runCli(['upload', '--drop', drop, '--env', 'prod'], surroundings)).toBe(2);
  expect(surroundings.printed().stderr).toBe(
    'USAGE: The tenant is not known.\n  next:  Set ARM_TENANT_ID (or AZURE_TENANT_ID), or give --share-directory.\n',
  );
  for (const both of [[], ['--lake', drop, '--env', 'prod']]) {
    expect((await errors('verify', ...both))[0]).toBe('USAGE: Say which lake: --lake <folder|url> or --env <name>.');
  }
});
