import {
  child,
  decoded,
  json,
  jsonBody,
  pageOf,
  ServiceError,
  text,
  UnknownOperation,
  type Json,
  type LocalAnswer,
  type LocalRequest,
} from '../http';
import type { Principal } from '../settings';
import { answerAuthorization, authorizationVersions, isAuthorization } from './authorization';
import { refuseLocked } from './locks';
import { Operations } from './long-running';
import { PendingChanges } from './pending-changes';
import { refuseUnregistered } from './provider-registration';
import { checkEtag, checkVersion } from './request-checks';
import { metadataEndpoints, subscriptionRoutes, type Route } from './subscription';
import { groupType, parseResourcePath, type ResourcePath } from './resource-id';
import type { ResourceContent } from './resource-store';
import type { ResourceType, Services } from './resource-type';
import { acceptChange, groupOrParentMissing } from './write-resource';

export const resourceManagerHost = 'management.azure.com';
const audiences = ['https://management.azure.com', 'https://management.core.windows.net'].flatMap((audience) => [
  audience,
  `${audience}/`,
]);

/** A resource that is named, of a known type. */
export interface Target {
  readonly path: ResourcePath & { readonly name: string };
  readonly type: ResourceType;
  readonly apiVersion: string;
}

/**
 * Azure's resource manager: a store of resources whose types say what is special about them, with parents, names,
 * api-versions, rights, locks and long-running operations the same for all.
 */
export class ResourceManager {
  readonly operations: Operations;
  private readonly types: ReadonlyMap<string, ResourceType>;
  private readonly pending: PendingChanges;

  constructor(
    private readonly services: Services,
    types: readonly ResourceType[],
    private readonly routes: readonly Route[],
  ) {
    this.operations = new Operations(services.world);
    this.pending = new PendingChanges(services.world, this.operations);
    this.types = new Map(types.map((type) => [type.type.toLowerCase(), type]));
  }

  async handle(request: LocalRequest): Promise<LocalAnswer> {
    const pathname = decoded(request.url.pathname)
      .replace(/\/{2,}/g, '/')
      .replace(/\/$/, '');
    if (request.method === 'GET' && pathname === '/metadata/endpoints') return metadataEndpoints();
    const principal = this.services.tokens.authenticate(request, audiences);
    for (const { id, query } of this.pending.takeEnded()) await this.delete(id, query);
    for (const route of [...subscriptionRoutes, ...this.routes]) {
      const match = request.method === route.method ? route.pattern.exec(pathname) : null;
      if (match === null) continue;
      checkVersion(request, pathname, route.versions);
      return route.answer({ services: this.services, operations: this.operations, principal, request, match });
    }
    const path = parseResourcePath(pathname);
    if (path === undefined) throw this.unknown(request, pathname);
    this.refuseOtherSubscription(path);
    if (isAuthorization(path)) {
      checkVersion(request, path.type, authorizationVersions);
      const verb = request.method === 'PUT' ? 'write' : 'read';
      this.services.access.demand({ principal, action: `${path.type}/${verb}`, scope: path.scope });
      if (request.method !== 'GET') refuseLocked(this.services.store, path.id, request.method);
      const isList = request.method === 'GET' && path.name === undefined;
      if (request.method === 'PUT' || isList) this.refuseAbsentScope(path.scope);
      return answerAuthorization(this.services, request, path, principal);
    }
    const type = this.types.get(path.type.toLowerCase());
    if (type === undefined) return this.act(request, path, principal);
    const apiVersion = checkVersion(request, type.type, type.versions);
    if (path.name === undefined) return this.list(request, path, type, principal);
    return this.one(request, { path: { ...path, name: path.name }, type, apiVersion }, principal);
  }

  /** What is kept of a resource, a singleton that was never written included. */
  find(id: string): ResourceContent | undefined {
    const stored = this.services.store.get(id);
    if (stored !== undefined) return stored.content;
    const path = parseResourcePath(id);
    const type = this.types.get(path?.type.toLowerCase() ?? '');
    const parent = path?.parentId === undefined ? undefined : this.find(path.parentId);
    if (path?.name === undefined || type === undefined || parent === undefined) return undefined;
    const initial = type.initial?.(parent, this.services, path.name);
    if (initial === undefined) return undefined;
    return { id: path.id, name: path.name, type: type.type, properties: {}, ...initial };
  }

