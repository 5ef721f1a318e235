import { withoutComments, type Json } from '../constructs/synthesised';

/**
 * The same stack with every resource as a `terraform_data`, which terraform brings along: same names, references,
 * lifecycles and backend, so that all of these can be planned and applied without a provider. What the provider itself
 * would say about an argument is not tested by this.
 */
export function standIn(stack: Json): Json {
  const resources = withoutComments(stack['resource']) as Record<string, Record<string, Json>>;
  const stoodIn: Record<string, Json> = {};
  for (const [type, byId] of Object.entries(resources)) {
    for (const [id, { lifecycle, ...input }] of Object.entries(byId)) {
      stoodIn[`${type}-${id}`] = { input: redirect(input), lifecycle };
    }
  }
  const { required_providers: _, ...terraform } = stack['terraform'] as Json;
  return { terraform, resource: { terraform_data: stoodIn } };
}

/** `azurerm_x.Id.name` becomes `terraform_data.azurerm_x-Id.output.name`; an id stays an attribute. */
function redirect(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redirect);
  if (typeof value === 'string') {
    return value.replace(/\b(azurerm_\w+)\.(\w+)\.(\w+)/g, (_, type: string, id: string, attribute: string) =>
      attribute === 'id' ? `terraform_data.${type}-${id}.id` : `terraform_data.${type}-${id}.output.${attribute}`,
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redirect(member)]));
}
