import { Construct } from 'constructs';
import { AzapiDataPlaneResource, AzapiUpdateResource, DataAzapiResourceAction } from '../core/azapi';
import type { ITerraformDependable } from '../core/cdktf';
import { refuse } from '../core/refuse';
import type { ISynapseWorkspace } from '../synapse/synapse-workspace';

/** What the managed network of a workspace reaches, with the types that Azure keeps their connections under. */
const services = {
  dfs: 'Microsoft.Storage/storageAccounts@2023-05-01',
  blob: 'Microsoft.Storage/storageAccounts@2023-05-01',
  vault: 'Microsoft.KeyVault/vaults@2023-07-01',
} as const;

export type ManagedService = keyof typeof services;

export interface ManagedTarget {
  readonly service: ManagedService;
  /** ARM id of the account or vault. */
  readonly targetId: string;
  /** Whether it is ours to approve; otherwise its owner does (`insights doctor` prints how). @default true */
  readonly approve?: boolean;
}

export interface ManagedEndpointsProps {
  readonly workspace: ISynapseWorkspace;
  readonly targets: readonly ManagedTarget[];
  /** `AwaitWorkspace` and the deployers' role: endpoints are made on the development endpoint (ORDER1). */
  readonly after: readonly ITerraformDependable[];
}

/** Instead of null, which would stop a destroy: it is part of an id. */
const absent = 'none';

/** The name that Azure gives to the managed network of every workspace. */
const managedNetwork = 'default';

/**
 * The ways out of the workspace's managed network, and their approval (NET3). An endpoint starts pending at its target, where
 * it shows as a connection with a name of Azure's own; ours is found by the endpoint's name, which the connection's endpoint
 * id ends with. Not by its state, which the approval changes: the next plan would look for it in vain. Where several end with it,
 * none is approved: anybody may ask an account for a connection, and call the endpoint of it as they like.
 *
 * @example
 * new ManagedEndpoints(this, 'ManagedEndpoints', {
 *   workspace, targets: [{ service: 'dfs', targetId: lake.accountId }], after: [awaitWorkspace],
 * }).approved;
 */
export class ManagedEndpoints extends Construct {
  /** What whoever reads the lake waits for: the approvals, or the endpoint itself where the approval is not ours. */
  readonly approved: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ManagedEndpointsProps) {
    super(scope, id);
    this.validateTargets(props.targets);
    this.approved = props.targets.map((target) => {
      const way = new Construct(this, target.service);
      const endpoint = this.createEndpoint(way, props, target);
      return (target.approve ?? true) ? this.approve(way, endpoint, props.workspace, target) : endpoint;
    });
  }

  private createEndpoint(
    way: Construct,
    { workspace, after }: ManagedEndpointsProps,
    { service, targetId }: ManagedTarget,
  ): AzapiDataPlaneResource {
    return new AzapiDataPlaneResource(way, 'Resource', {
      type: 'Microsoft.Synapse/workspaces/managedVirtualNetworks/managedPrivateEndpoints@2020-12-01',
      name: endpointName(workspace, service),
      parentId: `${workspace.developmentHost}/managedVirtualNetworks/${managedNetwork}`,
      body: { properties: { privateLinkResourceId: targetId, groupId: service } },
      createTimeout: '30m',
      dependsOn: [...after],
    });
  }

  private approve(
    way: Construct,
    endpoint: AzapiDataPlaneResource,
    workspace: ISynapseWorkspace,
    { service, targetId }: ManagedTarget,
  ): ITerraformDependable {
    const name = endpointName(workspace, service);
    const connection = new DataAzapiResourceAction(way, 'Connection', {
      type: services[service],
      resourceId: targetId,
      action: 'privateEndpointConnections',
      method: 'GET',
      exportValues: {
        name: onlyConnectionOf(name),
        // A constant, so that the list waits for the endpoint, and for nothing else that a plan changes.
        endpoint: `'${endpoint.id}'`,
      },
    });
    const [type, apiVersion] = services[service].split('@');
    return new AzapiUpdateResource(way, 'Approval', {
      type: `${type}/privateEndpointConnections@${apiVersion}`,
      resourceId: `${targetId}/privateEndpointConnections/${connection.output('name')}`,
      body: {
        properties: { privateLinkServiceConnectionState: { status: 'Approved', description: `Endpoint ${name}` } },
      },
      // Not of the list, which would then wait for every change that a plan makes before it.
      lifecycle: {
        precondition: [
          {
            condition: `\${${connection.fqn}.output.name != "${absent}"}`,
            errorMessage: `The private endpoint ${name} does not show at its target, or not alone. Deploy again in some minutes; if it was removed there, delete it in Synapse Studio first; if others are called alike there, reject them.`,
          },
        ],
      },
    });
  }

  private validateTargets(targets: readonly ManagedTarget[]): void {
    const given = targets.map(({ service }) => service);
    if (new Set(given).size === given.length) return;
    throw refuse(this, 'targets', given, 'must have each service once');
  }
}

/** JMESPath: the name of the one connection whose endpoint is called so, else `absent`. */
function onlyConnectionOf(name: string): string {
  const named = `value[?ends_with(not_null(properties.privateEndpoint.id, ''), '${name}')].name`;
  return `[not_null(${named}, \`[]\`)] | [?length(@) == \`1\`] | [0][0] || '${absent}'`;
}

/** Holds the workspace's name, because a target may have endpoints of several. */
function endpointName(workspace: ISynapseWorkspace, service: ManagedService): string {
  return `pe-${workspace.workspaceName}-${service}`;
}
