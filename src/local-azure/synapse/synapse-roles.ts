import {
  json,
  jsonBody,
  ServiceError,
  text,
  UnknownOperation,
  type Json,
  type LocalAnswer,
  type LocalRequest,
} from '../http';
import type { Principal } from '../settings';
import type { World } from '../world';
import { administratorRole, changeWorkspace, workspaceContent, type SynapseAssignment } from './workspace-state';

/** What a role of a workspace allows. */
export type SynapseAction =
  | 'read'
  | 'artifacts/read'
  | 'artifacts/write'
  | 'credentials/useSecret'
  | 'runs/cancel'
  | 'roleAssignments/write'
  | 'managedPrivateEndpoint/write';

interface SynapseRole {
  readonly id: string;
  readonly name: string;
  readonly actions: readonly SynapseAction[];
}

/** The built-in roles, as Microsoft's tables of roles and permissions have them. */
const synapseRoleDefinitions: readonly SynapseRole[] = [
  {
    id: administratorRole,
    name: 'Synapse Administrator',
    actions: [
      'read',
      'artifacts/read',
      'artifacts/write',
      'credentials/useSecret',
      'runs/cancel',
      'roleAssignments/write',
      'managedPrivateEndpoint/write',
    ],
  },
  {
    id: '7572bffe-f453-4b66-912a-46cc5ef38fda',
    name: 'Synapse Contributor',
    actions: ['read', 'artifacts/read', 'artifacts/write', 'runs/cancel'],
  },
  {
    id: '05930f57-09a3-4c0d-9fa9-6d1eb91c178b',
    name: 'Synapse Artifact Publisher',
    actions: ['read', 'artifacts/read', 'artifacts/write'],
  },
  { id: '53faaa0e-40b6-40c8-a2ff-e38f2d388875', name: 'Synapse Artifact User', actions: ['read', 'artifacts/read'] },
  { id: 'e3844cc7-4670-42cb-9349-9bdac1ee7881', name: 'Synapse Compute Operator', actions: ['read', 'runs/cancel'] },
  {
    id: '5eb298b4-692c-4241-9cf0-f58a3b42bb25',
    name: 'Synapse Credential User',
    actions: ['read', 'credentials/useSecret'],
  },
  { id: '2a385764-43e8-416c-9825-7b18d05a2c4b', name: 'Synapse User', actions: ['read'] },
  {
    id: 'dd665582-e433-40ca-b183-1b1b33e73375',
    name: 'Synapse Linked Data Manager',
    actions: ['read', 'managedPrivateEndpoint/write'],
  },
];

/**
 * Whether a principal may do something in a workspace; a new assignment works only some time after (ORDER1).
 * @throws ServiceError 403 in the words of the development endpoint
 */
export function demandSynapse(world: World, workspace: string, principal: Principal, action: SynapseAction): void {
  const holders = [principal.objectId, ...(principal.groups ?? [])].map((id) => id.toLowerCase());
  const effectiveBefore = world.clock.now() - world.settings.propagationSeconds * 1000;
  const isAllowed = Object.values(workspaceContent(world, workspace)?.assignments ?? {}).some(
    ({ principalId, roleDefinitionId, madeAt, scope }) =>
      // A role at a pool is none at the workspace.
      scope === `workspaces/${workspace}` &&
      madeAt <= effectiveBefore &&
      holders.includes(principalId.toLowerCase()) &&
      synapseRoleDefinitions.some(({ id, actions }) => id === roleDefinitionId && actions.includes(action)),
  );
  if (isAllowed) return;
  const permission = `Microsoft.Synapse/workspaces/${action}`;
  throw new ServiceError(
    403,
    'AccessControlUnauthorized',
    `The principal '${principal.objectId}' does not have the required Synapse RBAC permission to perform this action. Required permission: Action: ${permission}, Scope: workspaces/${workspace}.`,
    'flat',
  );
}

