import { InsightsError } from '../../contract/errors';
import { traversalsOf } from './terraform-expression';

type Attributes = Readonly<Record<string, unknown>>;

/** A command that Terraform runs beside a resource. */
export interface LocalCommand {
  readonly when: 'create' | 'destroy';
  readonly command: string;
  readonly workingFolder?: string;
  readonly environment: Readonly<Record<string, unknown>>;
}

/** A resource or data source of a synthesised stack. */
export interface StackNode {
  /** `azapi_resource.Name`, or `data.azurerm_client_config.Client`. */
  readonly address: string;
  readonly isData: boolean;
  readonly type: string;
  /** `azapi.dev`; undefined for the default provider. */
  readonly provider?: string;
  /** As synthesised, templates unresolved, without what only Terraform reads. */
  readonly attributes: Attributes;
  readonly commands: readonly LocalCommand[];
  readonly preventDestroy: boolean;
  /** Addresses whose change replaces this (`replace_triggered_by`). */
  readonly replacedBy: readonly string[];
  /** Addresses of the nodes that must be there before this one. */
  readonly dependencies: readonly string[];
  /** Construct path, for messages. */
  readonly constructPath: string;
}

/** What `cdk.tf.json` of a stack says, in the order in which it can be created. */
export interface SynthesisedStack {
  readonly nodes: readonly StackNode[];
  /** Provider configurations by reference (`azapi`, `azapi.dev`), templates unresolved. */
  readonly providers: Readonly<Record<string, Attributes>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Defaults of the stack's variables. */
  readonly variables: Readonly<Record<string, unknown>>;
}

const metaArguments = ['//', 'depends_on', 'provider', 'lifecycle', 'provisioner', 'connection'];

/**
 * Reads a synthesised stack.
 * @throws InsightsError PROVISIONING_UNSUPPORTED for what is not understood, PROVISIONING_CYCLE, by address
 */
export function readStack(json: Attributes): SynthesisedStack {
  const nodes = [...nodesOf(section(json, 'data'), true), ...nodesOf(section(json, 'resource'), false)];
  const known = new Set(nodes.map(({ address }) => address));
  const resolved = nodes.map((node) => ({
    ...node,
    dependencies: [...new Set(node.dependencies)].filter((address) => address !== node.address && known.has(address)),
  }));
  return {
    nodes: inOrder(resolved),
    providers: providersOf(json),
    outputs: membersOf(json, 'output', 'value'),
    variables: membersOf(json, 'variable', 'default'),
  };
}

function nodesOf(types: Attributes, isData: boolean): StackNode[] {
  return Object.entries(types).flatMap(([type, named]) =>
    Object.entries(named as Attributes).map(([name, content]) => {
      const body = content as Attributes;
      const lifecycle = (body['lifecycle'] ?? {}) as Attributes;
      const replacedBy = ((lifecycle['replace_triggered_by'] ?? []) as readonly string[]).map(plainAddress);
      const attributes = Object.fromEntries(Object.entries(body).filter(([key]) => !metaArguments.includes(key)));
      const commands = commandsOf(body['provisioner']);
      const referred = traversalsOf({ attributes, commands }).flatMap(addressOf);
      const explicit = ((body['depends_on'] ?? []) as readonly string[]).map(plainAddress);
      const provider = body['provider'];
      return {
        address: `${isData ? 'data.' : ''}${type}.${name}`,
        isData,
        type,
        ...(typeof provider === 'string' ? { provider } : {}),
        attributes,
        commands,
        preventDestroy: lifecycle['prevent_destroy'] === true,
        replacedBy,
        dependencies: [...referred, ...explicit, ...replacedBy],
        constructPath: constructPath(body) ?? `${type}.${name}`,
      };
    }),
  );
}

/** `${a.b}`, `a.b` and `a.b.id` all name the resource a.b in `depends_on` and `replace_triggered_by`. */
function plainAddress(text: string): string {
  const address = text.replace(/^\$\{(.*)\}$/, '$1').split('.');
  return address.slice(0, address[0] === 'data' ? 3 : 2).join('.');
}

function addressOf(path: readonly (string | number)[]): string[] {
  const [first, second, third] = path;
  if (first === 'self') return [];
  if (first === 'data') return [`data.${second}.${third}`];
  return [`${first}.${second}`];
}

function constructPath(body: Attributes): string | undefined {
  const comment = body['//'] as { readonly metadata?: { readonly path?: string } } | undefined;
  return comment?.metadata?.path;
}

function commandsOf(provisioner: unknown): LocalCommand[] {
  if (provisioner === undefined) return [];
  const blocks = Array.isArray(provisioner) ? (provisioner as readonly Attributes[]) : [provisioner as Attributes];
  return blocks.map((block) => {
    const local = block['local-exec'] as Attributes | undefined;
    if (local === undefined) {
      throw new InsightsError('PROVISIONING_UNSUPPORTED', 'A provisioner other than local-exec is not provided for.');
    }
    const workingFolder = local['working_dir'];
    return {
      when: local['when'] === 'destroy' ? 'destroy' : 'create',
      command: String(local['command']),
      ...(typeof workingFolder === 'string' ? { workingFolder } : {}),
      environment: (local['environment'] ?? {}) as Attributes,
    };
  });
}

function providersOf(json: Attributes): Record<string, Attributes> {
  const found: Record<string, Attributes> = {};
  for (const [name, blocks] of Object.entries(section(json, 'provider'))) {
    for (const block of Array.isArray(blocks) ? (blocks as readonly Attributes[]) : [blocks as Attributes]) {
      const alias = block['alias'];
      found[typeof alias === 'string' ? `${name}.${alias}` : name] = block;
    }
  }
  return found;
}

/** One member of each block of a section, by the block's name. */
function membersOf(json: Attributes, name: string, member: string): Record<string, unknown> {
  const found = Object.entries(section(json, name));
  return Object.fromEntries(found.map(([key, content]) => [key, (content as Attributes)[member]]));
}

function section(json: Attributes, name: string): Attributes {
  return (json[name] ?? {}) as Attributes;
}

/** Dependencies first; among equals the order of the file, so that two runs do the same. */
function inOrder(nodes: readonly StackNode[]): readonly StackNode[] {
  const byAddress = new Map(nodes.map((node) => [node.address, node]));
  const ordered: StackNode[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (node: StackNode): void => {
    if (state.get(node.address) === 'done') return;
    if (state.get(node.address) === 'open') {
      throw new InsightsError('PROVISIONING_CYCLE', `${node.constructPath} depends on itself.`, {
        place: { path: node.address },
      });
    }
    state.set(node.address, 'open');
    for (const address of node.dependencies) visit(byAddress.get(address) as StackNode);
    state.set(node.address, 'done');
    ordered.push(node);
  };
  nodes.forEach(visit);
  return ordered;
}
