import { formatDay } from './calendar';
import { buildDirectory, type Directory } from './directory';
import { buildTimetable, type Timetable } from './enrolments';
import { buildInstitution, type Institution } from './institution';
import type { Settings } from './options';
import { buildPeople, type People } from './people';
import { Random } from './random';
import { Vocabulary } from './vocabulary';

/** Everything that a roster tells, held in memory; its size follows the persons, not the activity. */
export interface World {
  readonly settings: Settings;
  readonly institution: Institution;
  readonly people: People;
  readonly timetable: Timetable;
  readonly directory: Directory;
  readonly vocabulary: Vocabulary;
}

export function buildWorld(settings: Settings): World {
  const institution = buildInstitution(settings);
  const people = buildPeople(settings, institution);
  const timetable = buildTimetable(settings, institution, people);
  const directory = buildDirectory(settings, institution, people, timetable);
  return {
    settings,
    institution,
    people,
    timetable,
    directory,
    vocabulary: new Vocabulary(settings.seed, settings.set.language),
  };
}

/** A row of a table by column name; the table writer puts the cells into catalogue order. Empty = null. */
export type Row = Readonly<Record<string, string>>;

/** The rows of a table, one at a time. */
export type RowSource = (world: World, clock: SeenClock) => Iterable<Row>;

/** First and last sight of a thing: it was seen a few days after it began, and last when the snapshot was taken. */
export class SeenClock {
  readonly last: string;
  private readonly random: Random;

  constructor(
    private readonly world: World,
    /** Each table has a stream of its own. */
    table: string,
  ) {
    this.random = new Random(world.settings.seed, 'seen', table);
    this.last = formatDay(world.institution.snapshotDay);
  }

  /** First sight of something that began on `day`; never after the snapshot. */
  from(day: number): string {
    return formatDay(Math.min(day + this.random.below(6), this.world.institution.snapshotDay));
  }

  /** Both columns, which most tables have. */
  seen(day: number): { FirstSeenDateTime: string; LastSeenDateTime: string } {
    return { FirstSeenDateTime: this.from(day), LastSeenDateTime: this.last };
  }
}

export function booleanCell(value: boolean): string {
  return value ? 'TRUE' : 'FALSE';
}

/** Running numbers with a letter in front, so that no two tables share an identifier by chance. */
export function runningNumber(letter: string, index: number): string {
  return letter + String(index + 1).padStart(7, '0');
}
