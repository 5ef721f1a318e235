import { InsightsError } from '../contract/errors';
import { artifactKinds, referenceTypes, type Artifact, type ArtifactReference } from './model';
import { findReferences } from './references';

/** `pipelines/0_main_insights`: what an artifact, or a pool, is known by within a workspace. */
export type ArtifactKey = `${Artifact['kind'] | 'bigDataPools'}/${string}`;

export function artifactKey({ kind, name }: Pick<Artifact, 'kind' | 'name'>): ArtifactKey {
  return `${kind}/${name}`;
}

/** The key of what a reference points to. */
export function targetOf({ type, name }: ArtifactReference): ArtifactKey {
  return `${referenceTypes[type]}/${name}`;
}

/**
 * The artifacts so that each comes after all that it refers to, which is how the service wants them created (azure-facts
 * §4.2); destroyed in reverse. Where references leave a choice, by kind (linked services first, triggers and scripts last)
 * and then by name, so that the order is the same on every machine.
 * @param present what is there without being deployed: pools, and artifacts of a workspace that OEA installed (OWN3).
 * @throws InsightsError ARTIFACT_REFERENCE_DANGLING with every dangling reference, ARTIFACT_CYCLE with one circle
 */
export function orderArtifacts(artifacts: readonly Artifact[], present: Iterable<ArtifactKey>): readonly Artifact[] {
  const known = new Map(artifacts.map((artifact) => [artifactKey(artifact), artifact]));
  const references = new Map(artifacts.map((artifact) => [artifact, findReferences(artifact)]));
  refuseDangling(references, new Set<ArtifactKey>([...known.keys(), ...present]));

  const ordered = new Set<Artifact>();
  const path: Artifact[] = [];
  const place = (artifact: Artifact): void => {
    if (ordered.has(artifact)) return;
    if (path.includes(artifact)) throw cycle([...path.slice(path.indexOf(artifact)), artifact]);
    path.push(artifact);
    const targets = (references.get(artifact) ?? []).flatMap((reference) => known.get(targetOf(reference)) ?? []);
    for (const target of sort(targets)) place(target);
    path.pop();
    ordered.add(artifact);
  };
  for (const artifact of sort(artifacts)) place(artifact);
  return [...ordered];
}

function sort(artifacts: readonly Artifact[]): readonly Artifact[] {
  const rank = ({ kind }: Artifact): number => artifactKinds.indexOf(kind);
  return [...artifacts].sort((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1));
}

function refuseDangling(
  references: ReadonlyMap<Artifact, readonly ArtifactReference[]>,
  known: ReadonlySet<ArtifactKey>,
): void {
  const findings = [...references].flatMap(([artifact, its]) =>
    its
      .filter((reference) => !known.has(targetOf(reference)))
      .map((reference) => `  ${artifact.file}#${reference.place}: ${describe(reference, known)}`),
  );
  if (findings.length === 0) return;
  throw new InsightsError(
    'ARTIFACT_REFERENCE_DANGLING',
    `References to what is not there: ${findings.length}.\n${findings.join('\n')}`,
  );
}

/** The service compares names without case, and then stores what was written: a hint, because it looks the same. */
function describe(reference: ArtifactReference, known: ReadonlySet<ArtifactKey>): string {
  const target = targetOf(reference);
  const alike = [...known].find((key) => key.toLowerCase() === target.toLowerCase());
  return alike === undefined ? `there is no ${target}` : `there is no ${target}, but ${alike}`;
}

function cycle(artifacts: readonly Artifact[]): InsightsError {
  return new InsightsError('ARTIFACT_CYCLE', `These refer to each other: ${artifacts.map(artifactKey).join(' -> ')}.`);
}
