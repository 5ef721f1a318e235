import { decoded, json, ServiceError, text, UnknownOperation, type LocalAnswer, type LocalRequest } from '../http';
import { isBetween } from '../access/network-rules';
import { connectionOf } from '../resource-manager/private-connections';
import type { Operations } from '../resource-manager/long-running';
import type { StoredResource } from '../resource-manager/resource-store';
import type { Services } from '../resource-manager/resource-type';
import type { Principal } from '../settings';
import { artifactKind, Artifacts, type WorkspacePlace } from './artifacts';
import { answerManagedEndpoints } from './managed-endpoints';
import type { RunHost } from './run-host';
import { Runs } from './runs';
import { answerSynapseRoles, demandSynapse, type SynapseAction } from './synapse-roles';

const audiences = ['https://dev.azuresynapse.net', 'https://dev.azuresynapse.net/'];
const versions = ['2019-06-01-preview', '2020-02-01-preview', '2020-08-01-preview', '2020-12-01', '2021-06-01-preview'];

/** One call, with what has been checked of it. */
interface Call {
  readonly request: LocalRequest;
  readonly workspace: WorkspacePlace;
  readonly principal: Principal;
  readonly demand: (action: SynapseAction) => void;
  readonly artifacts: Artifacts;
  readonly runs: Runs;
}

/** Development endpoints of workspaces: artifacts, roles, triggers, runs and managed endpoints. */
export class SynapseService {
  constructor(
    private readonly services: Services,
    private readonly operations: Operations,
    /** @default nothing runs pipelines */
    private readonly runHost?: RunHost,
  ) {}

  handle(request: LocalRequest): LocalAnswer {
    const { host, pathname } = request.url;
    const name = host.split('.')[0] ?? '';
    const found = this.services.store.named('Microsoft.Synapse/workspaces', name);
    if (found === undefined)
      throw new ServiceError(404, 'WorkspaceNotFound', `The workspace ${name} was not found.`, 'flat');
    const principal = this.services.tokens.authenticate(request, audiences, 'flat');
    this.refuseAddress(found);
    const version = request.url.searchParams.get('api-version') ?? '';
    if (!versions.includes(version))
      throw new ServiceError(400, 'InvalidApiVersion', `The api-version '${version}' is not supported.`, 'flat');
    const { world } = this.services;
    const workspace = { name: found.content.name, id: found.content.id, host };
    const call: Call = {
      request,
      workspace,
      principal,
      demand: (action) => demandSynapse(world, workspace.name, principal, action),
      artifacts: this.artifactsOf(workspace),
      runs: new Runs(this.runHost, workspace),
    };
    return this.answer(
      call,
      pathname
        .split('/')
        .filter((part) => part !== '')
        .map(decoded),
    );
  }

  /** Artifacts of a workspace, for whoever runs them. */
  artifactsOf(workspace: WorkspacePlace): Artifacts {
    return new Artifacts(this.services, this.operations, workspace);
  }

  private answer(call: Call, segments: readonly string[]): LocalAnswer {
    const { request, demand, runs, workspace } = call;
    const [collection = '', name, ...rest] = segments;
    const route = `${request.method} ${collection}`;
    if (/^(notebookO|o)perationResults$/.test(collection)) return this.operations.result(name ?? '', request.url.href);
    if (collection === 'roleAssignments' || collection === 'roleDefinitions') {
      demand('read');
      return answerSynapseRoles(this.services.world, workspace.name, call.principal, request, segments);
    }
    if (collection === 'managedVirtualNetworks') {
      demand(request.method === 'GET' ? 'read' : 'managedPrivateEndpoint/write');
      return answerManagedEndpoints(this.services, workspace, request, segments.slice(1));
    }
    if (route === 'GET workspace') {
      demand('read');
      return json(200, this.services.store.get(workspace.id)?.content);
    }
    if (route === 'POST queryPipelineRuns' || collection === 'pipelineruns') {
      demand(rest[0] === 'cancel' ? 'runs/cancel' : 'read');
      if (route === 'POST queryPipelineRuns') return runs.query(request);
      if (route === 'GET pipelineruns' && rest.length === 0) return runs.one(name ?? '');
      if (route === 'POST pipelineruns' && rest[0] === 'cancel') return runs.cancel(name ?? '', request);
    }
    if (route === 'POST queryTriggerRuns') {
      demand('read');
      return runs.queryTriggers(request);
    }
    const kind = artifactKind(collection.replace(/Summary$/, ''));
    if (kind === undefined) throw this.unknown(request);
    if (name === undefined) {
      if (request.method !== 'GET') throw this.unknown(request);
      demand('artifacts/read');
      return call.artifacts.list(kind, request);
    }
    return rest.length === 0 ? this.artifact(call, kind, name) : this.act(call, kind, name, rest);
  }

