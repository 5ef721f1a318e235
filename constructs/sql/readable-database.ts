import { Construct, type IConstruct } from 'constructs';
import type { SqlStep } from '../../src/catalogue/render/t-sql-statement';
import type { EntraGroup } from '../../src/contract/environment-settings';
import { Token } from '../core/cdktf';
import type { IGrantee } from '../core/grantee';
import { refuse } from '../core/refuse';

/** A database over a zone of the lake. */
export interface IReadableDatabase extends IConstruct {
  readonly databaseName: string;
  /** Names of its tables or views, in catalogue order. */
  readonly tables: readonly string[];
  /**
   * Read its tables, in this database and no other. T-SQL knows groups by their names (ACCESS3).
   * @throws InsightsError CONSTRUCT_INVALID once its definition has been rendered
   */
  grantRead(grantee: IGrantee): void;
}

/** What databases of both kinds have in common: they collect their readers, and render them once. */
export abstract class ReadableDatabase extends Construct implements IReadableDatabase {
  abstract readonly databaseName: string;
  abstract readonly tables: readonly string[];
  private readonly readers = new Map<string, EntraGroup>();
  private rendered: readonly SqlStep[] | undefined;

  /** T-SQL for these readers, object by object, with slots for workspace and version. */
  protected abstract render(readers: readonly EntraGroup[]): readonly SqlStep[];

  /** Granting twice is harmless. */
  grantRead(grantee: IGrantee): void {
    for (const { objectId, displayName } of grantee.principals) {
      if (this.rendered !== undefined)
        throw refuse(this, 'grantRead', displayName, 'must come before the definition is rendered');
      if (Token.isUnresolved(displayName)) throw refuse(this, 'grantRead', displayName, 'must be known at synthesis');
      this.readers.set(objectId.toLowerCase(), { objectId, displayName });
    }
  }

  /** The definition, which from then on has these readers. */
  definition(): readonly SqlStep[] {
    this.rendered ??= this.render([...this.readers.values()]);
    return this.rendered;
  }
}
