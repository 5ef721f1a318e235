import type { Artifact, JsonValue } from '../../src/artifacts/model';
import { besideFramework, frameworkArtifacts } from '../../src/artifacts/oea-framework';
import { refuseFaultyArtifacts } from '../../src/artifacts/lint/lint-artifacts';
import { artifactKey, type ArtifactKey } from '../../src/artifacts/order';
import { exampleValues, fillPlaceholders } from '../../src/artifacts/placeholders';
import { readArtifacts } from '../../src/artifacts/read-artifacts';
import { isObject } from '../../src/artifacts/walk-json';
import { isWebService, leaveOut } from '../../src/artifacts/without';
import { catalogueNotebook } from '../../src/catalogue/render/spark-deployment';
import { InsightsError } from '../../src/contract/errors';

let own: AssetCatalogue | undefined;

/** What the files refer to, and is generated or made by other constructs. */
const generated: readonly ArtifactKey[] = [
  `notebooks/${catalogueNotebook}`,
  `bigDataPools/${exampleValues.smallPool}`,
  `bigDataPools/${exampleValues.mediumPool}`,
];

function readLinted(): readonly Artifact[] {
  const artifacts = readArtifacts();
  refuseFaultyArtifacts(withExampleValues(artifacts), generated);
  return artifacts;
}

function withExampleValues(artifacts: readonly Artifact[]): readonly Artifact[] {
  return artifacts.map((artifact) => fillPlaceholders(artifact, exampleValues));
}

/**
 * What is to be deployed: the files of assets/ and what is generated. A value: every change gives another catalogue.
 *
 * @example
 * const assets = AssetCatalogue.read().with(catalogueNotebook).withDefault('create_sql_db', 'statements', statements);
 */
export class AssetCatalogue {
  /**
   * The project's own assets, read and judged by the linter once, however many environments there are.
   * @throws InsightsError ARTIFACT_UNREADABLE, NOTEBOOK_SOURCE_INVALID, ARTIFACTS_INVALID with every finding
   */
  static read(): AssetCatalogue {
    own ??= new AssetCatalogue(readLinted());
    return own;
  }

  /** @param present what the workspace has without us, and artifacts may refer to. */
  constructor(
    readonly artifacts: readonly Artifact[],
    readonly present: readonly ArtifactKey[] = [],
  ) {}

  /** With generated artifacts, each in the place of one of the same kind and name if there is one. */
  with(...generated: readonly Artifact[]): AssetCatalogue {
    const replaced = new Set(generated.map(artifactKey));
    const others = this.artifacts.filter((artifact) => !replaced.has(artifactKey(artifact)));
    return new AssetCatalogue([...others, ...generated], this.present);
  }

  /**
   * With another default of a pipeline's parameter, in the place of the one that the file has.
   * @throws InsightsError ARTIFACT_UNREADABLE where there is no such parameter
   */
  withDefault(pipelineName: string, parameter: string, defaultValue: JsonValue): AssetCatalogue {
    const pipeline = this.artifacts.find(({ kind, name }) => kind === 'pipelines' && name === pipelineName);
    const parameters = pipeline?.properties['parameters'];
    const declared = isObject(parameters) ? parameters[parameter] : undefined;
    if (pipeline === undefined || !isObject(parameters) || !isObject(declared)) {
      throw new InsightsError('ARTIFACT_UNREADABLE', `Pipeline ${pipelineName} has no parameter ${parameter}.`, {
        place: { file: pipeline?.file ?? 'assets/pipelines' },
      });
    }
    const filled = { ...parameters, [parameter]: { ...declared, defaultValue } };
    return this.with({ ...pipeline, properties: { ...pipeline.properties, parameters: filled } });
  }

  /**
   * Itself, if the linter finds nothing in one of its pipelines: for one whose defaults were filled in, which only then has
   * its size and all its text.
   * @throws InsightsError ARTIFACTS_INVALID with every finding
   */
  judged(pipelineName: string): AssetCatalogue {
    const isJudged = ({ kind, name }: Artifact): boolean => kind === 'pipelines' && name === pipelineName;
    refuseFaultyArtifacts(withExampleValues(this.artifacts), [...generated, ...this.present], isJudged);
    return this;
  }

  /** Without what fetches from web addresses, which exfiltration protection stops (NET5), and what needs it. */
  withoutWeb(): AssetCatalogue {
    return new AssetCatalogue(leaveOut(this.artifacts, isWebService).kept, this.present);
  }

  /** For a workspace that has OEA's framework, which is left as it is (OWN3). */
  besideFramework(): AssetCatalogue {
    return new AssetCatalogue(besideFramework(this.artifacts), [...this.present, ...frameworkArtifacts]);
  }
}
