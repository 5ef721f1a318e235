import { InsightsError } from '../../contract/errors';
import type { Clock } from '../../operations/clock';
import type { RestClient } from '../../operations/rest-client';
import { holds, mergeInto, splitType } from './azapi-resource';
import { azureResourceOf, type Tenancy } from './azure-resources';
import { block, resourceManagerHost, type Answer } from './azure-request';
import { exportValues } from './export-values';
import { finishWrite } from './long-operation';
import type { DestroyStep, StateEntry } from './provisioning-state';
import type { LocalCommand, StackNode, SynthesisedStack } from './synthesised-stack';
import { resolveValue, type Lookup } from './terraform-expression';

export interface MakerOptions {
  readonly tenancy: Tenancy & { readonly clientId: string; readonly objectId: string };
  /** A client whose tokens are for the host's audience. */
  readonly clientFor: (host: string) => RestClient;
  readonly clock: Clock;
  /** Runs a `local-exec` command; the folder is the stack's. */
  readonly runCommand: (command: LocalCommand) => Promise<void>;
}

type Made = Pick<StateEntry, 'attributes' | 'resource' | 'onDestroy'>;

/** Hosts of the providers that have an endpoint of their own: how a development endpoint is called (providers-live §6). */
export function endpointsOf({ providers }: SynthesisedStack): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(providers).flatMap(([reference, settings]) => {
      const [endpoint] = (settings['endpoint'] ?? []) as readonly Answer[];
      const url = endpoint?.['resource_manager_endpoint'];
      return url === undefined ? [] : [[reference, url] as const];
    }),
  );
}

/** What the deletion of a type says beside its api-version, as the features of the provider ask for it. */
export function deleteQueriesOf({ providers }: SynthesisedStack): Readonly<Record<string, string>> {
  const features = Object.values(providers).map((settings) => block(settings['features']));
  const isForced = features.some(
    (each) => block(each['log_analytics_workspace'])['permanently_delete_on_destroy'] === true,
  );
  return isForced ? { azurerm_log_analytics_workspace: 'force=true' } : {};
}

/** Turns one node of a stack into calls to Azure, or into a command. */
export class ResourceMaker {
  constructor(
    private readonly options: MakerOptions,
    /** By provider reference; templates unresolved, because the workspace's name may come from a resource. */
    private readonly endpoints: Readonly<Record<string, unknown>>,
    /** By type of resource. */
    private readonly deleteQueries: Readonly<Record<string, string>>,
    private readonly lookup: Lookup,
  ) {}

  /** Makes or changes a resource; says what others may refer to and what its destruction does. */
  async make(node: StackNode, attributes: Answer, isUpdate: boolean): Promise<Made> {
    switch (node.type) {
      case 'terraform_data':
        return this.makeData(node, attributes, isUpdate);
      case 'azapi_resource_action':
        return this.makeAction(node, attributes);
      case 'azapi_update_resource':
        return this.makeUpdate(node, attributes);
      default:
        return this.makeResource(node, attributes);
    }
  }

  /** Commands run when it is made, not when only its input changes, as Terraform has it. */
  private async makeData(node: StackNode, attributes: Answer, isUpdate: boolean) {
    const input = attributes['input'];
    const own = { input, output: input };
    const resolve = (command: LocalCommand): LocalCommand =>
      resolveValue(command, withSelf(own, this.lookup)) as LocalCommand;
    const commands = node.commands.map(resolve);
    for (const command of commands) {
      if (command.when === 'create' && !isUpdate) await this.options.runCommand(command);
    }
    const onDestroy = commands.flatMap((command): DestroyStep[] =>
      command.when === 'destroy' ? [{ kind: 'command', command }] : [],
    );
    return { attributes: own, onDestroy };
  }

  private async makeAction(node: StackNode, attributes: Answer) {
    const { apiVersion } = splitType(attributes['type']);
    const host = this.hostOf(node);
    const id = String(attributes['resource_id']).replace(/\/$/, '');
    const { action } = attributes as { readonly action?: string };
    const call = action === undefined ? '' : `/${action}`;
    const url = `https://${host}${id}${call}?api-version=${apiVersion}`;
    if (attributes['when'] === 'destroy') {
      const ignoreNotFound = attributes['ignore_not_found'] === true;
      return { attributes: {}, onDestroy: [{ kind: 'post', url, ignoreNotFound } as const] };
    }
    const method = (attributes['method'] ?? 'POST') as 'GET' | 'PUT' | 'POST';
    const client = this.options.clientFor(host);
    const sent = attributes['body'];
    const answer = await client.send({ method, url, ...(sent === undefined ? {} : { body: sent }) });
    const write = { client, clock: this.options.clock, url, constructPath: node.constructPath };
    const body = method === 'PUT' ? await finishWrite(write, answer) : answer.body;
    return { attributes: { output: exportValues(body, attributes['response_export_values']) }, onDestroy: [] };
  }

