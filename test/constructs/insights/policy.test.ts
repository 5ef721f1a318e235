import { Aspects } from '../../../constructs/core/cdktf';
import { InsightsStack } from '../../../constructs/insights/insights-stack';
import { PlatformStack } from '../../../constructs/insights/platform-stack';
import { PolicyAspect } from '../../../constructs/policy/policy-aspect';
import { peopleRoles } from '../../../src/contract/environment-settings';
import { resolveEnvironment } from '../../../src/contract/environment';
import { synthesise } from '../synthesised';
import { acceptedShare as dataShare, existingWorkspace as workspace } from '../../support/environment-parts';

const people = Object.fromEntries(
  peopleRoles.map((displayName, index) => [
    displayName,
    [{ objectId: `${String(index).repeat(8)}-0000-0000-0000-000000000000`, displayName }],
  ]),
);
const watched = {
  schedule: { enabled: true },
  alerts: { contacts: ['a@b.example'] },
  budget: { amount: 1, startMonth: '2026-09', contacts: ['a@b.example'] },
};
const network = {
  access: 'private',
  private: { resourceGroup: 'rg-net', virtualNetwork: 'vnet', subnet: 'snet', dnsZonesResourceGroup: 'rg-dns' },
};

describe('both stacks pass their own policy', () => {
  test.each<[string, object]>([
    ['a small environment', { name: 'test' }],
    ['everything, with test data', { name: 'test', people, dataShare, ...watched, testData: 'k12', sqlAliases: true }],
    ['production in a private network', { name: 'prod', people, dataShare, ...watched, network }],
    ['production in a workspace that is there', { name: 'prod', people, dataShare, ...watched, workspace }],
    ['test data in a workspace that is there', { name: 'test', people, workspace, testData: 'hed' }],
  ])('%s', (_, settings) => {
    const environment = resolveEnvironment({ suffix: 'Contoso12345', location: 'westeurope', ...settings }, 'x.json');
    const stacks = synthesise((app) => {
      const policy = new PolicyAspect({ environment, today: '2026-09-01' });
      Aspects.of(new PlatformStack(app, 'test-platform', { environment })).add(policy);
      Aspects.of(new InsightsStack(app, 'test-insights', { environment })).add(policy);
    });
    expect(Object.keys(stacks)).toEqual(['test-platform', 'test-insights']);
  });
});
