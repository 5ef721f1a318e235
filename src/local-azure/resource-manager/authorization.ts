import {
  child,
  json,
  jsonBody,
  ServiceError,
  text,
  UnknownOperation,
  type Json,
  type LocalAnswer,
  type LocalRequest,
} from '../http';
import { isBelow, type StoredAssignment } from '../access/access';
import { parseCondition } from '../access/condition';
import { roleDefinitions, type RoleDefinition } from '../access/role-definitions';
import type { Principal } from '../settings';
import type { ResourcePath } from './resource-id';
import type { Services } from './resource-type';

const namespace = 'Microsoft.Authorization';
const assignmentType = `${namespace}/roleAssignments`;
const definitionType = `${namespace}/roleDefinitions`;
/** Of Privileged Identity Management, which the tenant has no licence for. */
const scheduleTypes = ['roleAssignmentScheduleInstances', 'roleEligibilityScheduleInstances'].map(
  (name) => `${namespace}/${name}`,
);

export const authorizationVersions = [
  '2015-07-01',
  '2018-01-01-preview',
  '2020-04-01-preview',
  '2020-08-01-preview',
  '2020-10-01',
  '2020-10-01-preview',
  '2022-04-01',
  '2022-05-01-preview',
];

/** Whether this file answers for the path. */
export function isAuthorization({ type }: ResourcePath): boolean {
  return [assignmentType, definitionType, ...scheduleTypes].some((known) => known.toLowerCase() === type.toLowerCase());
}

/** Role assignments and role definitions, which extend any scope. The caller has been checked for reading. */
export function answerAuthorization(
  services: Services,
  request: LocalRequest,
  path: ResourcePath,
  principal: Principal,
): LocalAnswer {
  const { method, url } = request;
  if (scheduleTypes.some((known) => known.toLowerCase() === path.type.toLowerCase())) {
    throw new ServiceError(400, 'AadPremiumLicenseRequired', 'The tenant needs to have Microsoft Entra ID P2 license.');
  }
  const operation = `${method} ${path.name === undefined ? 'list' : 'one'}`;
  if (path.type.toLowerCase() === definitionType.toLowerCase()) {
    if (operation === 'GET list') return json(200, { value: findDefinitions(url).map((each) => show(each, services)) });
    const found = roleDefinitions.find(({ id }) => id === path.name?.toLowerCase());
    if (operation === 'GET one' && found !== undefined) return json(200, show(found, services));
    if (operation === 'GET one')
      throw new ServiceError(
        404,
        'RoleDefinitionDoesNotExist',
        `The specified role definition with ID '${path.name}' does not exist.`,
      );
    throw new UnknownOperation(`${method} ${path.type}`);
  }
  const { assignments } = services.access;
  const found = assignments.get(path.id.toLowerCase());
  if (operation === 'GET list') return json(200, { value: listAssignments(services, path, url).map(content) });
  if (operation === 'GET one') {
    if (found !== undefined) return json(200, content(found));
    throw new ServiceError(404, 'RoleAssignmentNotFound', `The role assignment '${path.name}' is not found.`);
  }
  if (operation === 'PUT one') return putAssignment(services, path, jsonBody(request), found);
  if (operation === 'DELETE one') {
    services.access.demand({ principal, action: `${assignmentType}/delete`, scope: path.scope });
    assignments.delete(path.id.toLowerCase());
    return found === undefined ? { status: 204 } : json(200, content(found));
  }
  throw new UnknownOperation(`${method} ${path.type}`);
}

function putAssignment(
  services: Services,
  path: ResourcePath,
  body: Json,
  found: StoredAssignment | undefined,
): LocalAnswer {
  const given = child(body, 'properties');
  const { assignments } = services.access;
  const [principalId, roleDefinitionId] = [text(given['principalId']), text(given['roleDefinitionId'])];
  const role = roleDefinitions.find(({ id }) => roleDefinitionId.toLowerCase().endsWith(`/${id}`));
  if (role === undefined) {
    throw new ServiceError(
      400,
      'RoleDefinitionDoesNotExist',
      `The specified role definition with ID '${roleDefinitionId}' does not exist.`,
    );
  }
  if (services.world.principal(principalId) === undefined && given['principalType'] === undefined) {
    throw new ServiceError(400, 'PrincipalNotFound', `Principal ${principalId} does not exist in the directory.`);
  }
  if (given['condition'] !== undefined) {
    if (given['conditionVersion'] !== '2.0')
      throw new ServiceError(400, 'InvalidConditionVersion', 'The condition version must be 2.0.');
    parseCondition(text(given['condition']));
  }
  const isSame = (each: StoredAssignment): boolean =>
    each.scope.toLowerCase() === path.scope.toLowerCase() &&
    text(each.properties['principalId']).toLowerCase() === principalId.toLowerCase() &&
    text(each.properties['roleDefinitionId']).toLowerCase().endsWith(role.id);
  if (found !== undefined && !isSame(found)) {
    throw new ServiceError(
      400,
      'RoleAssignmentUpdateNotPermitted',
      'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
    );
  }
  if (found === undefined && [...assignments.values()].some(isSame)) {
    throw new ServiceError(409, 'RoleAssignmentExists', 'The role assignment already exists.');
  }
  const stored: StoredAssignment = {
    id: path.id,
    scope: path.scope,
    properties: {
      ...given,
      principalType: given['principalType'] ?? services.world.principal(principalId)?.kind,
      scope: path.scope,
      createdOn: services.world.clock.timestamp(),
      updatedOn: services.world.clock.timestamp(),
    },
    madeAt: found?.madeAt ?? services.world.clock.now(),
  };
  assignments.set(path.id.toLowerCase(), stored);
  return json(201, content(stored));
}

/** `$filter=atScope()`, `principalId eq '…'`, `assignedTo('…')`; those of scopes above count too. */
function listAssignments(services: Services, path: ResourcePath, url: URL): StoredAssignment[] {
  const filter = url.searchParams.get('$filter') ?? '';
  const [, asked, principalId] = /(principalId eq|assignedTo\()\s*'([^']+)'/.exec(filter) ?? [];
  // What a group of somebody's has is assigned to that somebody too.
  const groups = asked === 'assignedTo(' ? services.world.principal(principalId ?? '')?.groups : undefined;
  const wanted = principalId === undefined ? undefined : [principalId, ...(groups ?? [])];
  return [...services.access.assignments.values()].filter(
    ({ scope, properties }) =>
      (isBelow(path.scope, scope) || (!filter.includes('atScope()') && isBelow(scope, path.scope))) &&
      (wanted === undefined || wanted.includes(text(properties['principalId']))),
  );
}

function findDefinitions(url: URL): readonly RoleDefinition[] {
  const [, name] = /roleName eq '([^']+)'/.exec(url.searchParams.get('$filter') ?? '') ?? [];
  return roleDefinitions.filter((each) => name === undefined || each.name === name);
}

function show(role: RoleDefinition, { world }: Services) {
  const id = `/subscriptions/${world.settings.subscriptionId}/providers/${definitionType}/${role.id}`;
  const { actions, notActions = [], dataActions } = role;
  return {
    id,
    type: definitionType,
    name: role.id,
    properties: {
      roleName: role.name,
      type: 'BuiltInRole',
      description: role.name,
      assignableScopes: ['/'],
      permissions: [{ actions, notActions, dataActions, notDataActions: [] }],
    },
  };
}

function content({ id, properties }: StoredAssignment) {
  return { id, type: assignmentType, name: id.slice(id.lastIndexOf('/') + 1), properties };
}
