import { AzapiResource } from '../../../constructs/core/azapi';
import { WorkspaceFirewall } from '../../../constructs/network/workspace-firewall';
import { refusal } from '../../support/refusal';
import { createWorkspace, synapseBlocks } from '../synapse/synapse-fixture';

const rule = (name: string, startIpAddress: string, endIpAddress: string) => ({
  type: 'Microsoft.Synapse/workspaces/firewallRules@2021-06-01',
  name,
  parent_id: '${azapi_resource.Workspace_2F8C78CC.id}',
  body: { properties: { startIpAddress, endIpAddress } },
  response_export_values: [],
  retry: { error_message_regex: ['(?i)another operation|operation is in progress|being (updated|provisioned)'] },
  depends_on: ['azapi_resource.Workspace_2F8C78CC', 'azapi_update_resource.Workspace_EntraOnly_962CA6EF'],
});

const rules = (addresses: readonly string[]) => {
  const blocks = synapseBlocks((stack) => {
    const { dependables } = new WorkspaceFirewall(stack, 'Firewall', { workspace: createWorkspace(stack), addresses });
    new AzapiResource(stack, 'Await', { type: 'X/y@1', name: 'a', parentId: '/', dependsOn: [...dependables] });
  });
  const made = Object.entries(blocks).filter(([path]) => path.startsWith('Firewall/'));
  const awaited = (blocks['Await']?.body['depends_on'] ?? []) as readonly string[];
  expect([...awaited].sort()).toEqual(made.map(([, { address }]) => address).sort());
  return Object.fromEntries(made.map(([path, { body }]) => [path, body]));
};

describe('WorkspaceFirewall', () => {
  test('makes a rule per listed address, once, for whom somebody can wait (NET1, ORDER1)', () => {
    expect(rules(['203.0.113.7', '198.51.100.0/24', '203.0.113.7'])).toEqual({
      'Firewall/allow-203-0-113-7': rule('allow-203-0-113-7', '203.0.113.7', '203.0.113.7'),
      'Firewall/allow-198-51-100-0-24': rule('allow-198-51-100-0-24', '198.51.100.0', '198.51.100.255'),
    });
  });

  test('lets nobody in when nobody is listed', () => {
    expect(rules([])).toEqual({});
  });

  test.each(['0.0.0.0', '203.0.113.0/31', '10.0.0.1', 'everybody', '203.0.113.7/24'])('refuses %s', (address) => {
    expect(refusal(() => rules([address]))).toBe(
      `CONSTRUCT_INVALID: addresses is "${address}", but must be a public IPv4 address, or a network of at most 30 bits.\n` +
        '  where: test/Firewall\n  next:  Correct the value where the construct named above is created.',
    );
  });
});
