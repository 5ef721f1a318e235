import { reaches, type NetworkSource } from '../../src/local-azure/access/network-rules';
import { defaultSettings } from '../../src/local-azure/settings';
import { World } from '../../src/local-azure/world';

const resource = { kind: 'resource', resourceId: '/w' } as const;
const sources: Readonly<Record<string, NetworkSource>> = {
  'a client': { kind: 'client' },
  'a workspace without a managed network': resource,
  'a workspace with one': { ...resource, managedNetwork: true },
  'a workspace that protects against exfiltration': { ...resource, managedNetwork: true, exfiltrationProtection: true },
};
const mine = { ipRules: [{ value: defaultSettings.clientAddress }] };

test.each<[string, object, readonly string[]]>([
  ['is open, as OEA leaves it', {}, Object.keys(sources).slice(0, 3)],
  ['is open with a rule too many', { networkAcls: { defaultAction: 'Allow' } }, Object.keys(sources).slice(0, 3)],
  ['lets nobody in', { networkAcls: { defaultAction: 'Deny' } }, []],
  ['lets in an address (NET1)', { networkAcls: { defaultAction: 'Deny', ...mine } }, ['a client']],
  [
    'lets in a resource (NET4)',
    { networkAcls: { defaultAction: 'Deny', resourceAccessRules: [{ resourceId: '/W' }] } },
    ['a workspace without a managed network'],
  ],
  ['is closed, whatever rules say', { publicNetworkAccess: 'Disabled', networkAcls: mine }, []],
])('an account that %s', (_title, properties, expected) => {
  const world = new World(defaultSettings);
  const target = { content: { id: '/a', location: 'westeurope', properties: { ...properties } }, writtenAt: 0 };
  const arrived = Object.keys(sources).filter((name) => reaches(world, target, sources[name]!, ['blob']));
  expect(arrived).toEqual(expected);
});
