import { AzapiProvider, AzapiResource } from '../../../constructs/core/azapi';
import { AzapiSingleton } from '../../../constructs/core/azapi-singleton';
import { blocksOf, synthesiseStack } from '../synthesised';

const parentType = 'Microsoft.X/parents@2020-01-01';
const type = 'Microsoft.X/parents/settings@2020-01-01';
const body = { properties: { on: true } };
const resource_id = '${azapi_resource.Parent.id}/settings/default';

describe('AzapiSingleton', () => {
  test('is written whatever it answered before, and compared from then on', () => {
    const stack = synthesiseStack((scope) => {
      new AzapiProvider(scope, 'Azapi');
      const parent = new AzapiResource(scope, 'Parent', { type: parentType, name: 'p', parentId: '/group' });
      const before = new AzapiResource(scope, 'Before', { type: parentType, name: 'b', parentId: '/group' });
      const one = new AzapiSingleton(scope, 'One', { parent, type, name: 'default', body, dependsOn: [before] });
      new AzapiSingleton(scope, 'Two', {
        parent,
        type,
        name: 'default',
        body,
        dependsOn: [one.resource],
        retryOn: ['busy'],
      });
    });
    const { Parent, Before, ...blocks } = blocksOf(stack);
    const lifecycle = { replace_triggered_by: ['azapi_resource.Parent.id'] };
    const what = { type, resource_id, body, response_export_values: [] };
    const retry = { error_message_regex: ['busy'] };
    expect([Parent?.address, Before?.address]).toEqual(['azapi_resource.Parent', 'azapi_resource.Before']);
    expect(blocks).toEqual({
      'One/Write': {
        address: 'azapi_resource_action.One_Write_F7F43E50',
        body: { ...what, method: 'PUT', depends_on: ['azapi_resource.Before'], lifecycle },
      },
      'One/Resource': {
        address: 'azapi_update_resource.One_8A44B909',
        body: { ...what, depends_on: ['azapi_resource_action.One_Write_F7F43E50'] },
      },
      'Two/Write': {
        address: 'azapi_resource_action.Two_Write_67BD8207',
        body: { ...what, method: 'PUT', depends_on: ['azapi_update_resource.One_8A44B909'], lifecycle, retry },
      },
      'Two/Resource': {
        address: 'azapi_update_resource.Two_20CDA8F5',
        body: { ...what, depends_on: ['azapi_resource_action.Two_Write_67BD8207'], retry },
      },
    });
  });
});
