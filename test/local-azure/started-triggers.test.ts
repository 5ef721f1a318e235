import type { World } from '../../src/local-azure/world';
import { PipelineRunHost } from '../../src/local-azure/synapse/pipeline-run-host';
import { VirtualClock } from '../../src/pipelines/clock';
import type { PipelinePorts } from '../../src/pipelines/ports';
import type { Json } from '../../src/local-azure/http';
import { DirectAzure } from './direct-azure';

/** Triggers of a workspace fire by the clock that the local Azure is given. */

const clock = new VirtualClock(Date.UTC(2026, 0, 1));
let azure: DirectAzure;
let host: PipelineRunHost;

const pipeline = {
  properties: {
    parameters: { at: { type: 'string' } },
    activities: [{ name: 'Wait', type: 'Wait', typeProperties: { waitTimeInSeconds: 1 } }],
  },
};
const trigger = {
  properties: {
    type: 'ScheduleTrigger',
    typeProperties: {
      recurrence: { frequency: 'Day', interval: 1, startTime: '2026-01-01T03:00:00Z', timeZone: 'UTC' },
    },
    pipelines: [
      {
        pipelineReference: { referenceName: 'P', type: 'PipelineReference' },
        parameters: { at: '@trigger().scheduledTime' },
      },
    ],
  },
};

beforeAll(async () => {
  host = new PipelineRunHost({
    get world(): World {
      return azure.world;
    },
    portsOf: () => ({}) as PipelinePorts,
    clock,
  });
  azure = new DirectAzure({}, host);
  await azure.provision();
  await azure.expect(202, azure.develop('PUT', 'pipelines/P', { body: pipeline }));
  await azure.expect(202, azure.develop('PUT', 'triggers/T', { body: trigger }));
});
afterAll(() => host.close());

async function runs(): Promise<unknown[]> {
  const body = { lastUpdatedAfter: '2025-12-31T00:00:00Z', lastUpdatedBefore: '2027-01-01T00:00:00Z' };
  const { value } = (await azure.develop('POST', 'queryPipelineRuns', { body })).body as { readonly value: Json[] };
  return value.map(({ pipelineName, parameters, invokedBy }) => [
    pipelineName,
    (parameters as Json)['at'],
    (invokedBy as Json)['invokedByType'],
  ]);
}

// Runs are answered newest first.
test('a started trigger starts its pipeline each day, a stopped one does not', async () => {
  await clock.advanceTo(Date.UTC(2026, 0, 2));
  expect(await runs()).toEqual([]);
  await azure.expect(200, azure.develop('POST', 'triggers/T/start'));
  await clock.advanceTo(Date.UTC(2026, 0, 3, 12));
  await azure.expect(200, azure.develop('POST', 'triggers/T/stop'));
  await clock.advanceTo(Date.UTC(2026, 0, 9));
  expect(await runs()).toEqual([
    ['P', '2026-01-03T03:00:00.000Z', 'ScheduleTrigger'],
    ['P', '2026-01-02T03:00:00.000Z', 'ScheduleTrigger'],
  ]);
  const body = {
    lastUpdatedAfter: '2026-01-03T00:00:00Z',
    lastUpdatedBefore: '2026-01-04T00:00:00Z',
    filters: [{ operand: 'TriggerName', operator: 'Equals', values: ['T'] }],
    orderBy: [{ orderBy: 'TriggerRunTimestamp', order: 'ASC' }],
  };
  expect((await azure.develop('POST', 'queryTriggerRuns', { body })).body).toEqual({
    value: [
      {
        triggerRunId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        triggerName: 'T',
        triggerType: 'ScheduleTrigger',
        triggerRunTimestamp: '2026-01-03T03:00:00.000Z',
        status: 'Succeeded',
        message: '',
        properties: { TriggerTime: '2026-01-03T03:00:00.000Z', ScheduleTime: '2026-01-03T03:00:00.000Z' },
        triggeredPipelines: { P: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      },
    ],
  });
  const unknown = { ...body, orderBy: [{ orderBy: 'RunEnd', order: 'ASC' }] };
  expect(await azure.develop('POST', 'queryTriggerRuns', { body: unknown })).toMatchObject({
    status: 400,
    body: {
      code: 'BadRequest',
      message: 'Runs cannot be ordered by RunEnd; they can by TriggerName, TriggerRunTimestamp, Status.',
    },
  });
});

test('a pipeline with activities that cannot run here is 501, and one that is wrong 400, before anything runs', async () => {
  const pipelineOf = (type: string, value: string) => ({
    properties: { activities: [{ name: 'One', type, typeProperties: { waitTimeInSeconds: value } }] },
  });
  await azure.expect(202, azure.develop('PUT', 'pipelines/Hook', { body: pipelineOf('WebHook', '1') }));
  await azure.expect(202, azure.develop('PUT', 'pipelines/Wrong', { body: pipelineOf('Wait', '@abs(1)') }));
  const before = await runs();
  expect(await azure.refusal(azure.develop('POST', 'pipelines/Hook/createRun'))).toBe('501 LocalAzureUnknownOperation');
  expect(await azure.develop('POST', 'pipelines/Wrong/createRun')).toMatchObject({
    status: 400,
    body: {
      code: 'BadRequest',
      message: "The inputs of activity 'One' are not valid: The template function 'abs' is not defined or not valid.",
    },
  });
  expect(await runs()).toEqual(before);
});
