import { Construct } from 'constructs';
import { combinedHash } from '../../src/artifacts/content-hash';
import type { Artifact, ArtifactKind, ArtifactReference } from '../../src/artifacts/model';
import { artifactKey, orderArtifacts, targetOf, type ArtifactKey } from '../../src/artifacts/order';
import { fillPlaceholders, type PlaceholderName, type PlaceholderValues } from '../../src/artifacts/placeholders';
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

export interface SynapseArtifactsProps {
  readonly workspace: Pick<ISynapseWorkspace, 'developmentHost'>;
  /** Sends its requests to the development endpoint; its host is written out, because it is set up before any resource. */
  readonly development: AzapiProvider;
  readonly assets: AssetCatalogue;
  /** By the placeholder that stands for each. */
  readonly pools: Readonly<Record<PoolPlaceholder, Pick<ISparkPool, 'poolName' | 'dependables'>>>;
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
    const values = { ...props.values, smallPool: pools.smallPool.poolName, mediumPool: pools.mediumPool.poolName };
    const prepared = assets.artifacts.map((artifact) => prepare(artifact, values, props.schedule.enabled));
    const present = Object.values(pools).map(({ poolName }): ArtifactKey => `bigDataPools/${poolName}`);
    const ordered = orderArtifacts(prepared, [...present, ...assets.present]);

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

/** With all values but tokens in their places, which are mixed in last; a trigger says whether it is to be started. */
function prepare(artifact: Artifact, values: PlaceholderValues, started: boolean): Artifact {
  const literals = Object.entries(values).map(([name, value]) => [
    name,
    Token.isUnresolved(value) ? `{{${name}}}` : value,
  ]);
  const filled = fillPlaceholders(artifact, Object.fromEntries(literals) as Record<PlaceholderName, string>);
  if (artifact.kind !== 'triggers') return filled;
  const { annotations } = filled.properties;
  const state = started ? 'started by the deployment' : 'left stopped by the deployment';
  return {
    ...filled,
    properties: { ...filled.properties, annotations: [...(isList(annotations) ? annotations : []), state] },
  };
}

function tokensOf(values: PlaceholderValues): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Token.isUnresolved(value)));
}
