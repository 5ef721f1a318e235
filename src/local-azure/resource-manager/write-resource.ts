import { randomUUID } from 'node:crypto';
import { child, ServiceError, text, type Json } from '../http';
import type { Principal } from '../settings';
import { groupType, parseResourcePath, type ResourcePath } from './resource-id';
import type { ResourceContent } from './resource-store';
import type { Change, ResourceType, Services } from './resource-type';

/** Members of a body that are kept beside its properties. */
const keptMembers = ['location', 'tags', 'kind', 'sku', 'plan', 'zones', 'managedBy', 'eTag'] as const;

/**
 * Checks a writing as the resource manager does for every type, then as the type does; gives what is to be kept.
 * @throws ServiceError in the order of Azure: parents, name, place, what cannot change, content
 */
export async function acceptChange(
  type: ResourceType,
  change: Change,
  exists: (id: string) => boolean,
): Promise<ResourceContent> {
  const { path, services, before } = change;
  const parent = path.parentId === undefined ? undefined : parseResourcePath(path.parentId);
  if (parent?.name !== undefined && !exists(parent.id)) throw groupOrParentMissing(parent);
  const group = parseResourcePath(`/subscriptions/${path.subscriptionId}/resourceGroups/${path.resourceGroup}`);
  if (path.resourceGroup !== undefined && path.type !== groupType && group !== undefined && !exists(group.id)) {
    throw groupOrParentMissing(group);
  }
  refuseName(type, change);
  refusePlace(type, change);
  refuseFixed(type, change);
  const content: ResourceContent = {
    ...Object.fromEntries(
      keptMembers.flatMap((key) => (change.body[key] === undefined ? [] : [[key, change.body[key]]])),
    ),
    ...identity(change),
    properties: { ...child(change.body, 'properties'), provisioningState: 'Succeeded' },
    id: before?.id ?? path.id,
    name: before?.name ?? path.name,
    type: type.type,
  };
  return {
    ...content,
    ...(await type.accept?.({ ...change, body: { ...change.body, ...content } })),
    etag: etag(services),
  };
}

function etag(services: Services): string {
  return `W/"${services.world.clock.now().toString(16)}-${randomUUID().slice(0, 8)}"`;
}

function refuseName({ name: limit, isGlobal = false, type }: ResourceType, { path, services, before }: Change): void {
  const { name } = path;
  const isFit =
    limit === undefined ||
    (name.length >= limit.minimumLength && name.length <= limit.maximumLength && limit.pattern.test(name));
  if (!isFit) {
    throw new ServiceError(
      400,
      'InvalidResourceName',
      `The name '${name}' of ${type} is invalid: ${limit.minimumLength} to ${limit.maximumLength} characters of ${limit.rule}.`,
    );
  }
  if (!isGlobal || before !== undefined || services.store.named(type, name) === undefined) return;
  throw new ServiceError(409, 'NameAlreadyInUse', `The name '${name}' of ${type} is already taken.`);
}

function refusePlace({ needsLocation = false }: ResourceType, { path, body, before }: Change): void {
  const [given, known] = [normalLocation(body['location']), normalLocation(before?.['location'])];
  if (needsLocation && given === '') {
    throw new ServiceError(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  if (known === '' || given === '' || given === known) return;
  throw new ServiceError(
    409,
    'InvalidResourceLocation',
    `The resource '${path.name}' already exists in location '${known}'. A resource with the same name cannot be created in location '${given}'.`,
  );
}

/** `West Europe` and `westeurope` are one. */
function normalLocation(location: unknown): string {
  return text(location).replaceAll(' ', '').toLowerCase();
}

function refuseFixed({ fixed = [] }: ResourceType, { body, before }: Change): void {
  if (before === undefined) return;
  for (const member of fixed) {
    const [old, given] = [valueAt(before, member), valueAt(body, member)];
    if (given === undefined || JSON.stringify(given) === JSON.stringify(old)) continue;
    throw new ServiceError(409, 'PropertyChangeNotAllowed', `Changing property '${member}' is not allowed.`);
  }
}

function valueAt(content: Json, member: string): unknown {
  return member.split('.').reduce<unknown>((value, name) => child({ value }, 'value')[name], content);
}

/** A system-assigned identity keeps its object id for as long as the resource is there; a new resource has another. */
function identity({ body, before, path, services }: Change): Json {
  const asked = text(child(body, 'identity')['type']);
  if (asked === '' && before?.['identity'] === undefined) return {};
  const known = text(child(before, 'identity')['principalId']);
  if (!asked.includes('SystemAssigned') && known === '') return {};
  const principalId = known === '' ? randomUUID() : known;
  const principal: Principal = { objectId: principalId, kind: 'ServicePrincipal', displayName: path.name };
  services.world.collection<Principal>('identities').set(principalId, principal);
  return { identity: { type: 'SystemAssigned', principalId, tenantId: services.world.settings.tenantId } };
}

/** What is said of a resource whose group, or whose parent, is not there. */
export function groupOrParentMissing(parent: ResourcePath): ServiceError {
  if (parent.type.toLowerCase() === 'microsoft.resources/resourcegroups') {
    return new ServiceError(404, 'ResourceGroupNotFound', `Resource group '${parent.name}' could not be found.`);
  }
  return new ServiceError(
    404,
    'ParentResourceNotFound',
    `Failed to perform operation on nested resource. The parent resource '${parent.id}' does not exist.`,
  );
}
