import { resolveEnvironment } from '../../../src/contract/environment';
import { checkAzure } from '../../../src/operations/doctor/azure-checks';
import type { DoctorEffects } from '../../../src/operations/doctor/effects';
import { resourceProviders } from '../../../src/operations/doctor/resource-providers';
import { azureWith } from './effects';
import { existingWorkspace as workspace } from '../../support/environment-parts';

const minimal = { name: 'test', suffix: 'Contoso12345', location: 'westeurope' };
const variables = { ARM_SUBSCRIPTION_ID: 'a-subscription' };
const silent: DoctorEffects['askAzure'] = async () => undefined;

async function check(id: string, askAzure: DoctorEffects['askAzure'], settings: object = {}): Promise<unknown[]> {
  const environment = resolveEnvironment({ ...minimal, ...settings }, 'test.json');
  const checks = await checkAzure(environment, { askAzure, variables, signedIn: async () => undefined });
  return (
    checks.filter((found) => found.id === id).map(({ state, message, steps }) => [state, message, ...steps])[0] ?? []
  );
}

const answer = (body: unknown) => ({ status: 200, body });

describe('resource providers (OWN5)', () => {
  const names = resourceProviders.map(({ name }) => name);
  const registered = (states: Readonly<Record<string, string>>) =>
    azureWith(
      Object.fromEntries(names.map((name) => [name, answer({ registrationState: states[name] ?? 'Registered' })])),
    );

  test('are the ones that the contract names, and what the plan uses beside them', () => {
    expect(names).toEqual([
      'Microsoft.Synapse',
      'Microsoft.Storage',
      'Microsoft.KeyVault',
      'Microsoft.DataShare',
      'Microsoft.OperationalInsights',
      'Microsoft.Insights',
      'Microsoft.Consumption',
      'Microsoft.Network',
      'Microsoft.Sql',
    ]);
  });

  test('all registered, some not, cannot be asked', async () => {
    expect(await check('resource-providers', registered({}))).toEqual([
      'ok',
      'All resource providers are registered (OWN5).',
    ]);
    const some = registered({ 'Microsoft.Synapse': 'NotRegistered', 'Microsoft.Sql': 'Registering' });
    expect(await check('resource-providers', some)).toEqual([
      'problem',
      'Not registered: Microsoft.Synapse, Microsoft.Sql (OWN5).',
      'insights bootstrap --print lists the commands for an administrator.',
    ]);
    expect(await check('resource-providers', silent)).toEqual([
      'not-asked',
      'Whether the resource providers are registered could not be asked (OWN5).',
      'az provider show --namespace Microsoft.Synapse --query registrationState',
      'insights bootstrap --print lists the commands for an administrator.',
    ]);
  });
});

describe("an operator's lock (ORDER4)", () => {
  test('none, no group yet, cannot be asked', async () => {
    expect(await check('locks', azureWith({ '/locks': answer({ value: [] }) }))).toEqual([
      'ok',
      'Nobody has locked rg-oea-contoso12345 (ORDER4).',
    ]);
    expect(await check('locks', azureWith({}))).toEqual([
      'ok',
      'There is no rg-oea-contoso12345 yet, and so no lock (ORDER4).',
    ]);
    expect(await check('locks', silent)).toEqual([
      'not-asked',
      'Whether somebody has locked rg-oea-contoso12345 could not be asked (ORDER4).',
      'az lock list --resource-group rg-oea-contoso12345 --output table',
      'A lock makes destroy, drill and every change of a role condition fail.',
    ]);
  });

  test('found, with the command that lifts it; names of others cannot forge lines', async () => {
    const locks = answer({ value: [{ id: '/locks/keep', name: 'keep\nme', properties: { level: 'CanNotDelete' } }] });
    expect(await check('locks', azureWith({ '/locks': locks }))).toEqual([
      'remark',
      'rg-oea-contoso12345 is locked by an operator: keep?me (CanNotDelete). Destroy, drill and every change of a role condition fail (ORDER4).',
      'Lift it before, and set it again afterwards: az lock delete --ids /locks/keep',
    ]);
  });
});

