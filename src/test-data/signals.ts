import type { Actor } from './actors';
import { formatDuration, formatTimestamp } from './calendar';
import type { Section } from './institution';
import { derivedGuid, stir, type Random } from './random';

/** Everything that a signal's maker may look at. */
export interface Moment {
  readonly random: Random;
  readonly actor: Actor;
  /** Undefined where the actor has no class. */
  readonly section: Section | undefined;
  /** Seconds since 1970-01-01, UTC. */
  readonly time: number;
  /** Local school day. */
  readonly day: number;
  /** Seconds to add to local time to get UTC. */
  readonly toUtc: number;
  readonly seed: number;
}

/** The columns in which kinds of signals differ; absent = empty. */
export type SignalFields = Readonly<Record<string, string>>;

export type SignalMaker = (moment: Moment) => SignalFields;

const extensions = ['docx', 'docx', 'docx', 'pdf', 'pdf', 'pptx', 'pptx', 'xlsx', 'mp4', 'jpg', 'one'];

const file =
  (SignalType: string): SignalMaker =>
  ({ random, section }) => ({
    SignalType,
    // Without a class it is one's own storage.
    AppName: section === undefined ? 'OneDrive' : random.below(8) === 0 ? 'OneNote' : 'SharePoint Online',
    SourceFileExtension: random.pick(extensions),
  });

const social =
  (SignalType: string): SignalMaker =>
  ({ section }) => ({ SignalType, AppName: section === undefined ? 'OneDrive' : 'SharePoint Online' });

const channel =
  (SignalType: string): SignalMaker =>
  ({ random, section, seed }) => ({
    SignalType,
    AppName: random.below(10) < 3 ? 'TeamsMobile' : 'Teams',
    ChannelId: section === undefined ? '' : `19:${channelOf(section, random.below(3), seed)}@thread.tacv2`,
  });

/** One of the three channels of a class. */
function channelOf(section: Section, number: number, seed: number): string {
  return derivedGuid(seed, 1, section.index, number).replaceAll('-', '');
}

/** What a class is to hand in in a week: known to everyone in it without a list. */
function assignmentOf(
  { section, day, toUtc, seed }: Moment,
  weeksAgo: number,
): { id: string; key: number; dueTime: number } {
  const week = Math.floor((day + 3) / 7) - weeksAgo;
  const key = stir(stir(section!.index + 17) ^ week);
  // Due on Wednesday, Thursday or Friday, one minute before midnight local time.
  const dueDay = week * 7 - 3 + 2 + (key % 3);
  return { id: derivedGuid(seed, 2, section!.index, week), key, dueTime: (dueDay + 1) * 86_400 - 60 + toUtc };
}

const assigned: SignalMaker = (moment) => {
  const { id, dueTime } = assignmentOf(moment, 0);
  return {
    SignalType: 'AssignmentEvent',
    AppName: 'Assignments',
    AssignmentId: id,
    Action: 'Assigned',
    DueDate: formatTimestamp(dueTime),
  };
};

const submission: SignalMaker = (moment) => {
  const { random, actor, time, seed } = moment;
  const { id, key, dueTime } = assignmentOf(moment, random.below(2));
  const action = time > dueTime ? 'Returned' : random.below(2) === 0 ? 'Visited' : 'Submitted';
  const visited = action === 'Visited';
  // Handed in up to two days before it is due, and never after it came back.
  const created = action === 'Submitted' ? time : dueTime - (stir(key ^ actor.index) % 172_800);
  return {
    SignalType: 'SubmissionEvent',
    AppName: 'Assignments',
    AssignmentId: id,
    Action: action,
    DueDate: formatTimestamp(dueTime),
    SubmissionId: visited ? '' : derivedGuid(seed, 3, key, actor.index),
    SubmissionCreatedTime: visited ? '' : formatTimestamp(created),
    Grade: action === 'Returned' ? gradeOf(key, actor.index) : '',
  };
};

/** Points from 40 to 100 in halves, the same whenever a piece of work comes back. */
function gradeOf(assignment: number, actor: number): string {
  const halves = 80 + (stir(assignment ^ actor) % 61) + (stir(actor) % 61);
  return `${Math.floor(halves / 2)}.${halves % 2 === 0 ? '0' : '5'}`;
}

const meeting: SignalMaker = ({ random, section, actor, day, seed }) => ({
  SignalType: 'CallRecordSummarized',
  AppName: 'TeamsMeeting',
  MeetingDuration: formatDuration(random.between(4, 55) * 60 + random.below(60)),
  // Everyone of a class who meets on a day meets in one of its two meetings.
  MeetingSessionId:
    section === undefined
      ? derivedGuid(seed, 4, actor.index, day)
      : derivedGuid(seed, 5, section.index, day * 2 + random.below(2)),
  MeetingType: section === undefined ? 'AdHoc' : random.below(4) === 0 ? 'Channel' : 'Scheduled',
});

const reading: SignalMaker = (moment) => {
  const { random, actor, time, seed } = moment;
  const { id, key, dueTime } = assignmentOf(moment, 0);
  const words = 90 + (key % 160);
  return {
    SignalType: 'ReadingSubmission',
    AppName: 'ReadingProgress',
    AssignmentId: id,
    SubmissionId: derivedGuid(seed, 6, key, actor.index),
    SubmissionCreatedTime: formatTimestamp(time),
    Action: 'Submitted',
    DueDate: formatTimestamp(dueTime),
    ReadingSubmissionWordsPerMinute: String(40 + (stir(actor.index) % 90) + random.below(20)),
    ReadingSubmissionAccuracyScore: `${80 + random.below(20)}.${random.below(10)}`,
    ReadingSubmissionMispronunciationCount: String(random.below(9)),
    ReadingSubmissionRepetitionsCount: String(random.below(5)),
    ReadingSubmissionInsertionsCount: String(random.below(4)),
    ReadingSubmissionObmissionCount: String(random.below(6)),
    ReadingSubmissionAttemptNumber: String(1 + random.below(3)),
    ReadingAssignmentWordCount: String(words),
    ReadingAssignmentFleschKincaidGradeLevel: `${1 + (key % 9)}.${key % 10}`,
    ReadingAssignmentLanguage: key % 6 === 0 ? 'es-ES' : 'en-US',
  };
};

const reflect: SignalMaker = ({ random }) => ({
  SignalType: 'ReflectCheckIn',
  AppName: 'Reflect',
  Action: random.below(5) === 0 ? 'Viewed' : 'Responded',
});

/** Kinds of signals by maker; the weights are in activity.ts. */
export const signalMakers = {
  assigned,
  submission,
  meeting,
  reading,
  reflect,
  fileAccessed: file('FileAccessed'),
  fileDownloaded: file('FileDownloaded'),
  fileModified: file('FileModified'),
  fileUploaded: file('FileUploaded'),
  commentCreated: social('CommentCreated'),
  commentDeleted: social('CommentDeleted'),
  like: social('Like'),
  unlike: social('Unlike'),
  mentioned: social('UserAtMentioned'),
  shared: social('AddedToSharedWithMe'),
  shareNotified: social('ShareNotificationRequested'),
  visitChannel: channel('VisitTeamChannel'),
  post: channel('PostChannelMessage'),
  reply: channel('ReplyChannelMessage'),
  expand: channel('ExpandChannelMessage'),
  emoji: channel('ReactedWithEmoji'),
} as const satisfies Record<string, SignalMaker>;
