import { queryPipelineRuns, type RunQuery } from '../../../src/pipelines/run/query';
import type { PipelineRunRecord } from '../../../src/pipelines/run/records';
import { onePipeline, waitSeconds, failWith } from '../workspace';

const always = { lastUpdatedAfter: '2000-01-01T00:00:00Z', lastUpdatedBefore: '2100-01-01T00:00:00Z' };

const record = (index: number, changes: Partial<PipelineRunRecord> = {}): PipelineRunRecord => ({
  id: '',
  runId: `run-${index}`,
  runGroupId: `run-${index}`,
  isLatest: true,
  pipelineName: index % 2 === 0 ? 'even' : 'odd',
  parameters: {},
  invokedBy: {
    id: 'trigger-1',
    name: index > 2 ? 'daily' : 'Manual',
    invokedByType: index > 2 ? 'ScheduleTrigger' : 'Manual',
  },
  runStart: `2026-01-0${index + 1}T00:00:00.000Z`,
  runEnd: index === 4 ? null : `2026-01-0${index + 1}T01:00:00.000Z`,
  durationInMs: 0,
  status: index === 4 ? 'InProgress' : 'Succeeded',
  message: '',
  lastUpdated: `2026-01-0${index + 1}T01:00:00.000Z`,
  annotations: [],
  runDimension: {},
  ...changes,
});

const records = [0, 1, 2, 3, 4].map((index) => record(index));
const found = (query: Partial<RunQuery>): string[] =>
  queryPipelineRuns(records, { ...always, ...query }).value.map(({ runId }) => runId.slice(4));
const filter = (operand: string, operator: string, ...values: string[]): Partial<RunQuery> => ({
  filters: [{ operand, operator, values }],
});

test.each<[Partial<RunQuery>, string]>([
  [{}, '43210'],
  [{ lastUpdatedAfter: '2026-01-02T01:00:00Z', lastUpdatedBefore: '2026-01-04T01:00:00Z' }, '321'],
  [filter('PipelineName', 'Equals', 'EVEN'), '420'],
  [filter('pipelinename', 'NotEquals', 'even'), '31'],
  [filter('Status', 'In', 'InProgress', 'Queued'), '4'],
  [filter('Status', 'NotIn', 'InProgress', 'Succeeded'), ''],
  [filter('TriggerName', 'Equals', 'daily'), '43'],
  [filter('TriggerId', 'Equals', 'trigger-1'), '43'],
  [filter('RunGroupId', 'Equals', 'run-2'), '2'],
  [filter('RunStart', 'Equals', '2026-01-01T00:00:00.000Z'), '0'],
  [filter('RunEnd', 'Equals', ''), '4'],
  [filter('LatestOnly', 'Equals', 'true'), '43210'],
  [
    {
      filters: [
        filter('PipelineName', 'Equals', 'odd').filters?.[0],
        filter('TriggerName', 'Equals', 'daily').filters?.[0],
      ].flatMap((one) => (one === undefined ? [] : [one])),
    },
    '3',
  ],
  [{ orderBy: [{ orderBy: 'RunStart', order: 'ASC' }] }, '01234'],
  [
    {
      orderBy: [
        { orderBy: 'PipelineName', order: 'DESC' },
        { orderBy: 'RunStart', order: 'DESC' },
      ],
    },
    '31420',
  ],
])('%j finds %s', (query, expected) => {
  expect(found(query).join('')).toBe(expected);
});

test('answers page by page', () => {
  const first = queryPipelineRuns(records, always, 2);
  const token = first.continuationToken ?? '';
  const second = queryPipelineRuns(records, { ...always, continuationToken: token }, 2);
  const third = queryPipelineRuns(records, { ...always, continuationToken: second.continuationToken ?? '' }, 2);
  expect([first, second, third].map(({ value }) => value.map(({ runId }) => runId))).toEqual([
    ['run-4', 'run-3'],
    ['run-2', 'run-1'],
    ['run-0'],
  ]);
  expect(third).toEqual({ value: [records[0]] });
});

test.each<[Partial<RunQuery>, string]>([
  [
    filter('Owner', 'Equals', 'x'),
    'Runs have no Owner; they have PipelineName, RunStart, RunEnd, Status, RunGroupId, TriggerName, TriggerId, LatestOnly.',
  ],
  [filter('Status', 'Like', 'x'), 'The operator Like is none of Equals, NotEquals, In and NotIn.'],
  [
    { orderBy: [{ orderBy: 'RunGroupId', order: 'ASC' }] },
    'Runs cannot be ordered by RunGroupId; they can by PipelineName, RunStart, RunEnd, Status, TriggerName.',
  ],
  [{ lastUpdatedAfter: 'yesterday' }, 'lastUpdatedAfter and lastUpdatedBefore must be times in ISO 8601.'],
  [{ continuationToken: 'abc' }, 'The continuation token is not one of this service.'],
])('%j is refused', (query, message) => {
  expect(() => found(query)).toThrow(expect.objectContaining({ code: 'RUN_QUERY_INVALID', message }));
});

test('activity runs of a run are found, filtered and ordered', async () => {
  const workspace = onePipeline([waitSeconds('A', 20), waitSeconds('B', 10), failWith('C', 'no')]);
  const run = await workspace.run('main');
  const names = (query: Partial<RunQuery>): string[] =>
    workspace.runner
      .queryActivityRuns('MAIN', run.runId, { ...always, ...query })
      .value.map(({ activityName }) => activityName);
  expect(names({})).toEqual(['A', 'B', 'C']);
  expect(names(filter('Status', 'Equals', 'Failed'))).toEqual(['C']);
  expect(names(filter('ActivityType', 'Equals', 'Wait'))).toEqual(['A', 'B']);
  expect(names({ orderBy: [{ orderBy: 'ActivityRunEnd', order: 'DESC' }] })).toEqual(['A', 'B', 'C']);
  expect(names({ orderBy: [{ orderBy: 'ActivityName', order: 'DESC' }] })).toEqual(['C', 'B', 'A']);
  expect(workspace.runner.queryPipelineRuns(always).value).toEqual([run]);
  expect(workspace.runner.pipelineRuns()).toEqual([run]);
  expect(() => workspace.runner.queryActivityRuns('other', run.runId, always)).toThrow(
    expect.objectContaining({ code: 'RUN_NOT_FOUND' }),
  );
});
