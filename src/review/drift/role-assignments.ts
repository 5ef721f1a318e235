import { listAll } from '../../operations/rest-client';
import type { DriftPlace } from './drift';

/** Ids of the roles that this project gives, by their names; the same in every tenant. */
export const roleIds: Readonly<Record<string, string>> = {
  'Storage Blob Data Reader': '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6',
};

/** A role assignment in the resource group. */
export interface Assignment {
  readonly principal: string;
  readonly role: string;
  /** Container, or name of the resource. */
  readonly on: string;
  readonly condition: string;
  /** ARM id; undefined for one that is only planned. */
  readonly id?: string;
}

/** The container of a scope, by name or by Terraform's reference to it; else the name of the resource. */
export function targetOf(scope: string): string {
  const container = /azurerm_storage_container\.DataLake_(\w+?)_[0-9A-F]{8}/.exec(scope)?.[1];
  return container ?? scope.slice(scope.lastIndexOf('/') + 1);
}

/** `Storage Blob Data Reader for <principal> on <container>`, for people. */
export function describeAssignment({ principal, role, on }: Pick<Assignment, 'principal' | 'role' | 'on'>): string {
  const name = Object.entries(roleIds).find(([, id]) => id === role)?.[0] ?? role;
  return `${name} for ${principal} on ${on}`;
}

/** ARM URL of the resource group. */
export function groupUrl({
  subscriptionId,
  resourceGroup,
}: Pick<DriftPlace, 'subscriptionId' | 'resourceGroup'>): string {
  return `https://management.azure.com/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
}

interface ListedAssignment {
  readonly id?: string;
  readonly properties: {
    readonly principalId: string;
    readonly roleDefinitionId: string;
    readonly scope: string;
    readonly condition?: string | null;
  };
}

/** The role assignments in the resource group; those above it are somebody else's. None where there is no group. */
export async function actualAssignments({
  resourceManager,
  ...place
}: Pick<DriftPlace, 'resourceManager' | 'subscriptionId' | 'resourceGroup'>): Promise<readonly Assignment[]> {
  const group = `/resourceGroups/${place.resourceGroup}/`.toLowerCase();
  const url = `${groupUrl(place)}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`;
  const listed = await listAll<ListedAssignment>(resourceManager, url);
  return listed
    .filter(({ properties: { scope } }) => `${scope}/`.toLowerCase().includes(group))
    .map(({ id, properties: { principalId, roleDefinitionId, scope, condition } }) => ({
      principal: principalId,
      role: roleDefinitionId.slice(roleDefinitionId.lastIndexOf('/') + 1),
      on: targetOf(scope),
      condition: condition ?? '',
      ...(id === undefined ? {} : { id }),
    }));
}
