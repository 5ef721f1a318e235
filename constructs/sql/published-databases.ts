import { Construct } from 'constructs';
import { combinedHash } from '../../src/artifacts/content-hash';
import { ownPipelineName } from '../../src/artifacts/oea-framework';
import type { Catalogue } from '../../src/catalogue/model';
import { sqlBatches } from '../../src/catalogue/render/t-sql-batches';
import type { AssetCatalogue } from '../artifacts/asset-catalogue';
import type { SynapseArtifacts } from '../artifacts/synapse-artifacts';
import type { ITerraformDependable } from '../core/cdktf';
import { RunPipeline } from '../operations/run-pipeline';
import type { ISynapseWorkspace } from '../synapse/synapse-workspace';
import { LakeDatabase } from './lake-database';
import { ServerlessDatabase } from './serverless-database';

export interface PublishedDatabasesProps {
  /** Workspace of the lake that is published, such as `prod`, and version of its data. */
  readonly workspace: string;
  readonly dataVersion: string;
  readonly catalogue: Catalogue;
  /** Name of the lake's account. */
  readonly storageAccount: string;
  /** IANA zone of day, week and hour (ROW16). */
  readonly timeZone: string;
  /** Whether the serverless databases also exist under the other spelling of the version. @default false */
  readonly aliases?: boolean;
}

export interface DatabaseCreationProps {
  readonly synapse: Pick<ISynapseWorkspace, 'workspaceName' | 'developmentEndpoint'>;
  readonly artifacts: SynapseArtifacts;
  /** What must be done before: the way to the lake (NET3), and a first run, without which there are no tables. */
  readonly after: readonly ITerraformDependable[];
}

const pipelines = { serverless: 'create_sql_db', lake: 'create_lake_db' } as const;

/** A cold Spark pool takes some minutes to start. */
const timeoutMinutes = 60;

/**
 * All databases of a workspace of the lake: declared, granted, written into the artifacts, and created, in this order.
 *
 * @example
 * const databases = new PublishedDatabases(this, 'Databases', { workspace: 'prod', dataVersion, catalogue, … });
 * databases.general.grantRead(analysts);
 * const artifacts = new SynapseArtifacts(this, 'Artifacts', { assets: databases.define(assets), … });
 * databases.create({ synapse, artifacts, after: [firstRun.resource] });
 */
export class PublishedDatabases extends Construct {
  readonly general: ServerlessDatabase;
  readonly sensitive: ServerlessDatabase;
  readonly lakeRaw: LakeDatabase;
  readonly lakeGeneral: LakeDatabase;
  readonly lakeSensitive: LakeDatabase;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PublishedDatabasesProps,
  ) {
    super(scope, id);
    this.general = new ServerlessDatabase(this, 'General', { ...props, zone: 'general' });
    this.sensitive = new ServerlessDatabase(this, 'Sensitive', { ...props, zone: 'sensitive' });
    this.lakeRaw = new LakeDatabase(this, 'LakeRaw', { ...props, zone: 'raw' });
    this.lakeGeneral = new LakeDatabase(this, 'LakeGeneral', { ...props, zone: 'general' });
    this.lakeSensitive = new LakeDatabase(this, 'LakeSensitive', { ...props, zone: 'sensitive' });
  }

  /** The assets with the definitions in them, after which there can be no more readers. */
  define(assets: AssetCatalogue): AssetCatalogue {
    const { general, sensitive, lakeGeneral, lakeSensitive } = this;
    const steps = [general, sensitive, lakeGeneral, lakeSensitive].flatMap((database) => database.definition());
    const plain = sqlBatches(steps).map(({ name, database, hasAlias, text }) => ({ name, database, hasAlias, text }));
    return assets.withDefault(pipelines.serverless, 'statements', plain).with(general.script(), sensitive.script());
  }

  /** Runs the pipelines that make the databases, and again when a definition changes. */
  create(props: DatabaseCreationProps): void {
    const { artifacts, synapse, after } = props;
    const { workspace, dataVersion } = this.props;
    const run = (
      id: string,
      name: string,
      parameters: Readonly<Record<string, string>>,
      content: readonly string[],
      before: readonly ITerraformDependable[],
    ): ITerraformDependable => {
      const own = ownPipelineName(name);
      const pipeline = artifacts.artifact('pipelines', artifacts.has('pipelines', own) ? own : name);
      const input = {
        workspaceName: synapse.workspaceName,
        developmentEndpoint: synapse.developmentEndpoint,
        pipelineName: pipeline.resource.name,
        parameters,
        timeoutMinutes,
        contentHash: combinedHash([pipeline.contentHash, ...content]),
        onInterrupt: 'cancel',
      } as const;
      return new RunPipeline(this, id, { input, after: before }).resource;
    };
    const content = [this.lakeRaw, this.lakeGeneral, this.lakeSensitive].map((database) => database.content);
    const path = `stage2/Refined/M365/v${dataVersion}`;
    const lake = run('CreateLake', pipelines.lake, { workspace, datasetFullPath: path }, content, after);
    // After the other, because the second lets readers into the lake databases that the first makes.
    const parameters = { workspace, version: dataVersion };
    run('CreateServerless', pipelines.serverless, parameters, [], [...after, lake]);
  }
}
