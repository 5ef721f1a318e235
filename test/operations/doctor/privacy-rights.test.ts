import { resolveEnvironment } from '../../../src/contract/environment';
import type { DoctorEffects } from '../../../src/operations/doctor/effects';
import { checkPrivacyRights } from '../../../src/operations/doctor/privacy-rights';
import { account, DirectAzure, group, stranger, subscription, vault } from '../../local-azure/direct-azure';
import { defaultSettings, guidOf, type Principal } from '../../../src/local-azure/settings';

/** What doctor says of the rights of whoever is signed in, asked of a local Azure. */

const officers = guidOf('group of officers');
const officer: Principal = { ...stranger, groups: [officers] };
const environment = resolveEnvironment({ name: 'prod', suffix: 'test', location: 'westeurope' }, 'prod.json');
const roles = {
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  blobReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
  secretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
} as const;
const containers = ['oea', 'stage1', 'stage2', 'stage3'];
const container = (name: string): string => `${account}/blobServices/default/containers/${name}`;
const hour = 'docs/operations.md, "Rights for an hour", says which roles each command needs.';
let azure: DirectAzure;

beforeEach(async () => {
  azure = new DirectAzure({ principals: [defaultSettings.principals[0]!, officer] });
  const put = async (path: string, version: string, body: object): Promise<void> => {
    expect((await azure.manage('PUT', path, version, { body })).status).toBeLessThan(300);
  };
  await put(group, '2023-07-01', { location: 'westeurope' });
  await put(account, '2023-05-01', { location: 'westeurope', sku: { name: 'Standard_LRS' }, properties: {} });
  for (const name of containers) await put(container(name), '2023-05-01', { properties: {} });
  const tenantId = defaultSettings.tenantId;
  await put(vault, '2023-07-01', { location: 'westeurope', properties: { tenantId } });
  await give('reader', group, officers);
});

async function give(role: keyof typeof roles, scope: string, principalId = officer.objectId, condition?: string) {
  const id = assignmentId(role, scope, principalId);
  const properties = {
    roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roles[role]}`,
    principalId,
    principalType: 'User',
    ...(condition === undefined ? {} : { condition, conditionVersion: '2.0' }),
  };
  expect((await azure.manage('PUT', id, '2022-04-01', { body: { properties } })).status).toBe(201);
}

function assignmentId(role: keyof typeof roles, scope: string, principalId = officer.objectId): string {
  const name = guidOf(`${role} ${scope} ${principalId}`);
  return `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
}

const asked: DoctorEffects['askAzure'] = (path) =>
  azure.ask('GET', `https://management.azure.com${path}`, { as: officer });

async function told(changes: Partial<DoctorEffects> = {}): Promise<unknown[]> {
  const effects = {
    variables: { ARM_SUBSCRIPTION_ID: defaultSettings.subscriptionId },
    askAzure: asked,
    signedIn: async () => ({ objectId: officer.objectId, type: 'User' as const }),
    ...changes,
  };
  const { id, state, message, steps } = await checkPrivacyRights(environment, effects);
  expect(id).toBe('privacy-rights');
  return [state, message, ...steps];
}

const assign = (role: string, scope: string): string =>
  `az role assignment create --assignee-object-id ${officer.objectId} --assignee-principal-type User --role "${role}" --scope ${scope}`;
const takeBack = (role: keyof typeof roles, scope: string, principalId?: string): string =>
  `Take back what nobody needs to keep: az role assignment delete --ids ${assignmentId(role, scope, principalId)}`;

test('a service principal is called what it is in what an owner runs', async () => {
  const [, , ...steps] = await told({
    signedIn: async () => ({ objectId: officer.objectId, type: 'ServicePrincipal' }),
  });
  expect(steps).toContain(assign('Key Vault Secrets Officer', vault).replace('-type User', '-type ServicePrincipal'));
});

