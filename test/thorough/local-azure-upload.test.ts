import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { folderCondition } from '../../constructs/core/roles';
import { inProcessClients } from '../../src/local-azure/in-process/clients';
import { LocalAzure } from '../../src/local-azure/local-azure';
import { environmentOf, runClient, runNode, type Ended } from '../local-azure/child-process';
import { defaultDeployer, guidOf, type Principal } from '../../src/local-azure/settings';
import { account, subscription } from '../local-azure/direct-azure';
import { useTemporaryFolders } from '../support/temporary-folder';

/** The K-12 export into an account that checks tokens, roles and addresses, with the credential of the environment. */

const temporaryFolder = useTemporaryFolders();
/** Somebody in the group of `people.uploaders`. */
const uploader: Principal = {
  objectId: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0021',
  kind: 'ServicePrincipal',
  displayName: 'uploader',
  clientId: '5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0022',
  groups: ['5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c0023'],
};
const k12 = nodePath.resolve(__dirname, '..', '..', 'test_data', 'k12');
let azure: LocalAzure;
let variables: Record<string, string>;
let projectRoot: string;

beforeAll(async () => {
  azure = await LocalAzure.start({ settings: { principals: [defaultDeployer, uploader] } });
  variables = environmentOf(azure, await temporaryFolder());
  expect((await runClient('provision-only', variables)).stderr).toBe('');
  projectRoot = await temporaryFolder();
  await fs.mkdir(nodePath.join(projectRoot, 'environments'));
  const environment = { name: 'dev', suffix: 'test', location: 'westeurope' };
  await fs.writeFile(nodePath.join(projectRoot, 'environments', 'dev.json'), JSON.stringify(environment));
  await fs.writeFile(nodePath.join(projectRoot, 'package.json'), '{"version":"1.0.0"}');
});

afterAll(() => azure.stop());

const client = nodePath.join('test', 'local-azure', 'clients', 'command.ts');
const insightsAs = (who: Principal, ...words: readonly string[]): Promise<Ended> =>
  runNode(['--import', 'tsx', client, projectRoot, ...words], { ...variables, AZURE_CLIENT_ID: who.clientId ?? '' });
const insights = (...words: readonly string[]): Promise<Ended> => insightsAs(defaultDeployer, ...words);
const lines = ({ stdout }: Ended): string[] => stdout.trimEnd().split('\n');

test('an export is uploaded, again, and in another version', async () => {
  const folder = `https://stoeatest.blob.core.windows.net/oea/pre_landing/data_shares/insights-${variables['ARM_TENANT_ID']}`;
  const first = await insights('upload', '--drop', k12, '--env', 'dev');
  expect([first.code, lines(first).slice(-2)]).toEqual([
    0,
    [expect.stringMatching(/^Uploaded: \d+ files \(\d+\.\d MB\); 0 were there\.$/), `Folder: ${folder}`],
  ]);
  const [, count] = /^Uploaded: (\d+) /m.exec(first.stdout) ?? [];
  expect(lines(await insights('upload', '--drop', k12, '--env', 'dev'))).toEqual([
    `Uploaded: 0 files (0.0 MB); ${count} were there.`,
    `Folder: ${folder}`,
  ]);

  const changed = await temporaryFolder();
  await fs.cp(k12, changed, { recursive: true });
  const [roster = ''] = await fs.readdir(nodePath.join(changed, 'M365', 'roster'));
  for (const table of ['Organization', 'Person']) {
    const of = nodePath.join(changed, 'M365', 'roster', roster, table);
    const [name = ''] = await fs.readdir(of);
    await fs.appendFile(nodePath.join(of, name), '\n');
  }
  const refused = await insights('upload', '--drop', changed, '--env', 'dev');
  expect([refused.code, /^[A-Z_]+: .*$/m.exec(refused.stderr)?.[0]]).toEqual([
    2,
    `UPLOAD_WOULD_REPLACE: There with other content: roster/${roster}. Nothing was uploaded.`,
  ]);
  expect(lines(await insights('upload', '--drop', changed, '--env', 'dev', '--replace')).slice(0, 2)).toEqual([
    `  replaced: roster/${roster}`,
    expect.stringMatching(/^Uploaded: 2 files /),
  ]);
  expect(azure.unknownOperations).toEqual([]);
});

test('who may only deliver uploads an export, again, and in another version; without the role nothing', async () => {
  const upload = (...more: readonly string[]): Promise<Ended> =>
    insightsAs(uploader, 'upload', '--drop', small, '--env', 'dev', '--share-directory', 'delivered', ...more);
  const small = await temporaryFolder();
  await fs.cp(k12, small, { recursive: true });
  const denied = await upload();
  expect([denied.code, /^[A-Z_]+: .*$/m.exec(denied.stderr)?.[0]]).toEqual([
    3,
    'LAKE_STORE_FAILED: The storage account refused an operation (403 AuthorizationPermissionMismatch).',
  ]);

  await giveUploaders();
  expect((await upload()).code).toBe(0);
  expect((await upload()).stdout).toMatch(/^Uploaded: 0 files \(0\.0 MB\); \d+ were there\.$/m);
  const [roster = ''] = await fs.readdir(nodePath.join(small, 'M365', 'roster'));
  const person = nodePath.join(small, 'M365', 'roster', roster, 'Person');
  const [name = ''] = await fs.readdir(person);
  await fs.appendFile(nodePath.join(person, name), '\n');
  const replaced = await upload('--replace');
  expect([replaced.code, lines(replaced)[1]]).toEqual([0, expect.stringMatching(/^Uploaded: 1 file /)]);
  expect(azure.unknownOperations).toEqual([]);
});

test('an address that is not allowed is said as such', async () => {
  azure.configure({ clientAddress: '198.51.100.7' });
  const refused = await insights('upload', '--drop', k12, '--env', 'dev');
  azure.configure({ clientAddress: '203.0.113.10' });
  expect([refused.code, /^[A-Z_]+: .*$/m.exec(refused.stderr)?.[0]]).toEqual([
    3,
    'LAKE_STORE_FAILED: The storage account refused an operation (403 AuthorizationFailure).',
  ]);
});

/** What the platform stack gives the groups of `people.uploaders`. */
async function giveUploaders(): Promise<void> {
  const container = `${account}/blobServices/default/containers/oea`;
  const role = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';
  const id = `${container}/providers/Microsoft.Authorization/roleAssignments/${guidOf('uploaders')}`;
  await inProcessClients(azure)
    .resourceManager()
    .send({
      method: 'PUT',
      url: `https://management.azure.com${id}?api-version=2022-04-01`,
      body: {
        properties: {
          roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
          principalId: uploader.groups?.[0],
          principalType: 'Group',
          condition: folderCondition([], 'write', ['pre_landing/data_shares']),
          conditionVersion: '2.0',
        },
      },
    });
}