describe('an invitation (OWN2)', () => {
  const invitationId = '11111111-2222-3333-4444-55555555ABCD';
  const schedule = { interval: 'Day', time: '2026-01-01T04:00:00Z' };
  const dataShare = { mode: 'accept', invitationId, sourceLocation: 'eastus2', dataSets: ['activity'], schedule };
  const inbox = (invitationStatus: string, id = invitationId.toLowerCase()) =>
    azureWith({ '/listInvitations': answer({ value: [{ properties: { invitationId: id, invitationStatus } }] }) });

  test.each([
    ['Pending', ['ok', 'The invitation waits to be accepted by who is signed in (OWN2).']],
    ['Accepted', ['problem', 'The invitation is Accepted, not Pending (OWN2).', 'Set dataShare.mode to adopt.']],
    [
      'Withdrawn',
      [
        'problem',
        'The invitation is Withdrawn, not Pending (OWN2).',
        'Have the administrator of School Data Sync send another invitation.',
      ],
    ],
  ])('that is %s', async (status, found) => {
    expect(await check('invitation', inbox(status), { dataShare })).toEqual(found);
  });

  test('of somebody else, unasked, or not wanted', async () => {
    const signIn = 'az login, as the person whom the mail of the invitation names.';
    expect(await check('invitation', inbox('Pending', 'another'), { dataShare })).toEqual([
      'problem',
      'Who is signed in has no invitation with the id of the environment (OWN2).',
      signIn,
    ]);
    expect(await check('invitation', silent, { dataShare })).toEqual([
      'not-asked',
      'Whether the invitation is there could not be asked (OWN2).',
      signIn,
    ]);
    expect(await check('invitation', silent)).toEqual([]);
  });
});

describe("somebody else's firewall (OWN3)", () => {
  const rules = (startIpAddress: string, endIpAddress: string) =>
    azureWith({
      'workspaces/syn-oea-old/firewallRules': answer({
        value: [{ name: 'allowAll', properties: { startIpAddress, endIpAddress } }],
      }),
    });

  test('open to everybody, closed, no workspace, cannot be asked', async () => {
    expect(await check('firewall', rules('0.0.0.0', '255.255.255.255'), { workspace })).toEqual([
      'remark',
      'The firewall of syn-oea-old lets the whole internet in, by allowAll; it is not ours to close (OWN3).',
      'Ask its owner to list addresses instead.',
    ]);
    expect(await check('firewall', rules('203.0.113.7', '203.0.113.7'), { workspace })).toEqual([
      'ok',
      'The firewall of syn-oea-old does not let everybody in.',
    ]);
    expect(await check('firewall', azureWith({}), { workspace })).toEqual([
      'problem',
      'There is no workspace syn-oea-old in rg-oea-old.',
      'Correct workspace in the environment; names are as the portal shows them.',
    ]);
    expect(await check('firewall', silent, { workspace })).toEqual([
      'not-asked',
      'The firewall of syn-oea-old could not be asked.',
      'az synapse workspace firewall-rule list --workspace-name syn-oea-old --resource-group rg-oea-old --output table',
    ]);
    expect(await check('firewall', silent)).toEqual([]);
  });
});

describe('a budget', () => {
  const budget = { amount: 1, startMonth: '2026-09', contacts: ['a@b.example'] };
  const step = 'budget.startMonth (2026-09) must be this month or a later one when the budget is made.';

  test('that is there, is not there yet, cannot be asked', async () => {
    expect(await check('budget', azureWith({ '/budgets/budget-oea-contoso12345': answer({}) }), { budget })).toEqual([
      'ok',
      'budget-oea-contoso12345 is there; its first month stays as it is.',
    ]);
    expect(await check('budget', azureWith({}), { budget })).toEqual([
      'remark',
      'budget-oea-contoso12345 is not there yet.',
      step,
    ]);
    expect(await check('budget', silent, { budget })).toEqual([
      'not-asked',
      'Whether budget-oea-contoso12345 is there could not be asked.',
      step,
    ]);
  });
});

test('nothing is asked where no subscription is named', async () => {
  const asked: string[] = [];
  const askAzure: DoctorEffects['askAzure'] = async (path) => {
    asked.push(path);
    return undefined;
  };
  const environment = resolveEnvironment(minimal, 'test.json');
  const signedIn = async (): Promise<undefined> => {
    asked.push('who is signed in');
    return undefined;
  };
  const checks = await checkAzure(environment, { askAzure, signedIn, variables: { ARM_SUBSCRIPTION_ID: '' } });
  expect([asked, checks.map(({ state }) => state)]).toEqual([[], ['not-asked', 'not-asked', 'not-asked']]);
});