  private async one(request: LocalRequest, target: Target, principal: Principal): Promise<LocalAnswer> {
    const { path, type } = target;
    const verb = { GET: 'read', HEAD: 'read', PUT: 'write', PATCH: 'write', DELETE: 'delete' }[request.method];
    if (verb === undefined) throw this.unknown(request, path.id);
    this.services.access.demand({ principal, action: `${type.type}/${verb}`, scope: path.id });
    if (verb === 'read') return json(200, this.show(this.present(target), this.pending.ask(path.id)));
    if (type.isReadOnly === true || (request.method === 'PATCH' && type.isPatchable !== true)) {
      throw this.unknown(request, path.id);
    }
    refuseUnregistered(this.services.world, type.type);
    refuseLocked(this.services.store, path.id, request.method);
    this.pending.refuse(path.id);
    if (verb === 'delete') return this.remove(target, request, principal);
    const before = this.find(path.id);
    if (request.method === 'PATCH' && before === undefined) throw absent(target);
    checkEtag(request, before);
    const body = jsonBody(request);
    const sent = request.method === 'PATCH' ? merged(before ?? {}, body) : body;
    const change = { services: this.services, path, principal, body: sent, before };
    const content = await acceptChange(type, change, (id) => this.find(id) !== undefined);
    this.services.store.put(content);
    if (request.method === 'PATCH') return json(200, this.show(content));
    return this.written(target, content, before !== undefined);
  }

  private written({ type, apiVersion }: Target, content: ResourceContent, isChange: boolean): LocalAnswer {
    const status = isChange && type.createdStatus !== 202 ? 200 : (type.createdStatus ?? 201);
    if (type.isLongRunning !== true) return json(status, this.show(content));
    const { id } = this.operations.start(this.show(content));
    const state = isChange ? 'Updating' : (type.creatingState ?? 'Creating');
    const isGoingOn = this.operations.isGoingOn(id);
    if (isGoingOn) this.pending.start(content, state, id);
    const shown = this.show(content, isGoingOn ? state : undefined);
    return json(status, shown, this.operationHeaders(id, content.type, apiVersion));
  }

  private async remove(
    { path, type, apiVersion }: Target,
    { url }: LocalRequest,
    principal: Principal,
  ): Promise<LocalAnswer> {
    const found = this.services.store.get(path.id);
    if (found === undefined) return { status: 204 };
    type.beforeDelete?.(found.content, this.services, principal);
    if (type.deletesSlowly !== true) {
      await this.delete(path.id, url.search);
      return { status: 200 };
    }
    const { id } = this.operations.start();
    if (this.operations.isGoingOn(id)) this.pending.start(found.content, 'Deleting', id, url.search);
    else await this.delete(path.id, url.search);
    return json(202, undefined, this.operationHeaders(id, type.type, apiVersion));
  }

  private async delete(id: string, query: string | undefined): Promise<void> {
    const { world, store, access } = this.services;
    for (const { content } of store.remove(id)) {
      // The identity of a resource is nobody once the resource is gone.
      world.collection('identities').delete(text(child(content, 'identity')['principalId']));
      await this.types
        .get(content.type.toLowerCase())
        ?.afterDelete?.(content, this.services, new URLSearchParams(query));
    }
    access.removeBelow(id);
  }

  private operationHeaders(id: string, type: string, apiVersion: string): Readonly<Record<string, string>> {
    const [namespace] = type.split('/');
    const { subscriptionId } = this.services.world.settings;
    const base = `https://${resourceManagerHost}/subscriptions/${subscriptionId}/providers/${namespace}`;
    return {
      'azure-asyncoperation': `${base}/operationStatuses/${id}?api-version=${apiVersion}`,
      location: `${base}/operationResults/${id}?api-version=${apiVersion}`,
      'retry-after': '0',
    };
  }

