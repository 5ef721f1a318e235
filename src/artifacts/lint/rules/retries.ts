import { expressionsOf, printExpression } from '../../expression';
import type { Activity } from '../activity';
import { callsOf } from '../calls';
import type { RuleFinding } from '../finding';
import { below, memberAt, textAt } from '../json';
import type { ArtifactRule } from '../rule';
import type { Subject, Surroundings, Text } from '../subject';

/** What talks to another service, and does the same when it is done again. */
const retriedTypes: ReadonlySet<string> = new Set([
  'Copy',
  'Delete',
  'GetMetadata',
  'Lookup',
  'SqlServerStoredProcedure',
  'SynapseNotebook',
]);

/** In minutes; the service takes no less and no more for what it executes (azure-facts §6.3). */
const shortestTimeout = 10;
const longestTimeout = 7 * 24 * 60;

export const retryRule: ArtifactRule = {
  id: 'retry',
  demand:
    'What can be done again is tried again, and has a timeout of 10 minutes to 7 days (defect D16: retry is 0 everywhere).',
  check: ({ activities }) => activities.filter(({ type }) => retriedTypes.has(type)).flatMap(checkPolicy),
};

function checkPolicy(activity: Activity): readonly RuleFinding[] {
  const findings: RuleFinding[] = [];
  const pointer =
    memberAt(activity.json, 'policy') === undefined ? activity.pointer : below(activity.pointer, 'policy');
  const retry = memberAt(activity.json, 'policy', 'retry');
  if (retry === undefined || retry === 0) {
    findings.push({
      pointer,
      problem: `"${activity.name}" is not tried again when it fails.`,
      mend: 'Set retry of its policy to 1 or more.',
    });
  }
  const timeout = textAt(activity.json, 'policy', 'timeout');
  const minutes = timeout === undefined ? undefined : minutesOf(timeout);
  if (timeout === undefined) {
    findings.push({
      pointer,
      problem: `"${activity.name}" has no timeout, so it may hang for days.`,
      mend: 'Set timeout of its policy, such as 0.02:00:00.',
    });
  } else if (minutes === undefined || minutes < shortestTimeout || minutes > longestTimeout) {
    findings.push({
      pointer: below(pointer, 'timeout'),
      problem: 'The timeout is not one of 10 minutes to 7 days.',
      mend: 'Write days.hours:minutes:seconds, such as 0.02:00:00.',
    });
  }
  return findings;
}

function minutesOf(timeout: string): number | undefined {
  const parts = /^(\d+)\.(\d{2}):(\d{2}):\d{2}$/.exec(timeout);
  return parts === null ? undefined : Number(parts[1]) * 24 * 60 + Number(parts[2]) * 60 + Number(parts[3]);
}

/** Reads only what has changed since this time. */
const lowerBound = 'modifiedDatetimeStart';

export const sharedWatermarkRule: ArtifactRule = {
  id: 'shared-watermark',
  demand:
    'Two copies are not filtered by one remembered time: where the first succeeds and the second fails, the next run skips the second (defect D16).',
  check: (subject, surroundings) => {
    const users = new Map<string, Activity>();
    return boundTexts(subject, surroundings).flatMap((text): RuleFinding[] => {
      const { activity, template } = text;
      const isRemembered = text.references.some(({ root }) => root === 'variables' || root === 'activities');
      if (activity === undefined || template === undefined || !isRemembered) return [];
      const key = expressionsOf(template).map(printExpression).join();
      const first = users.get(key);
      if (first === undefined) {
        users.set(key, activity);
        return [];
      }
      return [
        {
          pointer: text.pointer,
          problem: `"${activity.name}" skips what is older than the time that "${first.name}" is filtered by, too.`,
          mend: 'Remember for each of them what it has landed.',
        },
      ];
    });
  },
};

/** Texts of a pipeline that become the lower bound of a copy, in itself or in a pipeline that it runs. */
function boundTexts(subject: Subject, surroundings: Surroundings, outer: readonly Subject[] = []): readonly Text[] {
  const seen = [...outer, subject];
  const handed = callsOf(subject, surroundings).flatMap(({ kind, target, given }) => {
    if (kind !== 'pipelines' || target === undefined || seen.includes(target)) return [];
    const bounds = parametersIn(boundTexts(target, surroundings, seen));
    return [...given].flatMap(([name, { pointer }]) => (bounds.has(name) ? [pointer, below(pointer, 'value')] : []));
  });
  return subject.texts.filter(({ pointer }) => pointer.split('/').includes(lowerBound) || handed.includes(pointer));
}

function parametersIn(texts: readonly Text[]): ReadonlySet<string | undefined> {
  const references = texts.flatMap((text) => text.references);
  return new Set(references.filter(({ root }) => root === 'parameters').map(({ name }) => name));
}
