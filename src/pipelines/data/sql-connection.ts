import { toText } from '../expression/content';
import { ActivityFailure } from '../run/records';
import type { LinkedService } from './linked-service';

const sqlServices = new Set(['AzureSqlDatabase', 'AzureSqlDW', 'SqlServer', 'AzureSqlMI']);

/**
 * The database that a linked service's connection opens: `Initial Catalog` of its connection string, or `database`.
 * @throws ActivityFailure for a service of another kind, or one that names no database.
 */
export function databaseOf({ name, type, typeProperties }: LinkedService): string {
  if (!sqlServices.has(type)) {
    throw new ActivityFailure('BadRequest', `The linked service '${name}' is no SQL database.`);
  }
  const connection = toText(typeProperties['connectionString'] ?? null);
  const catalogue = /(?:^|;)\s*(?:Initial Catalog|Database)\s*=\s*([^;]+)/i.exec(connection)?.[1]?.trim();
  const database = catalogue ?? toText(typeProperties['database'] ?? null);
  if (database !== '') return database;
  throw new ActivityFailure('BadRequest', `The linked service '${name}' names no database.`);
}