  private list(request: LocalRequest, path: ResourcePath, type: ResourceType, principal: Principal): LocalAnswer {
    if (request.method !== 'GET') throw this.unknown(request, path.id);
    const scope = path.parentId ?? path.scope;
    this.services.access.demand({ principal, action: `${type.type}/read`, scope });
    const parent = parseResourcePath(scope);
    if (parent?.name !== undefined && this.find(scope) === undefined) throw groupOrParentMissing(parent);
    const found = this.services.store.ofType(type.type, scope).map(({ content }) => this.show(content));
    return json(200, pageOf(found, request.url));
  }

  /** `…/vaults/kv/listKeys`: something done with a resource, or asked of it. */
  private act(request: LocalRequest, path: ResourcePath, principal: Principal): LocalAnswer | Promise<LocalAnswer> {
    const isAction = path.name === undefined && path.parentId !== undefined;
    const parent = isAction ? parseResourcePath(path.parentId ?? '') : undefined;
    const type = this.types.get(parent?.type.toLowerCase() ?? '');
    const name = path.id.slice(path.id.lastIndexOf('/') + 1);
    const known = Object.entries(type?.actions ?? {}).find(
      ([action]) => action.toLowerCase() === `${request.method} ${name}`.toLowerCase(),
    );
    if (type === undefined || parent?.name === undefined || known === undefined) throw this.unknown(request, path.id);
    const apiVersion = checkVersion(request, type.type, type.versions);
    const resource = this.present({ path: { ...parent, name: parent.name }, type, apiVersion });
    const verb = request.method === 'GET' ? 'read' : 'action';
    this.services.access.demand({ principal, action: `${type.type}/${name}/${verb}`, scope: parent.id });
    // A lock against writing also holds what is done by POST, such as listing keys.
    if (request.method === 'POST') refuseLocked(this.services.store, parent.id, request.method);
    return known[1]({ services: this.services, principal, resource, request });
  }

  private present(target: Target): ResourceContent {
    const found = this.find(target.path.id);
    if (found !== undefined) return found;
    const { path } = target;
    const parent = path.parentId === undefined ? undefined : parseResourcePath(path.parentId);
    if (parent?.name !== undefined && this.find(parent.id) === undefined) throw groupOrParentMissing(parent);
    throw absent(target);
  }

  /** @param provisioningState of a change that goes on. @default that of the content */
  private show(content: ResourceContent, provisioningState?: string): Json {
    const shown = this.types.get(content.type.toLowerCase())?.show?.(content, this.services) ?? content;
    if (provisioningState === undefined) return shown;
    return { ...shown, properties: { ...child(shown, 'properties'), provisioningState } };
  }

  /** A right is given, and looked for, at something that is there. */
  private refuseAbsentScope(scope: string): void {
    const path = parseResourcePath(scope);
    if (path?.name === undefined || this.find(path.id) !== undefined) return;
    const type = this.types.get(path.type.toLowerCase());
    if (type !== undefined) throw absent({ path: { ...path, name: path.name }, type });
  }

  private refuseOtherSubscription({ subscriptionId }: ResourcePath): void {
    if (subscriptionId === undefined || subscriptionId === this.services.world.settings.subscriptionId) return;
    throw new ServiceError(404, 'SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`);
  }

  private unknown(request: LocalRequest, path: string): UnknownOperation {
    return new UnknownOperation(`${request.method} https://${resourceManagerHost}${path}`);
  }
}

function absent({ path, type }: Pick<Target, 'path' | 'type'>): ServiceError {
  if (type.type === groupType) return groupOrParentMissing(path);
  const group = path.resourceGroup === undefined ? '' : ` under resource group '${path.resourceGroup}'`;
  const code = type.absentCode ?? 'ResourceNotFound';
  return new ServiceError(404, code, `The Resource '${type.type}/${path.name}'${group} was not found.`);
}

/** A PATCH: members of objects one by one, anything else as a whole. */
function merged(before: Json, change: Json): Json {
  const isObject = (value: unknown): value is Json =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(change)])].map((key) => {
      const [old, given] = [before[key], change[key]];
      if (key === 'tags' || !isObject(old) || !isObject(given)) return [key, key in change ? given : old];
      return [key, merged(old, given)];
    }),
  );
}
