import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Provisioner, type Step } from '../../../src/local-azure/provisioning/provisioner';
import { StateFile } from '../../../src/local-azure/provisioning/provisioning-state';
import { readStack, type LocalCommand } from '../../../src/local-azure/provisioning/synthesised-stack';
import { FakeClock } from '../../operations/operation-fakes';
import { useTemporaryFolders } from '../../support/temporary-folder';
import { thrownBy } from '../../support/thrown';
import { MemoryService } from './memory-service';

const temporaryFolder = useTemporaryFolders();
const group = '/subscriptions/s/resourceGroups/rg';
const host = 'syn.dev.azuresynapse.net';
const source = `${group}/providers/Microsoft.DataShare/accounts/share`;

/** A stack with one of each: resource, child, data, artifact, trigger with its stop and start, command, update. */
function stackOf(change: { readonly trigger?: string; readonly data?: string; readonly protect?: boolean } = {}) {
  const { trigger = '02:00', data = 'k12', protect = false } = change;
  const toggle = { provider: 'azapi.dev', type: 'Microsoft.Resources/tenants@2020-12-01', resource_id: '/' };
  return {
    provider: {
      azapi: [
        {},
        { alias: 'dev', endpoint: [{ resource_manager_endpoint: `https://${host}`, resource_manager_audience: 'a' }] },
      ],
    },
    data: {
      azurerm_client_config: { Client: {} },
      azapi_resource_action: {
        Sets: {
          type: 'Microsoft.DataShare/accounts@2021-08-01',
          resource_id: '${azapi_resource.Share.id}',
          action: 'sets',
          method: 'GET',
          response_export_values: { id: "value[?name=='roster'].id | [0]" },
        },
      },
    },
    resource: {
      azurerm_resource_group: {
        Group: {
          '//': { metadata: { path: 'dev/Group' } },
          name: 'rg',
          location: 'westeurope',
          ...(protect ? { lifecycle: { prevent_destroy: true } } : {}),
        },
      },
      azapi_resource: {
        Share: {
          type: 'Microsoft.DataShare/accounts@2021-08-01',
          name: 'share',
          parent_id:
            '/subscriptions/${data.azurerm_client_config.Client.subscription_id}/resourceGroups/${azurerm_resource_group.Group.name}',
          identity: [{ type: 'SystemAssigned' }],
          body: { properties: {} },
        },
        Mapping: {
          type: 'Microsoft.DataShare/accounts/mappings@2021-08-01',
          name: 'roster',
          parent_id: '${azapi_resource.Share.id}',
          body: { properties: { dataSetId: '${data.azapi_resource_action.Sets.output.id}' } },
        },
      },
      azapi_update_resource: {
        Approval: {
          type: 'Microsoft.DataShare/accounts@2021-08-01',
          resource_id: '${azapi_resource.Share.id}',
          body: { properties: { approved: true } },
          depends_on: ['azapi_resource.Mapping'],
        },
      },
      azapi_data_plane_resource: {
        Trigger: {
          type: 'Microsoft.Synapse/workspaces/triggers@2020-12-01',
          name: 'daily',
          parent_id: host,
          body: { properties: { at: trigger, text: '$${x}' } },
        },
      },
      azapi_resource_action: {
        Stop: {
          ...toggle,
          action: 'triggers/daily/stop',
          when: 'destroy',
          ignore_not_found: true,
          depends_on: ['azapi_data_plane_resource.Trigger'],
          lifecycle: { replace_triggered_by: ['azapi_data_plane_resource.Trigger'] },
        },
        Start: {
          ...toggle,
          action: 'triggers/daily/start',
          depends_on: ['azapi_resource_action.Stop'],
          lifecycle: { replace_triggered_by: ['azapi_data_plane_resource.Trigger'] },
        },
      },
      terraform_data: {
        Load: {
          input: { set: data },
          triggers_replace: { set: data },
          provisioner: ['create', 'destroy'].map((when) => ({
            'local-exec': {
              command: `load ${when}`,
              ...(when === 'destroy' ? { when } : {}),
              environment: { INPUT: '${jsonencode(self.input)}' },
            },
          })),
        },
      },
    },
    output: { share: { value: '${azapi_resource.Share.id}' } },
  };
}

async function useService() {
  const service = new MemoryService();
  service.answers.set(`${source}/sets`, { value: [{ name: 'roster', id: 'set-1' }] });
  const file = join(await temporaryFolder(), 'state.json');
  const commands: string[] = [];
  const open = () => {
    const steps: string[] = [];
    const provisioner = new Provisioner({
      tenancy: { subscriptionId: 's', tenantId: 't', clientId: 'c', objectId: 'o' },
      clientFor: service.client,
      clock: new FakeClock(),
      state: new StateFile(file),
      runCommand: async ({ command, environment }: LocalCommand) => {
        commands.push(`${command} ${String(environment['INPUT'])}`);
      },
      progress: (step: Step, { address }) => void steps.push(`${step} ${address}`),
    });
    return { provisioner, steps };
  };
  return { service, commands, file, open };
}

const none = { create: 0, update: 0, replace: 0, destroy: 0, unchanged: 0 };

