import { AssetCatalogue } from '../../../constructs/artifacts/asset-catalogue';
import { SynapseArtifacts } from '../../../constructs/artifacts/synapse-artifacts';
import { AzapiProvider } from '../../../constructs/core/azapi';
import { TerraformData } from '../../../constructs/core/terraform-data';
import { blocksOf, synthesiseStack, type Block, type Json } from '../synthesised';

/** A stack with one trigger. */
function synthesiseTrigger(enabled: boolean): Json {
  return synthesiseStack((scope) => {
    new AzapiProvider(scope, 'Azapi');
    const file = 'assets/triggers/Daily.json';
    new SynapseArtifacts(scope, 'Artifacts', {
      workspace: { developmentHost: 'w.dev.azuresynapse.net' },
      development: new AzapiProvider(scope, 'Development', { alias: 'development' }),
      assets: new AssetCatalogue([{ kind: 'triggers', name: 'Daily', properties: {}, file }]),
      pools: {
        smallPool: { poolName: 's', nodeSize: 'Small', dependables: [] },
        mediumPool: { poolName: 'm', nodeSize: 'Medium', dependables: [] },
      },
      values: {},
      after: [],
      schedule: { enabled, after: [new TerraformData(scope, 'Approval')] },
    });
  });
}

const state = 'Artifacts/triggers/Daily/State';

function addresses(stack: Json) {
  const blocks = blocksOf(stack);
  const trigger = (blocks['Artifacts/triggers/Daily/Resource'] as Block).address;
  return { blocks, trigger, stop: (blocks[`${state}/Stop`] as Block).address };
}

const common = (trigger: string) => ({
  type: 'Microsoft.Resources/tenants@2020-12-01',
  resource_id: '/',
  response_export_values: [],
  provider: 'azapi.development',
  lifecycle: { replace_triggered_by: [trigger] },
});

describe('triggers (providers-live §6)', () => {
  test('are stopped before a change, and started after it where the schedule is enabled', () => {
    const { blocks, trigger, stop } = addresses(synthesiseTrigger(true));
    expect(blocks[`${state}/Stop`]?.body).toEqual({
      ...common(trigger),
      action: 'triggers/Daily/stop',
      when: 'destroy',
      ignore_not_found: true,
      depends_on: [trigger],
    });
    expect(blocks[`${state}/Start`]?.body).toEqual({
      ...common(trigger),
      action: 'triggers/Daily/start',
      depends_on: [stop, 'terraform_data.Approval'],
    });
  });

  test('are stopped but not started elsewhere; switching over changes the trigger, and so stops it', () => {
    const { blocks } = addresses(synthesiseTrigger(false));
    expect(Object.keys(blocks)).toEqual(['Artifacts/triggers/Daily/Resource', `${state}/Stop`, 'Approval']);
    const properties = [true, false].map((enabled) => {
      const body = blocksOf(synthesiseTrigger(enabled))['Artifacts/triggers/Daily/Resource']?.body['body'];
      return (body as { properties: { annotations: readonly string[] } }).properties.annotations[1];
    });
    expect(properties).toEqual(['started by the deployment', 'left stopped by the deployment']);
  });
});