  private artifact(
    { request, demand, artifacts }: Call,
    kind: Parameters<Artifacts['read']>[0],
    name: string,
  ): LocalAnswer {
    demand(request.method === 'GET' ? 'artifacts/read' : 'artifacts/write');
    switch (request.method) {
      case 'GET':
        return artifacts.read(kind, name, request);
      case 'PUT':
        return artifacts.write(kind, name, request);
      case 'DELETE':
        return artifacts.remove(kind, name);
      default:
        throw this.unknown(request);
    }
  }

  private act(call: Call, kind: Parameters<Artifacts['read']>[0], name: string, rest: readonly string[]): LocalAnswer {
    const { request, demand, artifacts, runs } = call;
    const [action = '', runId = '', below] = rest;
    const route = `${request.method} ${kind} ${action}`;
    if (route === 'POST pipelines createRun') {
      demand('artifacts/read');
      // A run uses the credentials of linked services, as the workspace's identity.
      demand('credentials/useSecret');
      artifacts.existing(kind, name);
      return runs.start(name, request, call.principal);
    }
    if (route === 'POST pipelines pipelineruns' && below?.toLowerCase() === 'queryactivityruns') {
      demand('read');
      return runs.activities(name, runId, request);
    }
    if (request.method === 'POST' && kind === 'triggers' && rest.length === 1) {
      demand('artifacts/write');
      const answer = artifacts.switchTrigger(name, action);
      this.runHost?.switchTrigger(call.workspace, name, action === 'start');
      return answer;
    }
    throw this.unknown(request);
  }

  /** Rules of the firewall, or an approved private endpoint in the client's subnet (NET1). */
  private refuseAddress(workspace: StoredResource): void {
    const { world, store } = this.services;
    const { clientAddress, clientSubnet, propagationSeconds } = world.settings;
    if (clientSubnet !== undefined && this.hasPrivateWay(workspace.content.id, clientSubnet)) return;
    const isPublic = workspace.content.properties['publicNetworkAccess'] !== 'Disabled';
    const rules = store.ofType('Microsoft.Synapse/workspaces/firewallRules', workspace.content.id);
    const isListed = rules.some(({ content, writtenAt, before }) => {
      // Until a change works, what the rule was before does.
      const isEffective = writtenAt + propagationSeconds * 1000 <= world.clock.now();
      const { startIpAddress, endIpAddress } = isEffective ? content.properties : (before ?? {});
      return startIpAddress !== undefined && isBetween(clientAddress, text(startIpAddress), text(endIpAddress));
    });
    if (isPublic && isListed) return;
    throw new ServiceError(
      403,
      'ClientIpAddressNotAuthorized',
      `Client Ip address : ${clientAddress} is not authorized.`,
      'flat',
    );
  }

  private hasPrivateWay(workspaceId: string, subnet: string): boolean {
    return this.services.store.ofType('Microsoft.Network/privateEndpoints').some(({ content }) => {
      const connection = connectionOf(this.services.world, content.id);
      const isOurs =
        connection?.targetId.toLowerCase() === workspaceId.toLowerCase() && connection.groupId.toLowerCase() === 'dev';
      return isOurs && connection?.status === 'Approved' && connection.origin.toLowerCase() === subnet.toLowerCase();
    });
  }

  private unknown({ method, url }: LocalRequest): UnknownOperation {
    return new UnknownOperation(`${method} https://${url.host}${url.pathname}`);
  }
}
