import * as fs from 'node:fs/promises';
import type { ErasureBench } from './erasure';
import { MemorySecrets } from './memory-secrets';
import { smallCatalogue, smallRow, smallRows, writeDrop, type SmallTables } from './small-drop';
import { runEngine } from './small-lake';
import { useTemporaryFolders } from './temporary-folder';

/** Tables of a small lake in which person 2 has two accounts, a rejected row and a relative. */
export const erasureCatalogue = smallCatalogue([
  'activity',
  'AadUser',
  'AadUserPersonMapping',
  'Person',
  'PersonDemographicRace',
  'PersonRelationship',
]);

export const erasureRoster: SmallTables = {
  AadUserPersonMapping: [
    ...smallRows('AadUserPersonMapping', 5),
    smallRow('AadUserPersonMapping', 2, { ObjectId: 'AadUser-6' }),
  ],
  PersonRelationship: [
    ...smallRows('PersonRelationship', 5).map((row) => row.map((cell) => (cell === 'Person-2' ? 'Person-1' : cell))),
    smallRow('PersonRelationship', 6, { PersonId: 'Person-1', RelatedPersonId: 'Person-2' }),
  ],
  Person: [...smallRows('Person'), smallRow('Person', 2, { Surname: 'other content of one key' })],
};

/** Two signals of each of six accounts. */
export const erasureActivity = smallRows('activity', 12).map((row, n) =>
  row.map((cell) => (cell === `AadUser-${n + 1}` ? `AadUser-${(n % 6) + 1}` : cell)),
);

/** A lake of these tables, made once for a file of tests; each asks for a copy of its own with nobody erased. */
export function useErasureLake(): () => Promise<ErasureBench<MemorySecrets>> {
  const temporaryFolder = useTemporaryFolders();
  let built: string;
  beforeAll(async () => {
    const drop = await temporaryFolder();
    built = await temporaryFolder();
    const roster = { '2022-01-28T06-16-22': erasureRoster };
    await writeDrop(drop, { roster, activity: { '2022-01-28/a.csv': erasureActivity } }, erasureCatalogue);
    await runEngine({ drop, lake: built, catalogue: erasureCatalogue });
  });
  return async () => {
    const lake = await temporaryFolder();
    await fs.cp(built, lake, { recursive: true });
    return { lake, keeper: new MemorySecrets(), catalogue: erasureCatalogue };
  };
}
