import { AzapiProvider } from '../../../constructs/core/azapi';
import { TerraformOutput, type TerraformStack } from '../../../constructs/core/cdktf';
import type { ResourcePlace } from '../../../constructs/core/resource-id';
import { ExistingDataLake } from '../../../constructs/storage/existing-data-lake';
import { SynapseWorkspace, type SynapseWorkspaceProps } from '../../../constructs/synapse/synapse-workspace';
import { blocksOf, synthesiseStack, type Block, type Json } from '../synthesised';

export const place: ResourcePlace = { subscriptionId: 's', resourceGroupName: 'rg-oea-test' };
export const groupId = '/subscriptions/s/resourceGroups/rg-oea-test';

export const admins = { objectId: 'AAAAAAAA-0000-0000-0000-000000000001', displayName: 'Edu admins' };
export const engineers = { objectId: 'AAAAAAAA-0000-0000-0000-000000000002', displayName: 'Edu engineers' };

/** Blocks of a stack `test` that has azapi too. */
export function synapseBlocks(
  build: (stack: TerraformStack) => void,
  kind: 'resource' | 'data' = 'resource',
): Readonly<Record<string, Block>> {
  return blocksOf(
    synthesiseStack((stack) => {
      new AzapiProvider(stack, 'Azapi');
      build(stack);
    }),
    kind,
  );
}

export function createWorkspace(stack: TerraformStack, props: Partial<SynapseWorkspaceProps> = {}): SynapseWorkspace {
  return new SynapseWorkspace(stack, 'Workspace', {
    workspaceName: 'syn-oea-test',
    place,
    location: 'westeurope',
    tags: {},
    tenantId: 'tenant',
    dataLake: new ExistingDataLake(stack, 'DataLake', { accountName: 'stoeatest', place, dataVersion: '1.14' }),
    ...props,
  });
}

/** The workspace that was there before: no token in its id. */
export const existingWorkspace = (stack: TerraformStack) =>
  SynapseWorkspace.fromName(stack, 'Workspace', 'syn-oea-old', place);

export const existingId = `${groupId}/providers/Microsoft.Synapse/workspaces/syn-oea-old`;

/** What constructs say of themselves, with tokens as Terraform reads them. */
export function told(build: (stack: TerraformStack) => unknown): unknown {
  const { output } = synthesiseStack((stack) => {
    new AzapiProvider(stack, 'Azapi');
    new TerraformOutput(stack, 'told', { value: build(stack) });
  });
  return ((output as Json)['told'] as Json)['value'];
}
