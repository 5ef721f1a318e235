/** Where a resource is: a token or a GUID, and the name of its group. */
export interface ResourcePlace {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
}

/**
 * The ARM id of a resource from its names: of what is not in this stack, or not there yet (NET4).
 * @param type such as `Microsoft.Synapse/workspaces`, or `Microsoft.Network/virtualNetworks/subnets` with a name per part.
 */
export function resourceId(place: ResourcePlace, type: string, ...names: readonly string[]): string {
  const [namespace = '', ...kinds] = type.split('/');
  const path = kinds.map((kind, index) => `${kind}/${names[index] ?? ''}`).join('/');
  return `${resourceGroupId(place)}/providers/${namespace}/${path}`;
}

/** The ARM id of a resource group: the parent of resources that have no other. */
export function resourceGroupId({ subscriptionId, resourceGroupName }: ResourcePlace): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}`;
}
