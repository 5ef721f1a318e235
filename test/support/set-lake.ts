import path from 'node:path';
import { loadCatalogue } from '../../src/catalogue/load';
import { openDatabase, type Database } from '../../src/engine/database';
import { FolderStore } from '../../src/lake/folder-store';
import { generalRelations } from '../../src/powerbi/general-relations';
import type { FactTable } from '../../src/powerbi/measures/measure';
import { factRelation, sourceTables } from '../../src/powerbi/measures/relations';
import { runEngine, smallPaths } from './small-lake';

/** The committed sets with the time zones that their institutions keep (test_data/README.md). */
export const committedSets = { k12: 'America/Chicago', hed: 'Europe/Berlin' } as const;

export interface SetLake {
  readonly folder: string;
  readonly database: Database;
  /** Names of views with the rows of `factRelation`. */
  readonly facts: Readonly<Record<FactTable, string>>;
}

/** A committed set, through all stages of the engine, with a database that has its facts as views; the caller closes it. */
export async function openSetLake(set: keyof typeof committedSets, folder: string): Promise<SetLake> {
  await runEngine({
    drop: path.resolve(__dirname, '../../test_data', set),
    lake: folder,
    catalogue: loadCatalogue('strict'),
  });
  const database = await openDatabase();
  const [connection] = database.connections;
  const store = new FolderStore(folder, { durable: false });
  const source = { store, paths: smallPaths, catalogue: loadCatalogue('strict'), connection };
  const relations = await generalRelations(sourceTables, source);
  await store.close();
  const facts = { activity: 'signals', Section: 'sections', Enrollment: 'enrolments' } as const;
  for (const [fact, name] of Object.entries(facts) as [FactTable, string][]) {
    await connection.run(`CREATE VIEW ${name} AS ${factRelation(fact, relations, committedSets[set])}`);
  }
  return { folder, database, facts };
}
