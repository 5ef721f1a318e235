import type { Construct } from 'constructs';
import type { Environment } from '../../src/contract/environment';
import { LakePaths } from '../../src/contract/lake-paths';
import { resourceNames } from '../../src/contract/resource-names';
import { ReceivedShare, type IReceivedShare } from '../data-share/received-share';
import { DataAzurermClientConfig, ResourceGroup } from '../core/azurerm';
import { TerraformStack } from '../core/cdktf';
import { People } from '../core/grantee';
import { resourceId, type ResourcePlace } from '../core/resource-id';
import { standardTags } from '../core/tags';
import { SecretVault, type ISecretVault } from '../key-vault/secret-vault';
import { AuditQueries } from '../monitoring/audit-queries';
import { LogWorkspace, type ILogWorkspace } from '../monitoring/log-workspace';
import { PrivateEntrance } from '../network/private-entrance';
import { DataLake, type IDataLake } from '../storage/data-lake';
import { ExistingDataLake } from '../storage/existing-data-lake';
import { LakeRetention } from '../storage/lake-retention';
import { grantPeople } from './people-grants';
import { createOutputs } from './platform-outputs';
import { layFoundation } from './stack-foundation';

export interface PlatformStackProps {
  readonly environment: Environment;
}

/** What the disposable stack needs of this one. */
export interface IPlatformStack {
  readonly resourceGroupName: string;
  readonly dataLake: IDataLake;
  readonly secretVault: ISecretVault;
  readonly receivedShare: IReceivedShare;
  /** Absent where the workspace is not ours: its logs go where its owner sends them. */
  readonly logWorkspace?: ILogWorkspace;
}

/** What lake, vault and logs have in common. */
interface Surroundings {
  readonly environment: Environment;
  readonly place: ResourcePlace;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly tenantId: string;
  readonly deletable: boolean;
}

/**
 * What has data or cannot be had again (OWN1). Terraform refuses to destroy any of it (`prevent_destroy`) unless the
 * environment says `teardown.deleteData`; there is no lock, because a lock would also block changes beneath it (ORDER4).
 * With a workspace that is there already, only the share and the grants are added (OWN3).
 *
 * @example
 * new PlatformStack(app, 'dev-platform', { environment: loadEnvironment('environments/dev.json') });
 */
export class PlatformStack extends TerraformStack implements IPlatformStack {
  readonly resourceGroupName: string;
  readonly dataLake: IDataLake;
  readonly secretVault: ISecretVault;
  readonly receivedShare: IReceivedShare;
  readonly logWorkspace?: ILogWorkspace;

  constructor(scope: Construct, id: string, props: PlatformStackProps) {
    super(scope, id);
    const { environment } = props;
    const deletable = environment.teardown.deleteData;
    layFoundation(this, environment);

    const client = new DataAzurermClientConfig(this, 'Client', {});
    const group = this.createGroup(environment);
    this.resourceGroupName = group.name;
    const surroundings: Surroundings = {
      environment,
      place: { subscriptionId: client.subscriptionId, resourceGroupName: group.reference },
      location: group.location,
      tags: standardTags(environment),
      tenantId: client.tenantId,
      deletable,
    };

    const platform = this.usePlatform(surroundings);
    this.dataLake = platform.dataLake;
    this.secretVault = platform.secretVault;
    if (platform.logWorkspace !== undefined) this.logWorkspace = platform.logWorkspace;

    this.receivedShare = new ReceivedShare(this, 'ReceivedShare', {
      ...surroundings,
      accountName: resourceNames(environment.suffix).dataShareAccount,
      settings: environment.dataShare,
      dataLake: this.dataLake,
    });
    grantPeople(this.dataLake, environment);
    this.grantVerification(environment);
    createOutputs(this, { ...surroundings, ...platform, dataShare: environment.dataShare });
  }

  /** `reference` is what resources in the group refer to it by, so that they wait for it. */
  private createGroup(environment: Environment): { name: string; reference: string; location: string } {
    const { workspace, location } = environment;
    if (workspace.mode === 'existing') {
      return { name: workspace.resourceGroup, reference: workspace.resourceGroup, location };
    }
    const { resourceGroup: name } = resourceNames(environment.suffix);
    const group = new ResourceGroup(this, 'ResourceGroup', {
      name,
      location,
      tags: standardTags(environment),
      lifecycle: { preventDestroy: !environment.teardown.deleteData },
    });
    return { name, reference: group.name, location: group.location };
  }

  private usePlatform(surroundings: Surroundings): Pick<IPlatformStack, 'dataLake' | 'secretVault' | 'logWorkspace'> {
    const { environment, place } = surroundings;
    const { workspace, dataVersion } = environment;
    if (workspace.mode === 'create') return this.createPlatform(surroundings);
    return {
      dataLake: new ExistingDataLake(this, 'DataLake', { accountName: workspace.storageAccount, place, dataVersion }),
      secretVault: SecretVault.fromName(this, 'SecretVault', workspace.keyVault, place),
    };
  }

  /** Verifying test data compares pseudonyms with the salt; a vault that is there is not ours to open (OWN3). */
  private grantVerification({ testData, workspace, people }: Environment): void {
    if (testData === 'none' || workspace.mode === 'existing') return;
    this.secretVault.grantReadSecrets(new People(people.deployers));
  }

  private createPlatform(surroundings: Surroundings) {
    const { environment, place, location, tags, tenantId, deletable } = surroundings;
    const { network, storage, keyVault, retention, dataVersion } = environment;
    const names = resourceNames(environment.suffix);
    const allowedAddresses = network.access === 'addresses' ? network.addresses.map(({ address }) => address) : [];
    const common = { resourceGroupName: place.resourceGroupName, location, tags, deletable };

    const dataLake = new DataLake(this, 'DataLake', {
      ...common,
      ...storage,
      accountName: names.storageAccount,
      dataVersion,
      allowedAddresses,
      // By name, because the workspace is in the other stack (NET4).
      allowedResourceIds: [
        resourceId(place, 'Microsoft.Synapse/workspaces', names.synapseWorkspace),
        resourceId(place, 'Microsoft.DataShare/accounts', names.dataShareAccount),
      ],
    });
    const secretVault = new SecretVault(this, 'SecretVault', {
      ...common,
      ...keyVault,
      vaultName: names.keyVault,
      tenantId,
      allowedAddresses,
    });
    const logWorkspace = new LogWorkspace(this, 'LogWorkspace', {
      ...common,
      workspaceName: names.logAnalyticsWorkspace,
      retentionDays: retention.logDays,
    });
    logWorkspace.collect(dataLake);
    logWorkspace.collect(secretVault);
    const paths = new LakePaths('prod', dataVersion);
    new AuditQueries(this, 'AuditQueries', { logWorkspace, dataLake, paths, tags });
    new LakeRetention(this, 'LakeRetention', { dataLake, retention });

    if (network.access === 'private') {
      const { subscriptionId } = place;
      const entrance = new PrivateEntrance(this, 'Entrance', { ...common, network: network.private, subscriptionId });
      entrance.leadTo('dfs', dataLake.accountName, dataLake.accountId);
      entrance.leadTo('blob', dataLake.accountName, dataLake.accountId);
      entrance.leadTo('vault', secretVault.vaultName, secretVault.vaultId);
    }
    return { dataLake, secretVault, logWorkspace };
  }
}
