import { lakeWorkspaces } from '../../src/contract/lake-workspaces';
import { adoptedShare as share } from '../support/environment-parts';

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
