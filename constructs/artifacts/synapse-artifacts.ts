import { Construct } from 'constructs';
import { combinedHash } from '../../src/artifacts/content-hash';
import type { Artifact, ArtifactKind, ArtifactReference } from '../../src/artifacts/model';
import { artifactKey, orderArtifacts, targetOf, type ArtifactKey } from '../../src/artifacts/order';
import { fillPlaceholders, type PlaceholderName, type PlaceholderValues } from '../../src/artifacts/placeholders';
import { withSessionOn, type NodeSize } from '../../src/artifacts/notebook-artifact';
import { findReferences } from '../../src/artifacts/references';
import { isList } from '../../src/artifacts/walk-json';
import type { AzapiProvider } from '../core/azapi';
import { Token, type ITerraformDependable } from '../core/cdktf';
import type { ISparkPool } from '../synapse/spark-pool';
import type { ISynapseWorkspace } from '../synapse/synapse-workspace';
import type { AssetCatalogue } from './asset-catalogue';
import { SynapseArtifact } from './synapse-artifact';
import { TriggerState } from './trigger-state';

type PoolPlaceholder = 'smallPool' | 'mediumPool';

/** A pool, and the size of its nodes, which sessions of notebooks are cut for. */
export interface SessionPool extends Pick<ISparkPool, 'poolName' | 'dependables'> {
  readonly nodeSize: NodeSize;
}

export interface SynapseArtifactsProps {
  readonly workspace: Pick<ISynapseWorkspace, 'developmentHost'>;
  /** Sends its requests to the development endpoint; its host is written out, because it is set up before any resource. */
  readonly development: AzapiProvider;
  readonly assets: AssetCatalogue;
  /** By the placeholder that stands for each. */
  readonly pools: Readonly<Record<PoolPlaceholder, SessionPool>>;
  /** Values of the other placeholders. A value that is a token does not count for the content hash. */
  readonly values: Omit<PlaceholderValues, PoolPlaceholder>;
  /** What every artifact waits for: `AwaitWorkspace` (ORDER1). */
  readonly after: readonly ITerraformDependable[];
  readonly schedule: {
    /** Whether triggers are started; they are created stopped. */
    readonly enabled: boolean;
    /** What a started trigger waits for beside itself (NET3). */
    readonly after: readonly ITerraformDependable[];
  };
}

/**
 * All artifacts of a workspace, in the order of their references. A reference to what is not there, or a circle, fails
 * synthesis by name.
 *
 * @example
 * const artifacts = new SynapseArtifacts(this, 'Artifacts', {
 *   workspace, development, assets: AssetCatalogue.read(), pools, values, after: [awaitWorkspace.resource],
 *   schedule: { enabled: false, after: approvals },
 * });
 */
export class SynapseArtifacts extends Construct {
  /** SHA-256 over all artifacts: another one means that a run may do something else. */
  readonly contentHash: string;
  private readonly deployed = new Map<ArtifactKey, SynapseArtifact>();

  constructor(scope: Construct, id: string, props: SynapseArtifactsProps) {
    super(scope, id);
    const { assets, pools } = props;
    const prepared = assets.artifacts.map((artifact) => prepare(artifact, props));
    const named = Object.values(pools).map(({ poolName }): ArtifactKey => `bigDataPools/${poolName}`);
    const present = [...named, ...assets.present];
    const ordered = orderArtifacts(prepared, present);

    for (const artifact of ordered) this.deployed.set(artifactKey(artifact), this.deploy(artifact, props));
    this.contentHash = combinedHash([...this.deployed.values()].map(({ contentHash }) => contentHash));
    this.controlTriggers(ordered, props);
  }

  /** Everything deployed, for what must wait for all of it. */
  get dependables(): readonly ITerraformDependable[] {
    return [...this.deployed.values()].map(({ resource }) => resource);
  }

  has(kind: ArtifactKind, name: string): boolean {
    return this.deployed.has(artifactKey({ kind, name }));
  }

  /**
   * An artifact of the plan.
   * @throws RangeError where it is not deployed, which is a mistake of whoever asks.
   */
  artifact(kind: ArtifactKind, name: string): SynapseArtifact {
    const found = this.deployed.get(artifactKey({ kind, name }));
    if (found === undefined) throw new RangeError(`${kind}/${name} is not deployed.`);
    return found;
  }

  private deploy(artifact: Artifact, props: SynapseArtifactsProps): SynapseArtifact {
    const pools = Object.values(props.pools);
    const used = findReferences(artifact).flatMap(
      ({ type, name }) => pools.find(({ poolName }) => type === 'BigDataPoolReference' && poolName === name) ?? [],
    );
    const { kind, name } = artifact;
    return new SynapseArtifact(this.folder(kind), name, {
      artifact,
      developmentHost: props.workspace.developmentHost,
      refer: (reference: ArtifactReference) => this.deployed.get(targetOf(reference))?.resource.name ?? undefined,
      tokens: tokensOf(props.values),
      after: [...props.after, ...new Set(used.flatMap(({ dependables }) => dependables))],
    });
  }

  /** A scope per kind, because names are unique within a kind only. */
  private folder(kind: ArtifactKind): Construct {
    return (this.node.tryFindChild(kind) as Construct | undefined) ?? new Construct(this, kind);
  }

  private controlTriggers(artifacts: readonly Artifact[], props: SynapseArtifactsProps): void {
    for (const { name } of artifacts.filter(({ kind }) => kind === 'triggers')) {
      const trigger = this.artifact('triggers', name);
      new TriggerState(trigger, 'State', {
        trigger: trigger.resource,
        triggerName: name,
        development: props.development,
        started: props.schedule.enabled,
        after: props.schedule.after,
      });
    }
  }
}

/** As it is sent, but for tokens, which are mixed in last. */
function prepare(artifact: Artifact, { pools, values, schedule }: SynapseArtifactsProps): Artifact {
  const { smallPool, mediumPool } = pools;
  const all = { ...values, smallPool: smallPool.poolName, mediumPool: mediumPool.poolName };
  const literals = Object.entries(all).map(([name, value]) => [
    name,
    Token.isUnresolved(value) ? `{{${name}}}` : value,
  ]);
  const filled = fillPlaceholders(artifact, Object.fromEntries(literals) as Record<PlaceholderName, string>);
  const { properties } = filled;
  if (artifact.kind === 'notebooks') {
    const [reference] = findReferences(filled).filter(({ type }) => type === 'BigDataPoolReference');
    const pool = reference?.name === mediumPool.poolName ? mediumPool : smallPool;
    return { ...filled, properties: withSessionOn(pool.nodeSize, properties) };
  }
  if (artifact.kind !== 'triggers') return filled;
  // In the trigger itself, so that switching the schedule over changes, and so stops, it.
  const state = schedule.enabled ? 'started by the deployment' : 'left stopped by the deployment';
  const { annotations } = properties;
  return {
    ...filled,
    properties: { ...properties, annotations: [...(isList(annotations) ? annotations : []), state] },
  };
}

function tokensOf(values: PlaceholderValues): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Token.isUnresolved(value)));
}
