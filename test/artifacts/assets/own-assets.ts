import type { Artifact, ArtifactKind } from '../../../src/artifacts/model';
import type { ArtifactKey } from '../../../src/artifacts/order';
import { exampleValues, fillPlaceholders } from '../../../src/artifacts/placeholders';
import { readArtifacts } from '../../../src/artifacts/read-artifacts';
import { catalogueNotebook } from '../../../src/catalogue/render/spark-deployment';

/** What the files refer to, and is generated or made by constructs. */
export const present: readonly ArtifactKey[] = [
  `notebooks/${catalogueNotebook}`,
  `bigDataPools/${exampleValues.smallPool}`,
  `bigDataPools/${exampleValues.mediumPool}`,
];

/** The project's assets as they are deployed. */
export const ownArtifacts: readonly Artifact[] = readArtifacts().map((artifact) =>
  fillPlaceholders(artifact, exampleValues),
);

/** @throws RangeError where there is none, which is a mistake of the test. */
export function ownArtifact(kind: ArtifactKind, name: string): Artifact {
  const found = ownArtifacts.find((artifact) => artifact.kind === kind && artifact.name === name);
  if (found === undefined) throw new RangeError(`There is no ${kind}/${name}.`);
  return found;
}
