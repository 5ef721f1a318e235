import { lakeWorkspaces } from '../../src/contract/lake-workspaces';

const share = {
  mode: 'adopt',
  invitationId: '11111111-2222-3333-4444-555555555555',
  sourceLocation: 'eastus2',
  dataSets: ['activity'],
  schedule: { interval: 'Day', time: '2026-01-01T04:00:00Z' },
} as const;

test('test data is processed in dev, what is shared in prod, and they never meet', () => {
  expect(lakeWorkspaces({ testData: 'none', dataShare: { mode: 'off' } })).toEqual({
    scheduled: 'prod',
    all: ['prod'],
  });
  expect(lakeWorkspaces({ testData: 'none', dataShare: share })).toEqual({ scheduled: 'prod', all: ['prod'] });
  expect(lakeWorkspaces({ testData: 'k12', dataShare: { mode: 'off' } })).toEqual({
    scheduled: 'dev',
    tested: 'dev',
    all: ['dev'],
  });
  expect(lakeWorkspaces({ testData: 'hed', dataShare: share })).toEqual({
    scheduled: 'prod',
    tested: 'dev',
    all: ['prod', 'dev'],
  });
});
