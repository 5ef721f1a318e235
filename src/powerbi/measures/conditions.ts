/** Conditions that measures share: which signals a number is about. */
import type { Condition } from './measure';

export const role = (...isIn: string[]): Condition => ({ column: 'ActorRole', isIn });
export const type = (...isIn: string[]): Condition => ({ column: 'SignalType', isIn });
export const there = (column: string): Condition => ({ column, isPresent: true });

export const actor = 'ActorId_pseudonym';
export const work = { kind: 'distinctPairs', columns: ['AssignmentId_pseudonym', actor] } as const;
/** A piece of work is known by assignment and student: a submission has no id before it is handed in. */
export const opened = [type('SubmissionEvent'), there('AssignmentId_pseudonym'), there(actor)];
export const turnedIn: readonly Condition[] = [...opened, { column: 'Action', isIn: ['Submitted', 'Returned'] }];
export const timed = [...turnedIn, there('SubmissionCreatedTime'), there('DueDate')];
export const meeting = type('CallRecordSummarized');
export const reading = type('ReadingSubmission');
