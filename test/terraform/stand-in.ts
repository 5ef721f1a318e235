import { withoutComments, type Json } from '../constructs/synthesised';

/**
 * The same stack with every resource as a `terraform_data`, which terraform brings along: same names, references,
 * lifecycles and backend, so that all of these can be planned and applied without a provider. What the provider itself
 * would say about an argument is not tested by this, and what only a provider knows (data sources, computed attributes) is
 * replaced by the attribute's name.
 */
export function standIn(stack: Json): Json {
  const resources = withoutComments(stack['resource']) as Record<string, Record<string, Json>>;
  const stoodIn: Record<string, Json> = {};
  for (const [type, byId] of Object.entries(resources)) {
    for (const [id, { lifecycle, depends_on, ...input }] of Object.entries(byId)) {
      stoodIn[`${type}-${id}`] = {
        input: redirect(input, resources),
        ...(lifecycle === undefined ? {} : { lifecycle }),
        ...(depends_on === undefined ? {} : { depends_on: (depends_on as string[]).map(redirectAddress) }),
      };
    }
  }
  const { required_providers: _, ...terraform } = stack['terraform'] as Json;
  return { terraform, resource: { terraform_data: stoodIn } };
}

function redirectAddress(address: string): string {
  return `terraform_data.${address.replace('.', '-')}`;
}

/** `azurerm_x.Id.name` becomes `terraform_data.azurerm_x-Id.output.name`; an id stays an attribute. */
function redirect(value: unknown, resources: Record<string, Record<string, Json>>): unknown {
  if (Array.isArray(value)) return value.map((member) => redirect(member, resources));
  if (typeof value === 'string') {
    return value.replace(
      /(data\.)?\b((?:azurerm|azapi)_\w+)\.([\w-]+)\.([\w.[\]]+)/g,
      (_, data: string | undefined, type: string, id: string, attribute: string) => {
        const given = data === undefined ? resources[type]?.[id] : undefined;
        if (given !== undefined && attribute === 'id') return `terraform_data.${type}-${id}.id`;
        if (given !== undefined && attribute in given) return `terraform_data.${type}-${id}.output.${attribute}`;
        return `"${attribute}"`;
      },
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redirect(member, resources)]));
}
