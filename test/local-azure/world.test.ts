import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { Faults } from '../../src/local-azure/faults';
import { Gateway } from '../../src/local-azure/gateway';
import { json, type LocalRequest } from '../../src/local-azure/http';
import { defaultDeployer, defaultSettings } from '../../src/local-azure/settings';
import { Tokens } from '../../src/local-azure/tokens';
import { World } from '../../src/local-azure/world';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

/** What a local Azure keeps in a folder, and what it does where it cannot. */

const temporaryFolder = useTemporaryFolders();

const request = (method: string): LocalRequest => ({
  method,
  url: new URL('https://a.example/x'),
  headers: {},
  body: Buffer.alloc(0),
});

test('what was kept is there again', async () => {
  const folder = await temporaryFolder();
  const first = new World(defaultSettings, folder);
  first.collection<number>('numbers').set('one', 1);
  first.save();
  expect([...new World(defaultSettings, folder).collection('numbers')]).toEqual([['one', 1]]);
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test('who signed in before it was started again still is', async () => {
  const folder = await temporaryFolder();
  const world = new World(defaultSettings, folder);
  const audience = 'https://management.azure.com';
  const { token } = new Tokens(world).issue(defaultDeployer, audience);
  world.save();
  const later = new Tokens(new World(defaultSettings, folder));
  expect(later.authenticate({ ...request('GET'), headers: { authorization: `Bearer ${token}` } }, [audience])).toBe(
    defaultDeployer,
  );
});

test('a state that cannot be read is not begun anew over', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'state.json');
  writeFileSync(file, '{"numbers": {');
  expect(await thrownBy(() => new World(defaultSettings, folder))).toEqual({
    code: 'LOCAL_AZURE_STATE_UNREADABLE',
    message: 'The state of the local Azure cannot be read (no JSON).',
    place: { file },
  });
  expect(readFileSync(file, 'utf8')).toBe('{"numbers": {');
});

test('where nothing can be written the state of before stays, and nothing is changed until it can', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'state.json');
  const world = new World(defaultSettings, folder);
  world.save();
  // Stands for a full disk: the file beside the state is taken.
  mkdirSync(`${file}.new`);
  const gateway = new Gateway({
    faults: new Faults(),
    serviceOf: () => () => {
      world.collection<number>('numbers').set('one', world.collection('numbers').size + 1);
      return json(200, {});
    },
    mayChange: () => world.refuseUnkept(),
    changed: () => undefined,
  });
  expect(await gateway.answer(request('PUT'))).toMatchObject({ status: 200 });
  const problem = {
    code: 'LOCAL_AZURE_STATE_NOT_WRITTEN',
    message: 'The state of the local Azure cannot be written (EISDIR).',
    place: { file },
  };
  expect(await thrownBy(() => world.save())).toEqual(problem);
  expect(await gateway.answer(request('PUT'))).toEqual({
    status: 507,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ error: { code: 'InsufficientStorage', message: problem.message } }),
  });
  expect(await gateway.answer(request('GET'))).toMatchObject({ status: 200 });
  expect(readFileSync(file, 'utf8')).toBe('{}');
  rmdirSync(`${file}.new`);
  expect(await gateway.answer(request('PUT'))).toMatchObject({ status: 200 });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ numbers: { one: 2 } });
});
