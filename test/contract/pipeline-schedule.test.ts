import { resolveEnvironment } from '../../src/contract/environment';
import { pipelineSchedule } from '../../src/contract/pipeline-schedule';

const scheduleOf = (settings: object) =>
  pipelineSchedule(
    resolveEnvironment({ name: 'test', suffix: 'a', location: 'westeurope', ...settings }, 'environments/test.json'),
  );

const share = (time: string, interval = 'Day') => ({
  dataShare: {
    mode: 'adopt',
    invitationId: '11111111-2222-3333-4444-555555555555',
    sourceLocation: 'eastus2',
    dataSets: ['activity'],
    schedule: { interval, time },
  },
});

describe('pipelineSchedule', () => {
  test('starts nothing by itself unless told to, and else each day at its own time', () => {
    expect(scheduleOf({})).toEqual({ enabled: false, interval: 'Day', startTime: '2026-01-01T06:00:00Z' });
    expect(scheduleOf({ schedule: { enabled: true, time: '23:45' } })).toEqual({
      enabled: true,
      interval: 'Day',
      startTime: '2026-01-01T23:45:00Z',
    });
  });

  test('follows the share, three hours later or as told (OWN2)', () => {
    expect(scheduleOf(share('2026-02-28T22:30:15Z'))).toEqual({
      enabled: false,
      interval: 'Day',
      startTime: '2026-03-01T01:30:15Z',
    });
    expect(
      scheduleOf({ ...share('2026-01-01T04:00:00Z', 'Hour'), schedule: { enabled: true, offsetHours: 0 } }),
    ).toEqual({ enabled: true, interval: 'Hour', startTime: '2026-01-01T04:00:00Z' });
  });
});
