import { compareInventories, takeInventory, type Inventory } from '../../src/rehearsal/azure-inventory';
import { drill, type DrillPorts } from '../../src/rehearsal/drill';
import type { LakeSummary } from '../../src/rehearsal/lake-summary';
import { defaultSettings } from '../../src/local-azure/settings';
import { World } from '../../src/local-azure/world';
import { thrownBy } from '../support/thrown';

const lake: LakeSummary = {
  'AadUser/general': { rows: 6, digest: 'a' },
  'activity/general': { rows: 9, digest: 'b' },
};

interface Behaviour {
  /** What is left of the insights stack after its destruction. */
  readonly leftovers?: Inventory;
  /** The lake that is there after the teardown. */
  readonly lakeAfter?: LakeSummary;
  readonly hasBackup?: boolean;
}

/** An environment as far as a drill sees it; each look at the clock is a second later. */
function fakeEnvironment({ leftovers = {}, lakeAfter = lake, hasBackup = true }: Behaviour = {}) {
  const calls: string[] = [];
  const warnings: string[] = [];
  let things: Inventory = { 'resource group': 'g' };
  let isTornDown = false;
  let time = 0;
  const call = (name: string) => async (): Promise<void> => void calls.push(name);
  const ports: DrillPorts = {
    apply: async (part) => {
      calls.push(`apply ${part}`);
      const made: Inventory =
        part === 'platform' ? { 'resource account': 'a' } : { 'resource workspace': 'w', 'secret v/oeaSalt-dev': 's' };
      things = { ...things, ...made };
    },
    destroy: async (part) => {
      calls.push(`destroy ${part}`);
      isTornDown = true;
      const gone = part === 'platform' ? 'resource account' : 'resource workspace';
      things = { ...Object.fromEntries(Object.entries(things).filter(([name]) => name !== gone)), ...leftovers };
    },
    inventory: async () => things,
    nothing: async () => things,
    summarise: async () => (isTornDown ? lakeAfter : lake),
    emptyLake: call('empty the lake'),
    forget: call('purge'),
    ...(hasBackup ? { salt: { backUp: call('back up'), restore: call('restore') } } : {}),
    now: () => (time += 1000),
    progress: () => undefined,
    warn: (text) => void warnings.push(`${calls.length} ${text}`),
  };
  return { calls, warnings, ports };
}

test('the disposable stack goes and comes back; the platform stays and the salt with it', async () => {
  const { calls, warnings, ports } = fakeEnvironment({ hasBackup: false });
  expect(await drill('insights', ports)).toEqual({
    scope: 'insights',
    phases: [
      { name: 'provision the platform', seconds: 1 },
      { name: 'provision the insights: load, run, verify', seconds: 1 },
      { name: 'empty the lake', seconds: 1 },
      { name: 'destroy the insights', seconds: 1 },
      { name: 'provision the insights again: load, run, verify', seconds: 1 },
    ],
    recoverySeconds: 1,
    kept: ['secret v/oeaSalt-dev'],
    tables: 2,
    rows: 15,
    samePseudonyms: true,
  });
  expect(calls).toEqual(['apply platform', 'apply insights', 'empty the lake', 'destroy insights', 'apply insights']);
  expect(warnings).toEqual([]);
});

test('everything goes, and the salt comes back from its backup before it is needed', async () => {
  const { calls, warnings, ports } = fakeEnvironment();
  const report = await drill('platform', ports);
  expect(calls).toEqual([
    'apply platform',
    'apply insights',
    'back up',
    'destroy insights',
    'destroy platform',
    'purge',
    'apply platform',
    'restore',
    'apply insights',
  ]);
  expect([report.recoverySeconds, report.samePseudonyms, warnings]).toEqual([3, true, []]);
});

test('without a backup it says before it starts that pseudonyms will change, and counts must be the same', async () => {
  const otherValues = { ...lake, 'AadUser/general': { rows: 6, digest: 'other' } };
  const { warnings, ports } = fakeEnvironment({ hasBackup: false, lakeAfter: otherValues });
  const report = await drill('platform', ports);
  expect(warnings).toEqual([
    '0 There is no backup of the salt: after this every pseudonym is another one, and nothing that was published joins with what comes.',
  ]);
  expect(report.samePseudonyms).toBe(false);

  const lost = { 'AadUser/general': { rows: 5, digest: 'other' } };
  const other = fakeEnvironment({ hasBackup: false, lakeAfter: lost });
  expect((await thrownBy(() => drill('platform', other.ports))).message).toBe(
    'The lake is not the one of before: AadUser/general had 6 rows and has 5; activity/general is gone.',
  );
});

test('what a teardown leaves is named, but for what stays on purpose', async () => {
  const leftovers = { 'role r1': 'x', 'deleted vault kv': 'y', 'resource group': 'changed' };
  const { ports } = fakeEnvironment({ leftovers });
  expect(await thrownBy(() => drill('insights', ports))).toEqual({
    code: 'DRILL_LEFTOVERS',
    message: 'The teardown did not leave what it found: role r1 is left; resource group was changed.',
    place: { path: 'role r1 is left' },
  });
});

test('a salt that did not survive is found by the values', async () => {
  const { ports } = fakeEnvironment({ lakeAfter: { ...lake, 'AadUser/general': { rows: 6, digest: 'other' } } });
  expect(await thrownBy(() => drill('insights', ports))).toEqual({
    code: 'DRILL_DIFFERENT',
    message: 'The lake is not the one of before: AadUser/general has other values.',
    place: {},
  });
});

test('an inventory counts resources, rights and held names, and not when they were written', () => {
  const world = new World(defaultSettings);
  const put = (collection: string, id: string, value: unknown) => world.collection(collection).set(id, value);
  put('resources', '/a', { content: { id: '/a', properties: { x: 1 } }, writtenAt: 1 });
  put('roleAssignments', '/r', { id: '/r' });
  put('operations', 'o', {});
  const before = takeInventory(world);
  expect(Object.keys(before)).toEqual(['resource /a', 'role /r']);
  put('resources', '/a', { content: { id: '/a', properties: { x: 1 } }, writtenAt: 2 });
  expect(compareInventories(before, takeInventory(world))).toEqual({ added: [], removed: [], changed: [] });
  put('resources', '/a', { content: { id: '/a', properties: { x: 2 } }, writtenAt: 2 });
  put('deletedVaults', 'kv', {});
  world.collection('roleAssignments').delete('/r');
  expect(compareInventories(before, takeInventory(world))).toEqual({
    added: ['deleted vault kv'],
    removed: ['role /r'],
    changed: ['resource /a'],
  });
});
