import type { Account } from './directory';
import type { Section } from './institution';
import { Random, stir } from './random';
import type { World } from './world';

/** Who signals: an account with the classes it signals from. */
export interface Actor {
  readonly id: string;
  /** Number of the actor, for identifiers that belong to it (submissions). */
  readonly index: number;
  readonly role: 'Student' | 'Teacher' | 'Faculty' | 'Administrator' | 'Other';
  readonly sections: readonly Section[];
  /** Signals in 1,000 full school days. */
  readonly pace: number;
  /** Signals from this day on; those who have left are not among the actors. */
  readonly fromDay: number;
  readonly userAgents: readonly string[];
}

/** Signals in 1,000 full school days, before the set's and the person's own liveliness are taken into account. */
const pace: Readonly<Record<Actor['role'], number>> = {
  Student: 1000,
  Teacher: 2200,
  Faculty: 2000,
  Administrator: 400,
  Other: 500,
};

/** Accounts of people who are unknown to the directory: deleted since, or of another tenant. */
const unknownActors = 4;

/**
 * Everyone who signals, in the order of the accounts. Withdrawn students are silent; guests signal from no class;
 * the last few are not in the directory at all (lake-rules.md §7).
 */
export function buildActors(world: World): readonly Actor[] {
  const { settings, directory, timetable, institution } = world;
  const random = new Random(settings.seed, 'actors');
  const sectionsOf = new Map<Account, Section[]>();
  for (const { person, section, active } of timetable.enrolments) {
    const account = directory.mainAccount.get(person);
    if (account === undefined || !active) continue;
    const sections = sectionsOf.get(account);
    if (sections === undefined) sectionsOf.set(account, [section]);
    else if (!sections.includes(section)) sections.push(section);
  }
  const actors: Actor[] = [];
  const add = (id: string, role: Actor['role'], sections: readonly Section[], fromDay: number): void => {
    // One person in ten hardly works online, one in ten all the time.
    const liveliness = random.pick([100, 450, 600, 750, 850, 1000, 1150, 1350, 1650, 2400]);
    const browser = random.pick(browsers);
    const actor: Actor = {
      id,
      index: stir(actors.length + settings.seed * 7919),
      role,
      sections,
      pace: Math.floor((pace[role] * liveliness * settings.set.liveliness) / 1_000_000),
      fromDay,
      // Most signals come from services, which name no browser.
      userAgents: [browser, random.pick(applications), '', '', '', '', ''],
    };
    actors.push(actor);
  };
  for (const account of directory.accounts) {
    const sections = sectionsOf.get(account) ?? [];
    const gone = account.persons.length > 0 && account.persons.every((person) => person.exitDay !== undefined);
    if (!gone) add(account.objectId, account.role, sections, Math.max(institution.snapshotDay, account.createdDay));
  }
  const strangers = Math.max(unknownActors, Math.floor(actors.length / 150));
  for (let index = 0; index < strangers; index += 1) {
    const section = random.pick(timetable.sections);
    add(
      random.guid(),
      index % 2 === 0 ? 'Student' : 'Other',
      index % 2 === 0 ? [section] : [],
      institution.snapshotDay,
    );
  }
  return actors;
}

/** User agents hold commas; they are written in quotes, once and for all. */
const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36 Edg/122.0.2365.66',
  'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/121.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPad; CPU OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:123.0) Gecko/20100101 Firefox/123.0',
].map((agent) => (agent.includes(',') ? `"${agent}"` : agent));

const applications = [
  'Microsoft Teams/24033.811.2738.2546 (Windows)',
  'TeamsMobile-iOS/6.4.2',
  'TeamsMobile-Android/1416',
  'Microsoft Office OneNote/16.0',
];