test('nobody has a right outside the hour of need, and learns who gives it and takes it back', async () => {
  // Of part of the folders, as the plan gives it to privacy officers: not enough for any command.
  const condition =
    "((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'})) OR (@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path] StringLike 'Refined/*'))";
  await give('blobReader', container('stage2'), officers, condition);
  expect(await told()).toEqual([
    'remark',
    'Who is signed in has no right for retention, verify with the salt, access-request, erase, a first erase, rekey, as nobody should outside the hour of need (ACCESS2).',
    'An owner of rg-oea-test runs, and takes back afterwards:',
    ...containers.map((name) => assign('Storage Blob Data Contributor', container(name))),
    assign('Key Vault Secrets Officer', vault),
    hour,
  ]);
});

test('some rights, of a group and of the account above: what they are enough for, and what they are not', async () => {
  await give('blobContributor', account, officers);
  await give('secretsUser', vault);
  expect(await told()).toEqual([
    'remark',
    'Who is signed in has the rights for retention, verify with the salt, access-request, erase, and not for a first erase, rekey (ACCESS2).',
    'An owner of rg-oea-test runs, and takes back afterwards:',
    assign('Key Vault Secrets Officer', vault),
    hour,
    takeBack('blobContributor', account, officers),
    takeBack('secretsUser', vault),
  ]);
});

test('a right on some of the containers is none on all', async () => {
  for (const name of containers.slice(1)) await give('blobReader', container(name));
  expect((await told())[1]).toMatch(/^Who is signed in has no right for retention, /);
  await give('blobReader', container('oea'));
  expect((await told())[1]).toBe(
    'Who is signed in has the rights for retention, and not for verify with the salt, access-request, erase, a first erase, rekey (ACCESS2).',
  );
});

test('all rights until an hour that Privileged Identity Management knows are nothing to take back', async () => {
  await give('blobContributor', account);
  await give('secretsOfficer', vault);
  const schedule = (role: keyof typeof roles, scope: string, endDateTime: string) => ({
    id: 'x',
    properties: { scope: scope.toUpperCase(), roleDefinitionId: `/x/${roles[role]}`, endDateTime },
  });
  const value = [
    schedule('blobContributor', account, '2026-03-01T13:30:00.123Z'),
    schedule('secretsOfficer', vault, '2026-03-01T13:20:00.123Z'),
  ];
  const askAzure: typeof asked = async (path) =>
    path.includes('roleAssignmentScheduleInstances') ? { status: 200, body: { value } } : asked(path);
  expect(await told({ askAzure })).toEqual([
    'remark',
    'Who is signed in has the rights for retention, verify with the salt, access-request, erase, a first erase, rekey; some of them until 2026-03-01T13:20 UTC (ACCESS2).',
  ]);
});

test('who is eligible activates the role, and asks nobody', async () => {
  await give('secretsOfficer', vault);
  const eligible = { id: 'x', properties: { scope: account, roleDefinitionId: `/x/${roles.blobContributor}` } };
  const askAzure: typeof asked = async (path) =>
    path.includes('roleEligibilityScheduleInstances') ? { status: 200, body: { value: [eligible] } } : asked(path);
  expect((await told({ askAzure })).slice(2)).toEqual([
    'Activate the eligible roles on oea, stage1, stage2, stage3 in Privileged Identity Management of the portal, for an hour.',
    hour,
    takeBack('secretsOfficer', vault),
  ]);
});

test('before a deployment there is nothing to have a right on', async () => {
  azure = new DirectAzure({ principals: [defaultSettings.principals[0]!, officer] });
  const askAzure: typeof asked = (path) => azure.ask('GET', `https://management.azure.com${path}`);
  expect(await told({ askAzure })).toEqual([
    'ok',
    'Account and vault are not there yet, and nobody has a right on them.',
  ]);
});

test.each([
  ['nobody is signed in', { signedIn: async () => undefined }],
  ['no subscription is named', { variables: {} }],
  ['the answer is a refusal', { askAzure: async () => ({ status: 403, body: {} }) }],
  ['nothing answers', { askAzure: async () => undefined }],
])('where %s it says how to find out', async (_name, changes) => {
  expect(await told(changes)).toEqual([
    'not-asked',
    'Whether who is signed in has rights on names and secrets could not be asked (ACCESS2).',
    'az role assignment list --all --assignee <your id> --output table',
    hour,
  ]);
});