/** `/roleAssignments` and `/roleDefinitions` of a development endpoint; the caller has been checked for reading. */
export function answerSynapseRoles(
  world: World,
  workspace: string,
  principal: Principal,
  request: LocalRequest,
  [collection, id]: readonly string[],
): LocalAnswer {
  const { method } = request;
  if (collection === 'roleDefinitions' && method === 'GET') return definitions(workspace, id);
  const assignments = workspaceContent(world, workspace)?.assignments ?? {};
  if (collection !== 'roleAssignments') throw new UnknownOperation(`${method} /${collection}`);
  if (id === undefined && method === 'GET') {
    const found = Object.values(assignments).filter(matching(request.url.searchParams));
    return json(200, { count: found.length, value: found.map(show) });
  }
  if (id === undefined) throw new UnknownOperation(`${method} /roleAssignments`);
  const found = assignments[id.toLowerCase()];
  switch (method) {
    case 'GET':
      if (found === undefined)
        throw new ServiceError(404, 'RoleAssignmentNotFound', `The role assignment '${id}' is not found.`);
      return json(200, show(found));
    case 'PUT':
      demandSynapse(world, workspace, principal, 'roleAssignments/write');
      return json(200, show(putAssignment(world, workspace, id, jsonBody(request))));
    case 'DELETE': {
      demandSynapse(world, workspace, principal, 'roleAssignments/write');
      const { [id.toLowerCase()]: _, ...others } = assignments;
      changeWorkspace(world, workspace, (content) => ({ ...content, assignments: others }));
      return { status: found === undefined ? 204 : 200 };
    }
    default:
      throw new UnknownOperation(`${method} /roleAssignments/{id}`);
  }
}

function putAssignment(world: World, workspace: string, id: string, body: Json): SynapseAssignment {
  const [roleId, principalId, scope] = ['roleId', 'principalId', 'scope'].map((key) => text(body[key])) as [
    string,
    string,
    string,
  ];
  if (!synapseRoleDefinitions.some((role) => role.id === roleId)) {
    throw new ServiceError(400, 'RoleDefinitionNotFound', `The role definition '${roleId}' is not found.`);
  }
  if (scope !== `workspaces/${workspace}` && !scope.startsWith(`workspaces/${workspace}/bigDataPools/`)) {
    throw new ServiceError(400, 'InvalidScope', `The scope '${scope}' is not valid.`);
  }
  const assignments = workspaceContent(world, workspace)?.assignments ?? {};
  const same = Object.values(assignments).find(
    (each) => each.roleDefinitionId === roleId && each.principalId === principalId && each.scope === scope,
  );
  if (same !== undefined && same.id.toLowerCase() !== id.toLowerCase()) {
    throw new ServiceError(409, 'RoleAssignmentExists', `The role assignment already exists with id '${same.id}'.`);
  }
  const made: SynapseAssignment = same ?? {
    id,
    roleDefinitionId: roleId,
    principalId,
    scope,
    madeAt: world.clock.now(),
    ...(body['principalType'] === undefined ? {} : { principalType: text(body['principalType']) }),
  };
  changeWorkspace(world, workspace, (content) => ({
    ...content,
    assignments: { ...content.assignments, [id.toLowerCase()]: made },
  }));
  return made;
}

/** A bare list, unlike every other list of the endpoint. */
function definitions(workspace: string, id: string | undefined): LocalAnswer {
  const show = ({ id: roleId, name, actions }: SynapseRole): Json => ({
    id: roleId,
    name,
    isBuiltIn: true,
    description: name,
    permissions: [
      {
        actions: actions.map((action) => `Microsoft.Synapse/workspaces/${action}`),
        notActions: [],
        dataActions: [],
        notDataActions: [],
      },
    ],
    scopes: [`workspaces/${workspace}`],
    availabilityStatus: 'Available',
  });
  if (id === undefined) return json(200, synapseRoleDefinitions.map(show));
  const found = synapseRoleDefinitions.find((role) => role.id === id);
  if (found === undefined)
    throw new ServiceError(404, 'RoleDefinitionNotFound', `The role definition '${id}' is not found.`);
  return json(200, show(found));
}

function matching(query: URLSearchParams): (assignment: SynapseAssignment) => boolean {
  const [roleId, principalId, scope] = ['roleId', 'principalId', 'scope'].map((key) => query.get(key));
  return (each) =>
    (!roleId || each.roleDefinitionId === roleId) &&
    (!principalId || each.principalId === principalId) &&
    (!scope || each.scope === scope);
}

function show({ id, roleDefinitionId, principalId, scope, principalType }: SynapseAssignment): Json {
  return { id, roleDefinitionId, principalId, scope, ...(principalType === undefined ? {} : { principalType }) };
}
