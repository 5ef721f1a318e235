import { spawnSync } from 'node:child_process';
import { azureRoles } from '../../../constructs/core/roles';
import { bootstrapSteps, resourceGroupAddress } from '../../../src/operations/bootstrap/steps';
import { delegatedRoles } from '../../../src/operations/bootstrap/administrator-roles';
import { resolveEnvironment } from '../../../src/contract/environment';
import { existingWorkspace as workspace } from '../../support/environment-parts';

const minimal = { name: 'test', suffix: 'Contoso12345', location: 'westeurope' };
const group = (displayName: string, digit: string) => ({
  objectId: `${digit.repeat(8)}-0000-0000-0000-000000000000`,
  displayName,
});
const steps = (settings: object = {}) => bootstrapSteps(resolveEnvironment({ ...minimal, ...settings }, 'test.json'));
const titles = (settings: object = {}) => steps(settings).map(({ title }) => title);
const commandsOf = (title: string, settings: object = {}) =>
  steps(settings).find((step) => step.title.startsWith(title))?.commands;

describe('what an administrator does once (OWN5)', () => {
  test('by default', () => {
    expect(titles()).toEqual([
      'Resource providers',
      'Resource group',
      'Contributor for the deployers on the resource group',
      'Role Based Access Control Administrator for the deployers on the resource group, with a condition that allows three roles',
      'Sign-in of CI without a secret (OIDC)',
    ]);
  });

  test('with state in an account, a private network and readers', () => {
    const settings = {
      state: { backend: 'azurerm', resourceGroup: 'rg-state', storageAccount: 'ststate', container: 'state' },
      network: {
        access: 'private',
        private: { resourceGroup: 'rg-net', virtualNetwork: 'v', subnet: 's', dnsZonesResourceGroup: 'rg-dns' },
      },
      people: { deployers: [group('CI', 'a')], analysts: [group('Teachers', 'b')] },
    };
    expect(titles(settings).slice(4, -1)).toEqual([
      'Storage Blob Data Contributor for the deployers on the account of the state',
      "Network Contributor for the deployers on the network's resource group",
      'Private DNS Zone Contributor for the deployers on the resource group of the DNS zones',
      'Directory Readers for the identity of the workspace on the tenant (a role of Entra)',
    ]);
    const assign =
      'az role assignment create --assignee-object-id aaaaaaaa-0000-0000-0000-000000000000 --assignee-principal-type Group';
    const scope = '/subscriptions/$ARM_SUBSCRIPTION_ID/resourceGroups';
    expect([
      commandsOf('Storage Blob', settings),
      commandsOf('Network', settings),
      commandsOf('Private DNS', settings),
    ]).toEqual([
      [
        `${assign} --role "Storage Blob Data Contributor" --scope "${scope}/rg-state/providers/Microsoft.Storage/storageAccounts/ststate"`,
      ],
      [`${assign} --role "Network Contributor" --scope "${scope}/rg-net"`],
      [`${assign} --role "Private DNS Zone Contributor" --scope "${scope}/rg-dns"`],
    ]);
  });

  test('for a workspace that is there: no group and no identity are made (OWN3)', () => {
    expect(titles({ workspace })).toEqual([
      'Resource providers',
      'Contributor for the deployers on the resource group',
      'Role Based Access Control Administrator for the deployers on the resource group, with a condition that allows three roles',
      'Synapse Administrator for the deployers on the workspace that is there',
    ]);
    expect(commandsOf('Synapse Administrator', { workspace })).toEqual([
      'az synapse role assignment create --workspace-name syn-oea-old --role "Synapse Administrator" --assignee-object-id "$DEPLOYERS_OBJECT_ID" --assignee-principal-type Group',
    ]);
  });

  test('each with its reason, and commands that a shell can read', () => {
    const all = steps({ people: { analysts: [group('Teachers', 'b')] } });
    expect(all.filter(({ why }) => !/^(Registering|Making|Needed for:|The identity)[^]*\.$/.test(why))).toEqual([]);
    const script = all.flatMap(({ commands }) => commands).join('\n');
    const { status, stderr } = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('the resource group', () => {
  test('is made with the names of the environment, and imported where the plan expects it', () => {
    expect(resourceGroupAddress).toBe('azurerm_resource_group.ResourceGroup');
    expect(commandsOf('Resource group')).toEqual([
      'az group create --name rg-oea-contoso12345 --location westeurope',
      '# The deployer, after the roles below and before the first deployment:',
      'ENVIRONMENT=test node --import tsx main.ts',
      'terraform -chdir=cdktf.out/stacks/test-platform init',
      'terraform -chdir=cdktf.out/stacks/test-platform import azurerm_resource_group.ResourceGroup "/subscriptions/$ARM_SUBSCRIPTION_ID/resourceGroups/rg-oea-contoso12345"',
    ]);
  });
});

describe('what deployers may hand on', () => {
  test('is what the constructs grant, by the ids that Azure gives everywhere', () => {
    expect(Object.keys(delegatedRoles).sort()).toEqual(Object.values(azureRoles).sort());
    expect(delegatedRoles).toEqual({
      'Storage Blob Data Reader': '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
      'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
      'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6',
    });
  });

  test('is in the condition of their role, and nothing else', () => {
    const ids = Object.values(delegatedRoles).join(', ');
    const only = (action: string, source: string) =>
      `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'})) OR (@${source}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${ids}}))`;
    expect(commandsOf('Role Based Access Control')).toEqual([
      `condition=$(cat <<'END'\n${only('write', 'Request')} AND ${only('delete', 'Resource')}\nEND\n)`,
      'az role assignment create --assignee-object-id "$DEPLOYERS_OBJECT_ID" --assignee-principal-type Group --role "Role Based Access Control Administrator" --scope "/subscriptions/$ARM_SUBSCRIPTION_ID/resourceGroups/rg-oea-contoso12345" --condition-version 2.0 --condition "$condition"',
    ]);
  });
});
