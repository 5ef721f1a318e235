import { withoutComments, type Json } from '../constructs/synthesised';

/**
 * The same stack with every resource as a `terraform_data`, which terraform brings along: same names, references,
 * lifecycles and backend, so that all of these can be planned and applied without a provider; no command is run. What the provider itself
 * would say about an argument is not tested by this, and what only a provider knows (data sources, computed attributes) is
 * replaced by the attribute's name.
 */
export function standIn(stack: Json): Json {
  const resources = withoutComments(stack['resource']) as Record<string, Record<string, Json>>;
  const stoodIn: Record<string, Json> = {};
  for (const [type, byId] of Object.entries(resources)) {
    for (const [id, { lifecycle, depends_on, provisioner: _, ...input }] of Object.entries(byId)) {
      stoodIn[`${type}-${id}`] = {
        input: redirect(input, resources),
        ...(lifecycle === undefined ? {} : { lifecycle: redirectLifecycle(lifecycle as Json) }),
        ...(depends_on === undefined ? {} : { depends_on: (depends_on as string[]).map(redirectAddress) }),
      };
    }
  }
  const { required_providers: _, ...terraform } = stack['terraform'] as Json;
  const { variable } = stack;
  return { terraform, ...(variable === undefined ? {} : { variable }), resource: { terraform_data: stoodIn } };
}

/** Without conditions, which look at what a provider gives back. */
function redirectLifecycle({ precondition: _, postcondition: __, replace_triggered_by, ...lifecycle }: Json): Json {
  if (replace_triggered_by === undefined) return lifecycle;
  // An attribute is left out: the stand-in has others than the resource.
  const addresses = (replace_triggered_by as string[]).map((address) => address.split('.').slice(0, 2).join('.'));
  return { ...lifecycle, replace_triggered_by: addresses.map(redirectAddress) };
}

function redirectAddress(address: string): string {
  return `terraform_data.${address.replace('.', '-')}`;
}

function refersOrIsShort(member: unknown, index: number): boolean {
  return index < 10 || typeof member !== 'string' || member.includes('${');
}

/** `azurerm_x.Id.name` becomes `terraform_data.azurerm_x-Id.output.name`; an id stays an attribute. */
function redirect(value: unknown, resources: Record<string, Record<string, Json>>): unknown {
  // A state with every line of every notebook is written anew for each resource; only what refers to something counts here.
  if (Array.isArray(value)) return value.filter(refersOrIsShort).map((member) => redirect(member, resources));
  if (typeof value === 'string') {
    return value.replace(
      /(data\.)?\b((?:azurerm|azapi|terraform)_\w+)\.([\w-]+)\.([\w.[\]]+)/g,
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
