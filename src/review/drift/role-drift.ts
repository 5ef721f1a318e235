import { textOf, type StackResource } from '../stacks';
import type { Comparison, Drift, DriftPlace } from './drift';

/** Ids of the roles that this project gives, by their names; the same in every tenant. */
const roleIds: Readonly<Record<string, string>> = {
  'Storage Blob Data Reader': '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6',
};

interface Assignment {
  readonly principal: string;
  readonly role: string;
  /** Container, or name of the resource. */
  readonly on: string;
  readonly condition: string;
}

/** Compares the role assignments in the resource group; those above it are somebody else's. */
export async function roleDrift(resources: readonly StackResource[], place: DriftPlace): Promise<Comparison> {
  const identities = await identitiesOf(place);
  const expected = resources
    .filter(({ type }) => type === 'azurerm_role_assignment')
    .map((resource) => expectedAssignment(resource, identities));
  const actual = await actualAssignments(place);
  const drifts = [
    ...expected.flatMap((wanted): Drift[] => {
      const found = actual.find((one) => isSame(one, wanted));
      if (found === undefined) return [toDrift('missing', wanted, 'is not assigned')];
      return found.condition === wanted.condition ? [] : [toDrift('changed', wanted, 'has another condition')];
    }),
    ...actual
      .filter((one) => !expected.some((wanted) => isSame(one, wanted)))
      .map((one) => toDrift('added', one, 'was assigned by somebody else')),
  ];
  return { compared: expected.length, drifts };
}

function isSame(one: Assignment, other: Assignment): boolean {
  return one.principal === other.principal && one.role === other.role && one.on === other.on;
}

function toDrift(change: Drift['change'], { principal, role, on }: Assignment, detail: string): Drift {
  const name = Object.entries(roleIds).find(([, id]) => id === role)?.[0] ?? role;
  return { kind: 'role', at: `${name} for ${principal} on ${on}`, change, detail };
}

function expectedAssignment({ body }: StackResource, identities: Readonly<Record<string, string>>): Assignment {
  const principal = textOf(body['principal_id']);
  const identity = principal.includes('azurerm_data_share_account') ? 'share' : 'workspace';
  const role = textOf(body['role_definition_name']);
  return {
    principal: principal.startsWith('${') ? (identities[identity] ?? identity) : principal,
    role: roleIds[role] ?? role,
    on: targetOf(textOf(body['scope'])),
    condition: textOf(body['condition']),
  };
}

/** The container of a scope, by name or by Terraform's reference to it; else the name of the resource. */
function targetOf(scope: string): string {
  const container = /azurerm_storage_container\.DataLake_(\w+?)_[0-9A-F]{8}/.exec(scope)?.[1];
  return container ?? scope.slice(scope.lastIndexOf('/') + 1);
}

async function identitiesOf(place: DriftPlace): Promise<Readonly<Record<string, string>>> {
  const { synapseWorkspace, dataShareAccount } = place;
  const [workspace, share] = [
    await identityOf(place, `Microsoft.Synapse/workspaces/${synapseWorkspace}?api-version=2021-06-01`),
    await identityOf(place, `Microsoft.DataShare/accounts/${dataShareAccount}?api-version=2021-08-01`),
  ];
  return {
    ...(workspace === undefined ? {} : { workspace }),
    ...(share === undefined ? {} : { share }),
  };
}

async function identityOf({ resourceManager, ...place }: DriftPlace, path: string): Promise<string | undefined> {
  const url = `${groupUrl(place)}/providers/${path}`;
  const { body } = await resourceManager.send({ method: 'GET', url, accept: [200, 404] });
  return (body as { readonly identity?: { readonly principalId?: string } } | undefined)?.identity?.principalId;
}

/** ARM URL of the resource group. */
export function groupUrl({
  subscriptionId,
  resourceGroup,
}: Pick<DriftPlace, 'subscriptionId' | 'resourceGroup'>): string {
  return `https://management.azure.com/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
}

interface AssignmentPage {
  readonly value?: readonly {
    readonly properties: {
      readonly principalId: string;
      readonly roleDefinitionId: string;
      readonly scope: string;
      readonly condition?: string | null;
    };
  }[];
  readonly nextLink?: string;
}

async function actualAssignments({ resourceManager, ...place }: DriftPlace): Promise<readonly Assignment[]> {
  const group = `/resourceGroups/${place.resourceGroup}/`.toLowerCase();
  const found: Assignment[] = [];
  let url: string | undefined =
    `${groupUrl(place)}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`;
  while (url !== undefined) {
    const { body } = await resourceManager.send({ method: 'GET', url });
    const page = body as AssignmentPage;
    for (const { properties } of page.value ?? []) {
      const { principalId, roleDefinitionId, scope, condition } = properties;
      if (!`${scope}/`.toLowerCase().includes(group)) continue;
      const role = roleDefinitionId.slice(roleDefinitionId.lastIndexOf('/') + 1);
      found.push({ principal: principalId, role, on: targetOf(scope), condition: condition ?? '' });
    }
    url = page.nextLink;
  }
  return found;
}
