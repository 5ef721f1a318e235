import {
  AzapiDataPlaneResource,
  AzapiProvider,
  AzapiResource,
  AzapiResourceAction,
  AzapiUpdateResource,
  DataAzapiResourceAction,
} from '../../../constructs/core/azapi';
import { blocksOf, synthesiseStack, withoutComments, type Json } from '../synthesised';

const type = 'Microsoft.X/y@2020-01-01';

describe('azapi', () => {
  test('providers register nothing (OWN5), and a second one keeps its alias and its endpoint', () => {
    const stack = synthesiseStack((scope) => {
      new AzapiProvider(scope, 'Azapi');
      const endpoint = { url: 'https://w.dev.azuresynapse.net', audience: 'https://dev.azuresynapse.net' };
      const provider = new AzapiProvider(scope, 'Dev', { alias: 'dev', endpoint });
      new AzapiResourceAction(scope, 'Stop', { type, resourceId: '/', action: 'triggers/T/stop', provider });
    });
    expect((stack['provider'] as Json)['azapi']).toEqual([
      { skip_provider_registration: true, disable_default_output: true },
      {
        alias: 'dev',
        skip_provider_registration: true,
        disable_default_output: true,
        endpoint: [
          {
            resource_manager_endpoint: 'https://w.dev.azuresynapse.net',
            resource_manager_audience: 'https://dev.azuresynapse.net',
          },
        ],
      },
    ]);
    expect((stack['terraform'] as Json)['required_providers']).toEqual({
      azapi: { source: 'Azure/azapi', version: '2.12.0' },
      azurerm: { source: 'azurerm', version: '4.55.0' },
    });
    expect(blocksOf(stack)['Stop']).toEqual({
      address: 'azapi_resource_action.Stop',
      body: {
        type,
        resource_id: '/',
        action: 'triggers/T/stop',
        response_export_values: [],
        provider: 'azapi.dev',
      },
    });
  });

  test('resources keep the spelling of their bodies, refer to each other, and wait', () => {
    const blocks = blocksOf(
      synthesiseStack((scope) => {
        new AzapiProvider(scope, 'Azapi');
        const one = new AzapiResource(scope, 'One', {
          type,
          name: 'one',
          parentId: '/group',
          body: { properties: { camelCase: [{ innerKey: null }] } },
          exportValues: { state: 'properties.state' },
        });
        new AzapiDataPlaneResource(scope, 'Two', {
          type,
          name: one.name,
          parentId: 'w.dev.azuresynapse.net',
          body: { properties: { of: one.id, state: one.output('state') } },
          createTimeout: '5m',
          dependsOn: [one],
          lifecycle: { preventDestroy: true },
        });
        const two = scope.node.findChild('Two') as AzapiDataPlaneResource;
        new AzapiUpdateResource(scope, 'Three', { type, resourceId: two.id, body: { name: two.name } });
      }),
    );
    expect(blocks).toEqual({
      One: {
        address: 'azapi_resource.One',
        body: {
          type,
          name: 'one',
          parent_id: '/group',
          body: { properties: { camelCase: [{ innerKey: null }] } },
          response_export_values: { state: 'properties.state' },
        },
      },
      Two: {
        address: 'azapi_data_plane_resource.Two',
        body: {
          type,
          name: '${azapi_resource.One.name}',
          parent_id: 'w.dev.azuresynapse.net',
          body: { properties: { of: '${azapi_resource.One.id}', state: '${azapi_resource.One.output.state}' } },
          response_export_values: [],
          timeouts: { create: '5m' },
          depends_on: ['azapi_resource.One'],
          lifecycle: { prevent_destroy: true },
        },
      },
      Three: {
        address: 'azapi_update_resource.Three',
        body: {
          type,
          resource_id: '${azapi_data_plane_resource.Two.id}',
          body: { name: '${azapi_data_plane_resource.Two.name}' },
          response_export_values: [],
        },
      },
    });
  });

  test('resources of the resource manager have a place, tags and an identity that stays known', () => {
    const blocks = blocksOf(
      synthesiseStack((scope) => {
        new AzapiProvider(scope, 'Azapi');
        const one = new AzapiResource(scope, 'One', {
          type,
          name: 'one',
          parentId: '/group',
          location: 'westeurope',
          tags: { a: 'b' },
          identity: 'SystemAssigned',
          ignoreCasing: true,
        });
        new AzapiResourceAction(scope, 'Put', {
          type,
          resourceId: one.id,
          method: 'PUT',
          body: { of: one.principalId },
        });
      }),
    );
    expect(blocks).toEqual({
      One: {
        address: 'azapi_resource.One',
        body: {
          type,
          name: 'one',
          parent_id: '/group',
          location: 'westeurope',
          tags: { a: 'b' },
          identity: [{ type: 'SystemAssigned' }],
          ignore_casing: true,
          response_export_values: [],
        },
      },
      Put: {
        address: 'azapi_resource_action.Put',
        body: {
          type,
          resource_id: '${azapi_resource.One.id}',
          method: 'PUT',
          body: { of: '${azapi_resource.One.identity[0].principal_id}' },
          response_export_values: [],
        },
      },
    });
  });

  test('actions are made once, reading ones with every plan', () => {
    const stack = synthesiseStack((scope) => {
      new AzapiProvider(scope, 'Azapi');
      const read = new DataAzapiResourceAction(scope, 'Read', {
        type,
        resourceId: '/x',
        action: 'list',
        method: 'GET',
        exportValues: { id: 'value[0].id' },
      });
      new AzapiResourceAction(scope, 'Act', {
        type,
        resourceId: read.output('id'),
        action: 'go',
        method: 'POST',
        when: 'destroy',
        body: { mode: 'all' },
      });
    });
    expect([blocksOf(stack, 'data'), blocksOf(stack)].map(withoutComments)).toEqual([
      {
        Read: {
          address: 'azapi_resource_action.Read',
          body: {
            type,
            resource_id: '/x',
            action: 'list',
            method: 'GET',
            response_export_values: { id: 'value[0].id' },
          },
        },
      },
      {
        Act: {
          address: 'azapi_resource_action.Act',
          body: {
            type,
            resource_id: '${data.azapi_resource_action.Read.output.id}',
            action: 'go',
            method: 'POST',
            when: 'destroy',
            body: { mode: 'all' },
            response_export_values: [],
          },
        },
      },
    ]);
  });
});
