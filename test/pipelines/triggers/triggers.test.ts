import fc from 'fast-check';
import type { JsonObject } from '../../../src/artifacts/model';
import { nextOccurrence, readRecurrence } from '../../../src/pipelines/triggers/recurrence';
import { TriggerScheduler } from '../../../src/pipelines/triggers/scheduler';
import { publishedFrom } from '../../../src/pipelines/published-artifacts';
import { TestWorkspace, expression, start, waitSeconds } from '../workspace';

const day = { frequency: 'Day', interval: 1, startTime: '2026-01-10T06:00:00Z', timeZone: 'UTC' };

/** The next times after `after`, in UTC to the minute. */
function times(recurrence: JsonObject, after: string, count: number): string[] {
  const read = readRecurrence(recurrence, 'daily');
  const found: string[] = [];
  let time: number | undefined = Date.parse(after);
  while (found.length < count) {
    time = nextOccurrence(read, time);
    if (time === undefined) break;
    found.push(new Date(time).toISOString().slice(0, 16));
  }
  return found;
}

test.each<[string, JsonObject, string, string[]]>([
  ['every day', day, '2026-01-01T00:00:00Z', ['2026-01-10T06:00', '2026-01-11T06:00']],
  ['strictly after', day, '2026-01-11T06:00:00Z', ['2026-01-12T06:00']],
  ['every third day', { ...day, interval: 3 }, '2026-01-10T06:00:00Z', ['2026-01-13T06:00', '2026-01-16T06:00']],
  [
    'every 15 minutes',
    { ...day, frequency: 'Minute', interval: 15 },
    '2026-01-10T06:20:00Z',
    ['2026-01-10T06:30', '2026-01-10T06:45'],
  ],
  [
    'every 5 hours',
    { ...day, frequency: 'Hour', interval: 5 },
    '2026-01-09T00:00:00Z',
    ['2026-01-10T06:00', '2026-01-10T11:00'],
  ],
  [
    'until the end',
    { ...day, endTime: '2026-01-11T06:00:00Z' },
    '2026-01-01T00:00:00Z',
    ['2026-01-10T06:00', '2026-01-11T06:00'],
  ],
  [
    'at several times',
    { ...day, schedule: { hours: [18, 6], minutes: [30, 0] } },
    '2026-01-10T06:00:00Z',
    ['2026-01-10T06:30', '2026-01-10T18:00', '2026-01-10T18:30', '2026-01-11T06:00'],
  ],
  [
    'weekdays of every second week',
    { ...day, frequency: 'Week', interval: 2, schedule: { weekDays: ['Monday', 'Friday'] } },
    '2026-01-10T06:00:00Z',
    ['2026-01-19T06:00', '2026-01-23T06:00', '2026-02-02T06:00'],
  ],
  [
    'on weekdays in any spelling, once alone and once in a list',
    { ...day, frequency: 'week', schedule: { weekDays: 'saturday', hours: 17 } },
    '2026-01-10T06:00:00Z',
    ['2026-01-10T17:00', '2026-01-17T17:00'],
  ],
  [
    'every 20 minutes of a day of the month, by minutes without hours',
    { ...day, frequency: 'Month', schedule: { monthDays: [11], minutes: [0, 20, 40] } },
    '2026-01-11T22:30:00Z',
    ['2026-01-11T22:40', '2026-01-11T23:00', '2026-01-11T23:20', '2026-01-11T23:40', '2026-02-11T00:00'],
  ],
  [
    'at the minute of the start, by hours without minutes',
    { ...day, startTime: '2026-01-10T06:25:00Z', schedule: { hours: [7, 9] } },
    '2026-01-10T06:00:00Z',
    ['2026-01-10T07:25', '2026-01-10T09:25', '2026-01-11T07:25'],
  ],
  [
    'every Sunday of a month, and the fifth Friday where there is one',
    {
      ...day,
      frequency: 'Month',
      schedule: { monthlyOccurrences: [{ day: 'sunday' }, { day: 'friday', occurrence: 5 }] },
    },
    '2026-01-20T06:00:00Z',
    ['2026-01-25T06:00', '2026-01-30T06:00', '2026-02-01T06:00', '2026-02-08T06:00'],
  ],
  [
    'each time of its own without an interval',
    { frequency: 'Hour', startTime: '2026-01-10T06:00:00Z', schedule: {} },
    '2026-01-10T06:30:00Z',
    ['2026-01-10T07:00', '2026-01-10T08:00'],
  ],
  ['the weekday of the start', { ...day, frequency: 'Week' }, '2026-01-10T06:00:00Z', ['2026-01-17T06:00']],
  [
    'the first and last day of a month',
    { ...day, frequency: 'Month', schedule: { monthDays: [1, -1] } },
    '2026-01-10T06:00:00Z',
    ['2026-01-31T06:00', '2026-02-01T06:00', '2026-02-28T06:00'],
  ],
  [
    'the day of the start, in months that have it',
    { ...day, frequency: 'Month', startTime: '2026-01-31T06:00:00Z' },
    '2026-01-31T06:00:00Z',
    ['2026-03-31T06:00', '2026-05-31T06:00'],
  ],
  [
    'the second Tuesday and the last Friday',
    {
      ...day,
      frequency: 'Month',
      schedule: {
        monthlyOccurrences: [
          { day: 'Tuesday', occurrence: 2 },
          { day: 'Friday', occurrence: -1 },
        ],
      },
    },
    '2026-01-10T06:00:00Z',
    ['2026-01-13T06:00', '2026-01-30T06:00', '2026-02-10T06:00', '2026-02-27T06:00'],
  ],
  [
    'by the wall clock of a zone, over the change of clocks',
    { ...day, startTime: '2026-03-27T06:00:00', timeZone: 'W. Europe Standard Time' },
    '2026-03-27T00:00:00Z',
    ['2026-03-27T05:00', '2026-03-28T05:00', '2026-03-29T04:00'],
  ],
  [
    'an hour later where the hour is left out',
    { ...day, startTime: '2026-03-28T02:30:00', timeZone: 'W. Europe Standard Time' },
    '2026-03-28T12:00:00Z',
    ['2026-03-29T01:30', '2026-03-30T00:30'],
  ],
])('%s', (_title, recurrence, after, expected) => {
  expect(times(recurrence, after, expected.length)).toEqual(expected);
});

