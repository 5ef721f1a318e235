import { faultScenarios } from '../../src/rehearsal/faults';
import { chooseFaults } from '../../src/rehearsal/faults/run-faults';
import { faultAreas } from '../../src/rehearsal/faults/scenario';
import { thrownBy } from '../support/thrown';

test('every name is a workspace of its own, and every part has its faults', () => {
  const names = faultScenarios.map(({ name }) => name);
  expect(names.filter((name) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 30)).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(25);
  expect(new Set(faultScenarios.map(({ area }) => area))).toEqual(new Set(faultAreas));
});

test('names choose in the order of the library, and one that is not there is refused', async () => {
  expect(chooseFaults(['role-missing', 'salt-deleted']).map(({ name }) => name)).toEqual([
    'salt-deleted',
    'role-missing',
  ]);
  expect(chooseFaults(['all'])).toBe(faultScenarios);
  expect(await thrownBy(() => chooseFaults(['salt-deleted', 'meteor']))).toEqual({
    code: 'USAGE',
    message: 'There is no fault meteor.',
    place: {},
  });
});
