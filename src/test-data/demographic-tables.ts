import { civilDate, formatDay } from './calendar';
import { placeName } from './names';
import type { Person } from './people';
import { Random, Weighted } from './random';
import { runningNumber, type Row, type RowSource, type SeenClock } from './world';

const races = new Weighted([
  ['white', 46],
  ['blackOrAfricanAmerican', 21],
  ['asian', 17],
  ['americanIndianOrAlaskaNative', 9],
  ['nativeHawaiianOrOtherPacificIslander', 7],
]);

const flags = new Weighted([
  ['FreeLunch', 40],
  ['IEP', 25],
  ['ELL', 20],
  ['GiftedOrTalented', 10],
  ['Homeless', 5],
]);

/** Birth, sex, race, ethnicity and conditions. A row of the last three exists only for whom it is true of. */
export const demographicTables: Readonly<Record<string, RowSource>> = {
  *PersonDemographic({ people, settings, institution, vocabulary }, clock) {
    const random = new Random(settings.seed, 'PersonDemographic');
    const { year } = civilDate(institution.year.startDay);
    for (const person of people.all) {
      if (person.kind === 'guardian') continue;
      const age = ageOf(person, random);
      const born = random.permille(870);
      yield {
        PersonId: person.id,
        ...clock.seen(person.entryDay),
        BirthCity: placeName(random.below(200)),
        BirthCountryCode: born ? settings.set.country : random.pick(['CA', 'GB', 'IN', 'MX', 'NG', 'PL', 'SY']),
        BirthDate: formatDay(institution.year.startDay - Math.floor(age * 365.25) - random.below(365)),
        BirthState: born ? `${settings.set.country}-${random.between(1, 16)}` : '',
        RefSexId: random.permille(30) ? '' : vocabulary.id('RefSex', sexOf(random, year)),
      };
    }
  },

  *PersonDemographicRace(world, clock) {
    const random = new Random(world.settings.seed, 'PersonDemographicRace');
    let count = 0;
    for (const student of world.people.students) {
      const first = races.draw(random);
      const second = races.draw(random);
      const both = random.permille(60) && second !== first;
      for (const race of both ? [first, second] : [first]) {
        yield { ...mark(clock, student, 'DR', count++), RefRaceId: world.vocabulary.id('RefRace', race) };
      }
    }
  },

  *PersonDemographicEthnicity(world, clock) {
    const random = new Random(world.settings.seed, 'PersonDemographicEthnicity');
    const RefEthnicityId = world.vocabulary.id('RefEthnicity', 'hispanicOrLatinoEthnicity');
    let count = 0;
    for (const student of world.people.students) {
      if (random.permille(240)) yield { ...mark(clock, student, 'DE', count++), RefEthnicityId };
    }
  },

  *PersonDemographicPersonFlag(world, clock) {
    const random = new Random(world.settings.seed, 'PersonDemographicPersonFlag');
    let count = 0;
    for (const student of world.people.students) {
      if (!random.permille(180)) continue;
      yield {
        ...mark(clock, student, 'DF', count++),
        RefPersonFlagId: world.vocabulary.id('RefPersonFlagType', flags.draw(random)),
      };
    }
  },
};

function mark(clock: SeenClock, student: Person, letters: string, index: number): Row {
  return { Id: runningNumber(letters, index), ...clock.seen(student.entryDay), PersonId: student.id };
}

function sexOf(random: Random, year: number): string {
  // Registers know the third value since 2019.
  if (year >= 2019 && random.permille(8)) return 'Other';
  return random.permille(505) ? 'Female' : 'Male';
}

function ageOf(person: Person, random: Random): number {
  if (person.kind !== 'student') return random.between(26, 63);
  if (person.grade === 'undergraduate') return random.between(18, 23);
  if (person.grade === 'graduate') return random.between(22, 29);
  return 5 + (person.grade === 'KG' ? 0 : Number(person.grade));
}