  /** Changes a resource that something else has made; destroying it leaves that resource as it is. */
  private async makeUpdate(node: StackNode, attributes: Answer) {
    const { apiVersion } = splitType(attributes['type']);
    const path = String(attributes['resource_id']);
    const url = `https://${resourceManagerHost}${path}?api-version=${apiVersion}`;
    const client = this.options.clientFor(resourceManagerHost);
    const { body: before } = await client.send({ method: 'GET', url });
    const answer = await client.send({ method: 'PUT', url, body: mergeInto(before, attributes['body']) });
    const write = { client, clock: this.options.clock, url, constructPath: node.constructPath };
    const stored = await finishWrite(write, answer);
    return {
      attributes: { id: path, output: exportValues(stored, attributes['response_export_values']) },
      onDestroy: [],
    };
  }

  private async makeResource(node: StackNode, attributes: Answer) {
    const { clock, tenancy } = this.options;
    const manager = this.options.clientFor(resourceManagerHost);
    const resource = await azureResourceOf(node.type, attributes, tenancy, manager);
    const client = this.options.clientFor(resource.host);
    let stored: Answer = {};
    for (const [index, { method = 'PUT', path, apiVersion, body }] of resource.requests.entries()) {
      const url = `https://${resource.host}${path}?api-version=${apiVersion}`;
      const write = { client, clock, url, constructPath: node.constructPath };
      const answer = await finishWrite(write, await client.send({ method, url, body }));
      if (index === 0) stored = answer;
      if (resource.host !== resourceManagerHost && !holds(answer, body)) {
        throw new InsightsError('PROVISIONING_NOT_STORED', `${node.constructPath} was not stored as it was sent.`, {
          place: { path: url },
        });
      }
    }
    const [first] = resource.requests;
    const deleteQuery = this.deleteQueries[node.type];
    // Nobody refers to a body, and those of notebooks are most of what a stack weighs.
    const { body: _, ...named } = attributes;
    return {
      attributes: {
        ...named,
        ...resource.exports(stored),
        output: exportValues(stored, attributes['response_export_values']),
      },
      ...(first === undefined || resource.deletable === false
        ? {}
        : {
            resource: {
              host: resource.host,
              path: first.path,
              apiVersion: first.apiVersion,
              ...(deleteQuery === undefined ? {} : { deleteQuery }),
            },
          }),
      onDestroy: [],
    };
  }

  /** Reads a data source. */
  async read(node: StackNode, attributes: Answer): Promise<Answer> {
    const { tenancy } = this.options;
    switch (node.type) {
      case 'azurerm_client_config':
        return {
          subscription_id: tenancy.subscriptionId,
          tenant_id: tenancy.tenantId,
          client_id: tenancy.clientId,
          object_id: tenancy.objectId,
        };
      case 'azapi_resource_action': {
        const { attributes: read } = await this.makeAction(node, { method: 'POST', ...attributes });
        return read;
      }
      case 'azurerm_synapse_workspace': {
        const group = `/subscriptions/${tenancy.subscriptionId}/resourceGroups/${String(attributes['resource_group_name'])}`;
        const path = `${group}/providers/Microsoft.Synapse/workspaces/${String(attributes['name'])}`;
        const url = `https://${resourceManagerHost}${path}?api-version=2021-06-01`;
        const { body } = await this.options.clientFor(resourceManagerHost).send({ method: 'GET', url });
        const { id, name, location, identity } = body as Answer & { readonly identity?: Answer };
        return {
          id,
          name,
          location,
          identity: [{ principal_id: identity?.['principalId'], tenant_id: identity?.['tenantId'] }],
        };
      }
      default:
        throw new InsightsError('PROVISIONING_UNSUPPORTED', `Data of type ${node.type} is not provided for.`);
    }
  }

  private hostOf({ provider }: StackNode): string {
    const endpoint = provider === undefined ? undefined : this.endpoints[provider];
    return endpoint === undefined ? resourceManagerHost : new URL(String(resolveValue(endpoint, this.lookup))).host;
  }
}

/** Commands refer to their own resource as `self`. */
function withSelf(self: Answer, lookup: Lookup): Lookup {
  return (path) => (path[0] === 'self' ? self[String(path[1])] : lookup(path));
}
