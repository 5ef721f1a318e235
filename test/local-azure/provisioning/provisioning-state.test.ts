import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StateFile, type StateEntry } from '../../../src/local-azure/provisioning/provisioning-state';
import { useTemporaryFolders } from '../../support/temporary-folder';

const newFolder = useTemporaryFolders();
const entry = (address: string, inputHash = '1'): StateEntry => ({
  address,
  type: 'azapi_resource',
  constructPath: address,
  inputHash,
  triggerHash: '1',
  attributes: {},
  onDestroy: [],
  preventDestroy: false,
  dependencies: [],
});

test('what is kept is what was put and not removed, in the order in which it was made', async () => {
  const file = join(await newFolder(), 'state', 'dev.json');
  const first = new StateFile(file);
  for (const address of ['a', 'b', 'c']) first.put(entry(address));
  first.put(entry('a', '2'));
  first.remove('b');
  const kept = [entry('a', '2'), entry('c')];
  expect(first.all()).toEqual(kept);
  const second = new StateFile(file);
  expect([second.all(), second.get('a')?.inputHash, second.get('b')]).toEqual([kept, '2', undefined]);
  // The first step of the next run leaves out what is gone.
  second.put(entry('d'));
  expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toEqual(
    [...kept, entry('d')].map((one) => JSON.stringify(one)),
  );
});

test('a line that was not written to its end is a step that was not done', async () => {
  const file = join(await newFolder(), 'dev.json');
  new StateFile(file).put(entry('a'));
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"address":"b","ty`);
  const next = new StateFile(file);
  expect(next.all()).toEqual([entry('a')]);
  next.put(entry('b'));
  expect(new StateFile(file).all()).toEqual([entry('a'), entry('b')]);
});
