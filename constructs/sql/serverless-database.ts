import type { Construct } from 'constructs';
import type { Artifact } from '../../src/artifacts/model';
import type { Catalogue } from '../../src/catalogue/model';
import { lakeDatabases } from '../../src/catalogue/render/lake-database-sql';
import { sqlBatches } from '../../src/catalogue/render/t-sql-batches';
import { sqlZoneSteps } from '../../src/catalogue/render/t-sql-database';
import { fillSqlStatements, type SqlStep } from '../../src/catalogue/render/t-sql-statement';
import { databaseNames } from '../../src/contract/database-names';
import type { EntraGroup } from '../../src/contract/environment-settings';
import type { RefinedZone } from '../../src/contract/lake-paths';
import { ReadableDatabase } from './readable-database';

export interface ServerlessDatabaseProps {
  readonly zone: RefinedZone;
  /** Workspace of the lake, such as `prod`, and version of its data: part of the name. */
  readonly workspace: string;
  readonly dataVersion: string;
  readonly catalogue: Catalogue;
  /** Name of the lake's account. */
  readonly storageAccount: string;
  /** IANA zone of day, week and hour (ROW16). */
  readonly timeZone: string;
  /** Whether there is also one under the other spelling of the version. @default false */
  readonly aliases?: boolean;
}

/**
 * A serverless SQL database with a view per table of a zone, over a data source that is rooted at the zone, so that a reader
 * of one zone cannot name a file of the other (ACCESS4). No resource makes it: serverless SQL speaks TDS only, so the
 * pipeline `create_sql_db` runs its definition.
 *
 * @example
 * const database = new ServerlessDatabase(this, 'General', { zone: 'general', workspace: 'prod', … });
 * database.grantRead(new People(environment.people.analysts));
 */
export class ServerlessDatabase extends ReadableDatabase {
  readonly databaseName: string;
  readonly tables: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServerlessDatabaseProps,
  ) {
    super(scope, id);
    const { zone, workspace, dataVersion, catalogue } = props;
    const names = databaseNames(workspace, dataVersion);
    this.databaseName = zone === 'general' ? names.serverless : names.serverlessSensitive;
    // A view per table of Spark's database of the zone, under the same name.
    const twin = zone === 'general' ? names.lakeRefined : names.lakeSensitive;
    const databases = lakeDatabases(catalogue, workspace, dataVersion);
    this.tables = (databases.find(({ name }) => name === twin)?.tables ?? []).map(({ name }) => name);
  }

  /** The definition for this workspace as a script in Synapse Studio: to be read, and run by hand if need be. */
  script(): Artifact {
    const { workspace, dataVersion } = this.props;
    const own = sqlBatches(this.definition().map((step) => ({ ...step, hasAlias: false })));
    const batches = fillSqlStatements(own, workspace, dataVersion).map(
      ({ database, text }) => `USE [${database}];\nGO\n${text}\nGO\n`,
    );
    return {
      kind: 'sqlScripts',
      name: `Insights_${this.databaseName}`,
      file: 'assets/catalogue',
      properties: {
        description: `What create_sql_db runs for ${this.databaseName}. Rendered from the catalogue; changes here change nothing.`,
        type: 'SqlQuery',
        content: {
          query: batches.join('\n'),
          metadata: { language: 'sql' },
          currentConnection: { type: 'SqlOnDemand', name: 'master', poolName: 'Built-in', databaseName: 'master' },
          resultLimit: 5000,
        },
        folder: { name: 'Insights' },
      },
    };
  }

  protected override render(readers: readonly EntraGroup[]): readonly SqlStep[] {
    return sqlZoneSteps(this.props, this.props.zone, readers);
  }
}