test('a recurrence that has ended, or that no day meets, has no next time', () => {
  expect(times({ ...day, endTime: '2026-01-11T00:00:00Z' }, '2026-01-10T06:00:00Z', 1)).toEqual([]);
  const never = {
    ...day,
    frequency: 'Month',
    interval: 12,
    startTime: '2026-02-01T06:00:00Z',
    schedule: { monthDays: [30] },
  };
  expect(times(never, '2026-01-10T06:00:00Z', 1)).toEqual([]);
});

test.each<[JsonObject, string]>([
  [{ ...day, frequency: 'Year' }, 'The frequency is none of Minute, Hour, Day, Week and Month.'],
  [{ ...day, interval: 0 }, 'The interval is not a whole number from 1 to 1000.'],
  [{ ...day, interval: 1001 }, 'The interval is not a whole number from 1 to 1000.'],
  [
    { ...day, frequency: 'Hour', schedule: { minutes: [0, 30] } },
    'A schedule goes with the frequencies Day, Week and Month only.',
  ],
  [{ ...day, schedule: { weekDays: ['Monday'] } }, "The schedule's weekDays go with the frequency Week only."],
  [{ ...day, schedule: { monthDays: [1] } }, "The schedule's monthDays go with the frequency Month only."],
  [
    { ...day, frequency: 'Week', schedule: { monthlyOccurrences: [{ day: 'Monday' }] } },
    "The schedule's monthlyOccurrences go with the frequency Month only.",
  ],
  [{ ...day, schedule: { minutes: [60] } }, "The schedule's minutes are not all whole numbers from 0 to 59."],
  [{ ...day, schedule: { hours: [24] } }, "The schedule's hours are not all whole numbers from 0 to 23."],
  [
    { ...day, frequency: 'Month', schedule: { monthDays: [0] } },
    "The schedule's monthDays are not all whole numbers from 1 to 31 or -31 to -1.",
  ],
  [
    { ...day, frequency: 'Month', schedule: { monthlyOccurrences: [{ day: 'Monday', occurrence: 6 }] } },
    "The schedule's occurrences are not all whole numbers from 1 to 5 or -5 to -1.",
  ],
  [
    { ...day, frequency: 'Week', schedule: { weekDays: ['Montag'] } },
    'A day of the schedule is none of Sunday to Saturday.',
  ],
  [
    { ...day, startTime: 'soon' },
    "In function 'startTime', the value provided for date time string was not valid. The datetime string must match ISO 8601 format.",
  ],
  [
    { ...day, timeZone: 'Berlin' },
    "In function 'recurrence', the value provided for time zone id 'Berlin' was not valid.",
  ],
])('%j is refused', (recurrence, message) => {
  expect(() => readRecurrence(recurrence, 'daily')).toThrow(
    expect.objectContaining({ code: 'TRIGGER_INVALID', message, place: { path: 'triggers/daily' } }),
  );
});

