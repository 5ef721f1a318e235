import type { Construct, IConstruct } from 'constructs';
import type { EntraGroup } from '../../src/contract/environment-settings';
import { nameLimits, refuseName } from '../../src/contract/resource-names';
import { AzapiResource } from '../core/azapi';
import { AzapiSingleton } from '../core/azapi-singleton';
import { DataAzurermSynapseWorkspace } from '../core/azurerm';
import { Token, type ITerraformDependable } from '../core/cdktf';
import { ManagedIdentity, type IGrantee } from '../core/grantee';
import { refuse } from '../core/refuse';
import { resourceGroupId, resourceId, type ResourcePlace } from '../core/resource-id';
import type { DiagnosticsSource } from '../monitoring/diagnostics-source';
import type { IDataLake } from '../storage/data-lake';
import { synapseApiVersion, synapseBusy } from './synapse-api';
import type { ISynapseGrants } from './synapse-roles';
import { WorkspaceBase } from './workspace-base';

export interface SynapseWorkspaceProps {
  /** 1 to 50 lower-case letters, digits and inner hyphens, unique in the whole of Azure. */
  readonly workspaceName: string;
  readonly place: ResourcePlace;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly tenantId: string;
  /** Its container `synapse` is the default file system, which no stage is (ACCESS1). */
  readonly dataLake: Pick<IDataLake, 'accountName' | 'synapse'>;
  /** Entra administrator of SQL: one group, because Azure takes one principal (ACCESS3). @default nobody */
  readonly administrator?: EntraGroup;
  /** Whether addresses that firewall rules name may come in; otherwise private endpoints only (NET1). @default false */
  readonly publicAccess?: boolean;
  /** Whether data leaves to approved endpoints only; fixed at creation (NET5). @default true */
  readonly exfiltrationProtection?: boolean;
}

/** A workspace, ours or one that was there before. */
export interface ISynapseWorkspace extends IConstruct, ISynapseGrants {
  readonly workspaceName: string;
  /** ARM id of the workspace. */
  readonly workspaceId: string;
  /** `<workspace>.dev.azuresynapse.net`: the parent of data-plane resources. */
  readonly developmentHost: string;
  /** The same with `https://`. */
  readonly developmentEndpoint: string;
  /** Host of the serverless SQL endpoint. */
  readonly sqlEndpoint: string;
  /** Whom pipelines and notebooks run as. */
  readonly identity: IGrantee;
  /** Whether data leaves to approved endpoints only (NET5). */
  readonly exfiltrationProtection: boolean;
  /** What is done once the workspace is there with its settings; nothing where it was there before. */
  readonly dependables: readonly ITerraformDependable[];
}

/** Never has a password and opens nothing, because SQL takes Entra ID only; left out, the service makes one up. */
const sqlAdministratorLogin = 'sqladminuser';

/** Without SQLSecurityAuditEvents, which an audit policy would have to fill. */
const logCategories = [
  'SynapseRbacOperations',
  'GatewayApiRequests',
  'BuiltinSqlReqsEnded',
  'IntegrationPipelineRuns',
  'IntegrationActivityRuns',
  'IntegrationTriggerRuns',
] as const;

const principal = 'Workspace';

/**
 * The workspace, with a managed network, Entra ID as the only way into SQL, and nobody let in. It is disposable (OWN1): what
 * it makes can be made again from the lake, so nothing here stops Terraform from destroying it. All of it goes through
 * azapi, because azurerm cannot update an Entra-only workspace (ACCESS6).
 *
 * @example
 * new SynapseWorkspace(this, 'Workspace', {
 *   workspaceName: 'syn-oea-dev', place, location: 'westeurope', tags: {}, tenantId: client.tenantId, dataLake,
 * }).grantRead(new People(environment.people.dataEngineers), [awaitWorkspace]);
 */
