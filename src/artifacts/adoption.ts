import { markedHash } from './marker';
import { artifactKinds, type ArtifactKind, type JsonObject, type JsonValue } from './model';
import { artifactKey, type ArtifactKey } from './order';
import { isObject } from './walk-json';

/**
 * An interrupted deployment leaves artifacts that the state does not know, because the provider writes a data-plane
 * resource down only once all of it has worked; the next one would end with "Resource already exists" (providers-live §3).
 * So before applying, what is really there is compared with the plan, and what is ours is imported. An import block for
 * what is not there is an error, so the blocks are made anew each time and never kept.
 */

/** An artifact of the synthesised stack. */
export interface PlannedArtifact {
  readonly kind: ArtifactKind;
  readonly name: string;
  /** `azapi_data_plane_resource.<id>`: what the state knows it by. */
  readonly address: string;
  /** `Microsoft.Synapse/workspaces/pipelines@2020-12-01`. */
  readonly type: string;
}

/** An artifact of the workspace, as its development endpoint gives it. */
export interface ExistingArtifact {
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly properties: JsonObject;
}

export interface ImportBlock {
  readonly to: string;
  readonly id: string;
}

export interface Adoption {
  readonly imports: readonly ImportBlock[];
  /** Ours and started: to be stopped before applying, because adopting changes it, which the service would refuse. */
  readonly startedTriggers: readonly string[];
  /** In the plan and in the workspace, but not ours: applying would fail, and adopting them is not for us (OWN3). */
  readonly foreign: readonly ArtifactKey[];
}

const resourceType = 'azapi_data_plane_resource';
const typePattern = /^Microsoft\.Synapse\/workspaces\/(\w+)@/;

/** The artifacts of a synthesised stack (cdk.tf.json), in its order; other resources of the data plane are left out. */
export function plannedArtifacts(stack: JsonValue): readonly PlannedArtifact[] {
  const resources = member(member(stack, 'resource'), resourceType);
  if (!isObject(resources)) return [];
  return Object.entries(resources).flatMap(([id, block]) => {
    const [type, name] = [member(block, 'type'), member(block, 'name')];
    if (typeof type !== 'string' || typeof name !== 'string') return [];
    const kind = artifactKinds.find((known) => known === typePattern.exec(type)?.[1]);
    return kind === undefined ? [] : [{ kind, name, address: `${resourceType}.${id}`, type }];
  });
}

/** A role in the workspace or a way out of it: what of the data plane is no artifact, and has a name that is made of what it is. */
export interface PlannedPart {
  readonly address: string;
  readonly type: string;
  /** On the development endpoint, such as `roleAssignments/<guid>`. */
  readonly path: string;
}

/** The parts of a synthesised stack (cdk.tf.json), in its order. */
export function plannedParts(stack: JsonValue): readonly PlannedPart[] {
  const resources = member(member(stack, 'resource'), resourceType);
  if (!isObject(resources)) return [];
  const artifacts = new Set(plannedArtifacts(stack).map(({ address }) => address));
  return Object.entries(resources).flatMap(([id, block]) => {
    const address = `${resourceType}.${id}`;
    const text = (key: string): string => {
      const value = member(block, key);
      return typeof value === 'string' ? value : '';
    };
    const [type, name] = [text('type'), text('name')];
    const collection = /\/(\w+)@/.exec(type)?.[1];
    if (artifacts.has(address) || collection === undefined) return [];
    const above = text('parent_id').replace(/^.*\.dev\.azuresynapse\.net\/?/, '');
    return [{ address, type, path: [above, collection, name].filter((part) => part !== '').join('/') }];
  });
}

/**
 * What to do about artifacts that are in the workspace before Terraform has made them.
 * @param known addresses of the resources that are in the state already.
 * @param host of the development endpoint, `<workspace>.dev.azuresynapse.net`.
 */
export function planAdoption(
  planned: readonly PlannedArtifact[],
  known: Iterable<string>,
  existing: readonly ExistingArtifact[],
  host: string,
): Adoption {
  const inState = new Set(known);
  // The service takes names that differ in case only for the same.
  const there = new Map(existing.map((artifact) => [artifactKey(artifact).toLowerCase(), artifact]));
  const imports: ImportBlock[] = [];
  const startedTriggers: string[] = [];
  const foreign: ArtifactKey[] = [];
  for (const { kind, name, address, type } of planned) {
    const found = there.get(artifactKey({ kind, name }).toLowerCase());
    if (found === undefined || inState.has(address)) continue;
    if (found.name !== name || markedHash(found) === undefined) {
      foreign.push(artifactKey(found));
      continue;
    }
    imports.push({ to: address, id: `${host}/${kind}/${name}|${type}` });
    if (kind === 'triggers' && found.properties['runtimeState'] === 'Started') startedTriggers.push(name);
  }
  return { imports, startedTriggers, foreign };
}

/** A file of Terraform JSON with the blocks, to be put beside the stack's own; undefined where there is none to write. */
export function importFile(imports: readonly ImportBlock[]): string | undefined {
  return imports.length === 0 ? undefined : `${JSON.stringify({ import: imports }, undefined, 2)}\n`;
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) ? value[name] : undefined;
}
