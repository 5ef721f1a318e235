import { InsightsError } from '../contract/errors';
import { buildActors, type Actor } from './actors';
import { dayWeight, formatDay, formatTimestamp, utcOffsetMinutes } from './calendar';
import type { Section } from './institution';
import { Random, stir, Weighted } from './random';
import { signalMakers, type SignalFields, type SignalMaker } from './signals';
import { deliveredColumns } from './table-writer';
import type { Table } from '../catalogue/model';
import type { World } from './world';

const makers = signalMakers;

/** What students do in a class, what teachers do there, and what anyone does outside. */
const studentSignals = new Weighted<SignalMaker>([
  [makers.submission, 300],
  [makers.visitChannel, 140],
  [makers.meeting, 90],
  [makers.fileAccessed, 90],
  [makers.fileModified, 70],
  [makers.emoji, 60],
  [makers.reply, 50],
  [makers.expand, 40],
  [makers.fileDownloaded, 40],
  [makers.fileUploaded, 30],
  [makers.post, 25],
  [makers.reflect, 25],
  [makers.commentCreated, 15],
  [makers.like, 10],
  [makers.unlike, 2],
  [makers.commentDeleted, 3],
  [makers.mentioned, 10],
]);
const teacherSignals = new Weighted<SignalMaker>([
  [makers.assigned, 130],
  [makers.visitChannel, 150],
  [makers.post, 120],
  [makers.meeting, 110],
  [makers.fileUploaded, 110],
  [makers.fileModified, 100],
  [makers.fileAccessed, 90],
  [makers.reply, 70],
  [makers.commentCreated, 50],
  [makers.shareNotified, 30],
  [makers.reflect, 20],
  [makers.mentioned, 20],
]);
const ownSignals = new Weighted<SignalMaker>([
  [makers.fileAccessed, 40],
  [makers.fileModified, 35],
  [makers.fileDownloaded, 15],
  [makers.shared, 6],
  [makers.meeting, 4],
]);

/** Local hours in which people work, in parts of 1,000: lessons, the lunch break, homework. */
// prettier-ignore
const schoolHours: readonly (readonly [hour: number, share: number])[] = [
  [7, 29], [8, 106], [9, 125], [10, 135], [11, 106], [12, 48], [13, 106], [14, 96], [15, 58],
  [16, 38], [17, 34], [18, 34], [19, 37], [20, 32], [21, 12], [22, 4],
];
// prettier-ignore
const quietHours: typeof schoolHours = [
  [9, 30], [10, 70], [11, 80], [13, 60], [15, 80], [16, 100], [17, 120], [18, 130], [19, 150], [20, 120], [21, 60],
];

/** One signal in this many is made outside of any class. */
const outsideClass = 8;

/** A day's signals, one at a time: nothing is kept, so memory does not follow the number of rows. */
export class ActivityGenerator {
  private readonly actors: readonly Actor[];
  /** The cells of the signal at hand, in delivered order; the same array for every signal. */
  private readonly cells: string[];
  private readonly positions: ReadonlyMap<string, number>;
  private readonly creationDates = new Map<Section, string>();

  constructor(
    private readonly world: World,
    private readonly table: Table,
  ) {
    this.actors = buildActors(world);
    const columns = deliveredColumns(table);
    this.cells = columns.map(() => '');
    this.positions = new Map(columns.map((column, position) => [column, position]));
  }

  /**
   * The signals of a local day, hour by hour. StartTime is UTC, so evenings of western zones lie on the next day there (ROW16).
   * Each day draws from a stream of its own: more days leave the earlier ones as they are. Cells need no quotes, or carry
   * them; a row is valid until the next one is asked for.
   * @throws InsightsError TEST_DATA_COLUMNS
   */
  *day(day: number): Generator<readonly string[]> {
    const { settings } = this.world;
    const random = new Random(settings.seed, 'activity', formatDay(day));
    const weight = dayWeight(day);
    const toUtc = -utcOffsetMinutes(settings.set.zone, day) * 60;
    // Signals in 1,000 such days. Everyone has busy days and idle ones: between nothing and twice the usual.
    const paces = this.actors.map(({ pace, index, fromDay }) =>
      day < fromDay ? 0 : Math.floor((pace * weight * (stir(index ^ day) % 2000)) / 1_000_000),
    );
    for (const [hour, share] of weight >= 500 ? schoolHours : quietHours) {
      const start = day * 86_400 + hour * 3600 + toUtc;
      for (const [place, actor] of this.actors.entries()) {
        // The part below one signal is a chance.
        let count = Math.floor((paces[place]! * share + random.below(1000) * 1000) / 1_000_000);
        for (; count > 0; count -= 1) yield this.signal(random, actor, day, start + random.below(3600), toUtc);
      }
    }
  }

  private signal(random: Random, actor: Actor, day: number, time: number, toUtc: number): readonly string[] {
    const section = random.below(outsideClass) === 0 ? undefined : sectionOf(random, actor);
    const make = makerOf(random, actor, section);
    this.cells.fill('');
    this.set(make({ random, actor, section, time, day, toUtc, seed: this.world.settings.seed }));
    this.set({
      StartTime: formatTimestamp(time),
      SignalId: random.guid(),
      UserAgent: random.pick(actor.userAgents),
      ActorId: actor.id,
      ActorRole: actor.role,
      SchemaVersion: '1.6',
    });
    if (section !== undefined) {
      this.set({
        ClassId: section.groupId,
        // Only some classes are known to the student information system by number.
        SisClassId: section.index % 4 === 0 ? section.externalId : '',
        ClassCreationDate: this.creationDate(section),
      });
    }
    return this.cells;
  }

  private set(fields: SignalFields): void {
    for (const column in fields) {
      const position = this.positions.get(column);
      if (position === undefined) {
        throw new InsightsError(
          'TEST_DATA_COLUMNS',
          'The generator has a value for a column that the catalogue does not have.',
          {
            place: { table: this.table.name, column },
          },
        );
      }
      this.cells[position] = fields[column]!;
    }
  }

  private creationDate(section: Section): string {
    let date = this.creationDates.get(section);
    if (date === undefined) {
      date = formatDay(section.createdDay);
      this.creationDates.set(section, date);
    }
    return date;
  }
}

/** One of the actor's classes; of two drawn the livelier one, so that classes differ. */
function sectionOf(random: Random, actor: Actor): Section | undefined {
  if (actor.sections.length === 0) return undefined;
  const one = random.pick(actor.sections);
  const other = random.pick(actor.sections);
  return one.liveliness >= other.liveliness ? one : other;
}

function makerOf(random: Random, actor: Actor, section: Section | undefined): SignalMaker {
  if (section === undefined) return ownSignals.draw(random);
  if (actor.role !== 'Student') return teacherSignals.draw(random);
  if (section.course.subject.reading && random.below(6) === 0) return makers.reading;
  return studentSignals.draw(random);
}
