import type { Construct } from 'constructs';
import type { DataShareSettings } from '../../src/contract/environment-settings';
import { TerraformOutput } from '../core/cdktf';
import type { ResourcePlace } from '../core/resource-id';
import type { ISecretVault } from '../key-vault/secret-vault';
import type { IDataLake } from '../storage/data-lake';

export interface PlatformOutputsProps {
  readonly dataLake: IDataLake;
  readonly secretVault: ISecretVault;
  readonly place: ResourcePlace;
  readonly tenantId: string;
  readonly dataShare: DataShareSettings;
}

/** What to do next about the share, by mode (OWN2); an invitation mailed to a person is out of Terraform's reach. */
const shareStatus = {
  off:
    'Off: no drop arrives by itself. In School Data Sync an administrator switches the data lake export on and names who is ' +
    'invited; with the id in the mail that follows, set dataShare in the environment.',
  accept: 'Accepted by this plan; drops arrive in oea/pre_landing/data_shares.',
  adopt: 'Accepted by hand and taken over; drops arrive in oea/pre_landing/data_shares.',
} as const;

/** Tells a person where things are; no secret among it. `scope` is the stack, so that names stay as they are written. */
export function createOutputs(scope: Construct, props: PlatformOutputsProps): void {
  const { subscriptionId, resourceGroupName } = props.place;
  const output = (name: string, description: string, value: string): void => {
    new TerraformOutput(scope, name, { description, value });
  };
  output('lake_url', 'Where the lake is', `https://${props.dataLake.accountName}.dfs.core.windows.net`);
  output('vault_url', 'Where the salt is', `https://${props.secretVault.vaultName}.vault.azure.net`);
  output('data_share', "State of Microsoft's share, and what to do next", shareStatus[props.dataShare.mode]);
  output(
    'portal_url',
    'The resource group in the portal',
    `https://portal.azure.com/#@${props.tenantId}/resource/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}`,
  );
}