export class SynapseWorkspace extends WorkspaceBase implements ISynapseWorkspace, DiagnosticsSource {
  /**
   * A workspace that is there already; only grants are made on it (OWN3).
   * @param exfiltrationProtection as it was created. @default false, as OEA's installer leaves it
   */
  static fromName(
    scope: Construct,
    id: string,
    workspaceName: string,
    place: ResourcePlace,
    exfiltrationProtection = false,
  ): ISynapseWorkspace {
    class ExistingWorkspace extends WorkspaceBase implements ISynapseWorkspace {
      readonly workspaceName = workspaceName;
      readonly workspaceId = resourceId(place, 'Microsoft.Synapse/workspaces', workspaceName);
      readonly exfiltrationProtection = exfiltrationProtection;
      readonly dependables = [];
      protected readonly reference = workspaceName;

      /** Looked up when it is first asked for. */
      get identity(): IGrantee {
        const found =
          (this.node.tryFindChild('Found') as DataAzurermSynapseWorkspace | undefined) ??
          new DataAzurermSynapseWorkspace(this, 'Found', {
            name: workspaceName,
            resourceGroupName: place.resourceGroupName,
          });
        return new ManagedIdentity(principal, found.identity.get(0).principalId);
      }
    }
    return new ExistingWorkspace(scope, id);
  }

  readonly workspaceName: string;
  readonly workspaceId: string;
  readonly identity: IGrantee;
  readonly exfiltrationProtection: boolean;
  readonly dependables: readonly ITerraformDependable[];
  readonly diagnostics: DiagnosticsSource['diagnostics'];
  protected readonly reference: string;

  constructor(scope: Construct, id: string, props: SynapseWorkspaceProps) {
    super(scope, id);
    this.validateWorkspaceName(props.workspaceName);
    this.workspaceName = props.workspaceName;
    this.exfiltrationProtection = props.exfiltrationProtection ?? true;

    const workspace = this.createWorkspace(props);
    this.workspaceId = workspace.id;
    this.reference = workspace.name;
    this.identity = new ManagedIdentity(principal, workspace.principalId);
    this.diagnostics = { targetId: workspace.id, logCategories };
    this.dependables = [workspace, ...this.createSettings(workspace, props)];
  }

  private createWorkspace(props: SynapseWorkspaceProps): AzapiResource {
    return new AzapiResource(this, 'Resource', {
      type: `Microsoft.Synapse/workspaces@${synapseApiVersion}`,
      name: props.workspaceName,
      parentId: resourceGroupId(props.place),
      location: props.location,
      tags: props.tags,
      identity: 'SystemAssigned',
      body: {
        properties: {
          defaultDataLakeStorage: {
            accountUrl: `https://${props.dataLake.accountName}.dfs.core.windows.net`,
            filesystem: props.dataLake.synapse.containerName,
          },
          managedVirtualNetwork: 'default',
          managedVirtualNetworkSettings: { preventDataExfiltration: this.exfiltrationProtection },
          publicNetworkAccess: (props.publicAccess ?? false) ? 'Enabled' : 'Disabled',
          sqlAdministratorLogin,
          // From the first moment on; the setting of that name below is what keeps it.
          azureADOnlyAuthentication: true,
        },
      },
      createTimeout: '60m',
    });
  }

  /** Entra ID only comes after its administrator, without whom it is refused. */
  private createSettings(
    parent: AzapiResource,
    { administrator, tenantId }: SynapseWorkspaceProps,
  ): readonly ITerraformDependable[] {
    const administrators =
      administrator === undefined
        ? []
        : [
            new AzapiSingleton(this, 'Administrator', {
              parent,
              type: `Microsoft.Synapse/workspaces/administrators@${synapseApiVersion}`,
              name: 'activeDirectory',
              body: {
                properties: {
                  administratorType: 'ActiveDirectory',
                  login: administrator.displayName,
                  sid: administrator.objectId,
                  tenantId,
                },
              },
              retryOn: synapseBusy,
            }).resource,
          ];
    const entraOnly = new AzapiSingleton(this, 'EntraOnly', {
      parent,
      type: `Microsoft.Synapse/workspaces/azureADOnlyAuthentications@${synapseApiVersion}`,
      name: 'default',
      body: { properties: { azureADOnlyAuthentication: true } },
      dependsOn: administrators,
      retryOn: synapseBusy,
    });
    return [...administrators, entraOnly.resource];
  }

  private validateWorkspaceName(name: string): void {
    if (Token.isUnresolved(name) || refuseName('synapseWorkspace', name) === undefined) return;
    const { minimumLength, maximumLength, rule } = nameLimits.synapseWorkspace;
    throw refuse(this, 'workspaceName', name, `must be ${minimumLength} to ${maximumLength} characters of ${rule}`);
  }
}
