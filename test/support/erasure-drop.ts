import { smallCatalogue, smallRow, smallRows, type SmallTables } from './small-drop';

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