test('creates in the order of references, and a second time finds nothing to do', async () => {
  const { service, commands, open } = await useService();
  const first = open();
  const stack = readStack(stackOf());
  expect(await first.provisioner.apply(stack)).toEqual({ ...none, create: 8 });
  expect(service.calls).toEqual([
    `PUT ${group}`,
    `PUT ${host}/triggers/daily`,
    `PUT ${source}`,
    `POST ${host}/triggers/daily/start`,
    `PUT ${source}/mappings/roster`,
    `PUT ${source}`,
  ]);
  expect(commands).toEqual(['load create {"set":"k12"}']);
  expect(service.stored.get(source)).toEqual({
    id: source,
    name: 'share',
    identity: { type: 'SystemAssigned' },
    properties: { approved: true },
  });
  expect(service.stored.get(`${source}/mappings/roster`)).toMatchObject({ properties: { dataSetId: 'set-1' } });
  expect(service.stored.get(`${host}/triggers/daily`)).toMatchObject({ properties: { at: '02:00', text: '${x}' } });
  expect(first.provisioner.outputs(stack)).toEqual({ share: source });

  service.calls.length = 0;
  expect(await open().provisioner.apply(stack)).toEqual({ ...none, unchanged: 8 });
  expect(service.calls).toEqual([]);
});

test('a changed trigger is stopped, written and started; changed data is unloaded and loaded', async () => {
  const { service, commands, open } = await useService();
  await open().provisioner.apply(readStack(stackOf()));
  service.calls.length = 0;
  commands.length = 0;
  const { provisioner, steps } = open();
  await provisioner.apply(readStack(stackOf({ trigger: '03:00', data: 'hed' })));
  expect(service.calls).toEqual([
    `POST ${host}/triggers/daily/stop`,
    `PUT ${host}/triggers/daily`,
    `POST ${host}/triggers/daily/start`,
  ]);
  expect(commands).toEqual(['load destroy {"set":"k12"}', 'load create {"set":"hed"}']);
  expect(steps.filter((step) => !step.startsWith('unchanged'))).toEqual([
    'destroy terraform_data.Load',
    'replace terraform_data.Load',
    'destroy azapi_resource_action.Stop',
    'update azapi_data_plane_resource.Trigger',
    'create azapi_resource_action.Stop',
    'destroy azapi_resource_action.Start',
    'replace azapi_resource_action.Start',
  ]);
});

test('destroys in reverse and leaves nothing; what is protected stays, and all with it', async () => {
  const { service, commands, file, open } = await useService();
  await open().provisioner.apply(readStack(stackOf({ protect: true })));
  expect(await thrownBy(() => open().provisioner.destroy())).toEqual({
    code: 'PROVISIONING_PROTECTED',
    message: 'dev/Group may not be destroyed.',
    place: { path: 'dev/Group' },
  });
  await open().provisioner.apply(readStack(stackOf()));
  service.calls.length = 0;
  await open().provisioner.destroy();
  expect(service.calls).toEqual([
    `DELETE ${source}/mappings/roster`,
    `DELETE ${source}`,
    `POST ${host}/triggers/daily/stop`,
    `DELETE ${host}/triggers/daily`,
    `DELETE ${group}`,
  ]);
  expect([...service.stored.keys()]).toEqual([]);
  expect(commands.at(-1)).toBe('load destroy {"set":"k12"}');
  expect(new StateFile(file).all()).toEqual([]);
});

test('a resource that left the stack is destroyed', async () => {
  const { service, open } = await useService();
  await open().provisioner.apply(readStack(stackOf()));
  const { azapi_update_resource: _, azapi_resource, ...rest } = stackOf().resource;
  const smaller = { ...stackOf(), resource: { ...rest, azapi_resource: { Share: azapi_resource.Share } } };
  service.calls.length = 0;
  expect(await open().provisioner.apply(readStack(smaller))).toEqual({ ...none, destroy: 2, unchanged: 6 });
  expect(service.calls).toEqual([`DELETE ${source}/mappings/roster`]);
});

test('an artifact that the service stored otherwise is an error, and an interrupted run goes on', async () => {
  const { service, file, open } = await useService();
  const path = `${host}/triggers/daily`;
  service.distorts.set(path, { properties: { at: '01:00' } });
  expect(await thrownBy(() => open().provisioner.apply(readStack(stackOf())))).toEqual({
    code: 'PROVISIONING_NOT_STORED',
    message: 'azapi_data_plane_resource.Trigger was not stored as it was sent.',
    place: { path: `https://${path}?api-version=2020-12-01` },
  });
  expect(existsSync(file)).toBe(true);
  service.distorts.clear();
  const { create, unchanged } = await open().provisioner.apply(readStack(stackOf()));
  // What was under way beside the failure has ended, and is not made again.
  expect([create + unchanged, unchanged > 0]).toEqual([8, true]);
  expect(service.stored.get(path)).toMatchObject({ properties: { at: '02:00' } });
});

test('a cycle is refused by name', async () => {
  const ring = { x: { a: { from: '${x.b.id}' }, b: { from: '${x.a.id}' } } };
  expect(await thrownBy(() => readStack({ resource: ring }))).toEqual({
    code: 'PROVISIONING_CYCLE',
    message: 'x.a depends on itself.',
    place: { path: 'x.a' },
  });
});
