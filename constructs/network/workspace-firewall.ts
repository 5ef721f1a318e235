import { Construct } from 'constructs';
import { parseAddressRange } from '../../src/contract/address-range';
import { AzapiResource } from '../core/azapi';
import type { ITerraformDependable } from '../core/cdktf';
import { refuse } from '../core/refuse';
import { synapseApiVersion, synapseBusy } from '../synapse/synapse-api';
import type { ISynapseWorkspace } from '../synapse/synapse-workspace';

export interface WorkspaceFirewallProps {
  /** One of ours: somebody else's firewall is checked and never written (OWN3). */
  readonly workspace: ISynapseWorkspace;
  /** Public IPv4 addresses and networks, such as `203.0.113.7` and `203.0.113.0/24`. */
  readonly addresses: readonly string[];
}

/**
 * The way in of `network.access: addresses` (NET1): a rule per listed address and nothing else; the rule that lets all of
 * Azure in is never made. A rule works some minutes after it is done (ORDER1), so `AwaitWorkspace` waits for `dependables`.
 *
 * @example
 * new WorkspaceFirewall(this, 'Firewall', { workspace, addresses: ['203.0.113.7'] });
 */
export class WorkspaceFirewall extends Construct {
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: WorkspaceFirewallProps) {
    super(scope, id);
    this.dependables = [...new Set(props.addresses)].map((address) => this.createRule(props.workspace, address));
  }

  /** Named after the address, so that another order of the list moves nothing. */
  private createRule(workspace: ISynapseWorkspace, address: string): AzapiResource {
    const range = parseAddressRange(address);
    if (range === undefined) {
      throw refuse(this, 'addresses', address, 'must be a public IPv4 address, or a network of at most 30 bits');
    }
    const name = `allow-${address.replace(/[./]/g, '-')}`;
    return new AzapiResource(this, name, {
      type: `Microsoft.Synapse/workspaces/firewallRules@${synapseApiVersion}`,
      name,
      parentId: workspace.workspaceId,
      body: { properties: { startIpAddress: range.first, endIpAddress: range.last } },
      dependsOn: [...workspace.dependables],
      retryOn: synapseBusy,
    });
  }
}
