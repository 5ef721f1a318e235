import type { Construct } from 'constructs';
import { canonicalJson } from '../../src/artifacts/content-hash';
import type { JsonValue } from '../../src/artifacts/model';
import type { Catalogue } from '../../src/catalogue/model';
import { lakeDatabases, type LakeDatabase as Definition } from '../../src/catalogue/render/lake-database-sql';
import { lakeReaderSteps } from '../../src/catalogue/render/t-sql-lake-readers';
import type { SqlStep } from '../../src/catalogue/render/t-sql-statement';
import { databaseNames } from '../../src/contract/database-names';
import type { EntraGroup } from '../../src/contract/environment-settings';
import type { RefinedZone } from '../../src/contract/lake-paths';
import type { IGrantee } from '../core/grantee';
import { refuse } from '../core/refuse';
import { ReadableDatabase } from './readable-database';

export interface LakeDatabaseProps {
  /** `raw` is Ingested and Ingested_Corrected. */
  readonly zone: RefinedZone | 'raw';
  /** Workspace of the lake, such as `prod`, and version of its data: part of the name. */
  readonly workspace: string;
  readonly dataVersion: string;
  readonly catalogue: Catalogue;
}

/**
 * A database of Spark's catalogue over the Delta tables of a zone; serverless SQL shows it too. The driver notebook makes it
 * (`create_lake_db`, and the end of every run). Its readers read the files as themselves, so beside this grant they need the
 * zone of the lake.
 *
 * @example
 * new LakeDatabase(this, 'LakeRefined', { zone: 'general', workspace: 'prod', dataVersion: '1.14', catalogue });
 */
export class LakeDatabase extends ReadableDatabase {
  readonly databaseName: string;
  readonly tables: readonly string[];
  /** Canonical JSON of what the database is made of: another one is to be made again. */
  readonly content: string;
  private readonly zone: LakeDatabaseProps['zone'];

  constructor(scope: Construct, id: string, props: LakeDatabaseProps) {
    super(scope, id);
    const { zone, workspace, dataVersion, catalogue } = props;
    this.zone = zone;
    const names = databaseNames(workspace, dataVersion);
    this.databaseName = { raw: names.lakeIngested, general: names.lakeRefined, sensitive: names.lakeSensitive }[zone];
    const definition = lakeDatabases(catalogue, workspace, dataVersion).find(({ name }) => name === this.databaseName);
    this.tables = (definition as Definition).tables.map(({ name }) => name);
    this.content = canonicalJson(definition as unknown as JsonValue);
  }

  /** Nobody reads what is not pseudonymised, so the raw zone has no readers (ACCESS2). */
  override grantRead(grantee: IGrantee): void {
    if (this.zone === 'raw') throw refuse(this, 'zone', this.zone, 'must be general or sensitive to have readers');
    super.grantRead(grantee);
  }

  protected override render(readers: readonly EntraGroup[]): readonly SqlStep[] {
    return this.zone === 'raw' ? [] : lakeReaderSteps(this.zone, readers);
  }
}