test('times go forward, and none is left out between two', () => {
  const recurrence = readRecurrence(
    { ...day, schedule: { hours: [3, 15], minutes: [10, 40] }, timeZone: 'Eastern Standard Time' },
    'daily',
  );
  const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
  fc.assert(
    fc.property(moment, moment, (one, other) => {
      const next = nextOccurrence(recurrence, one) ?? 0;
      expect(next).toBeGreaterThan(one);
      // Whoever asks from any moment before it, and after the one asked for, gets the same.
      if (other > one && other < next) expect(nextOccurrence(recurrence, other)).toBe(next);
    }),
  );
});

describe('TriggerScheduler', () => {
  function workspaceWith(trigger: JsonObject) {
    const triggers = {
      daily: { type: 'ScheduleTrigger', typeProperties: { recurrence: day }, ...trigger },
      event: { type: 'BlobEventsTrigger' },
    };
    const workspace = new TestWorkspace({
      pipelines: { main: { activities: [waitSeconds('Work', 60)], parameters: { at: { type: 'string' } } } },
    });
    const artifacts = Object.entries(triggers).map(([name, properties]) => ({
      kind: 'triggers' as const,
      name,
      properties,
      file: name,
    }));
    let ids = 0;
    const scheduler = new TriggerScheduler({
      artifacts: publishedFrom(artifacts),
      runner: workspace.runner,
      clock: workspace.clock,
      newId: () => `trigger-${(ids += 1)}`,
    });
    return { workspace, scheduler };
  }

  const pipelines = [
    {
      pipelineReference: { referenceName: 'main', type: 'PipelineReference' },
      parameters: { at: expression('@trigger().scheduledTime') },
    },
  ];

  test('a started trigger fires at its times, until it is stopped', async () => {
    const { workspace, scheduler } = workspaceWith({ pipelines });
    scheduler.start('DAILY');
    scheduler.start('daily');
    expect(scheduler.isStarted('daily')).toBe(true);
    await workspace.clock.advanceTo(Date.parse('2026-01-17T12:00:00Z'));
    scheduler.stop('daily');
    await workspace.clock.advanceTo(Date.parse('2026-01-20T12:00:00Z'));
    await workspace.runner.idle();
    expect(scheduler.isStarted('daily')).toBe(false);
    expect(scheduler.runs).toEqual(
      ['2026-01-16', '2026-01-17'].map((date, index) => ({
        triggerRunId: `trigger-${index + 1}`,
        triggerName: 'daily',
        triggerType: 'ScheduleTrigger',
        triggerRunTimestamp: `${date}T06:00:00.000Z`,
        status: 'Succeeded',
        message: '',
        properties: { TriggerTime: `${date}T06:00:00.000Z`, ScheduleTime: `${date}T06:00:00.000Z` },
        triggeredPipelines: { main: index === 0 ? 'id-1' : 'id-3' },
      })),
    );
    expect(workspace.runner.pipelineRun('id-3')).toMatchObject({
      status: 'Succeeded',
      runStart: '2026-01-17T06:00:00.000Z',
      parameters: { at: '2026-01-17T06:00:00.000Z' },
      invokedBy: { id: 'trigger-2', name: 'daily', invokedByType: 'ScheduleTrigger' },
    });
    expect(start < '2026-01-16').toBe(true);
  });

  test('a pipeline that cannot start makes the firing fail, and the trigger goes on', async () => {
    const { workspace, scheduler } = workspaceWith({ pipelines: [{ pipelineReference: { referenceName: 'other' } }] });
    scheduler.start('daily');
    await workspace.clock.advanceTo(Date.parse('2026-01-17T12:00:00Z'));
    scheduler.close();
    expect(scheduler.runs.map(({ status, message }) => [status, message])).toEqual([
      ['Failed', 'The Pipeline other was not found.'],
      ['Failed', 'The Pipeline other was not found.'],
    ]);
  });

  test('a trigger without further times is started and silent', async () => {
    const recurrence = { ...day, endTime: '2026-01-12T00:00:00Z' };
    const { workspace, scheduler } = workspaceWith({ pipelines, typeProperties: { recurrence } });
    scheduler.start('daily');
    await workspace.clock.advanceTo(Date.parse('2026-02-01T00:00:00Z'));
    expect([scheduler.isStarted('daily'), scheduler.runs]).toEqual([true, []]);
  });

  test.each<[string, string, string]>([
    ['none', 'TRIGGER_NOT_FOUND', 'The Trigger none was not found.'],
    ['event', 'TRIGGER_INVALID', 'The trigger is no schedule trigger; others cannot be started here.'],
  ])('starting %s is refused', (name, code, message) => {
    expect(() => workspaceWith({}).scheduler.start(name)).toThrow(expect.objectContaining({ code, message }));
  });
});
