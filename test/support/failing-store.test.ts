import { FolderStore } from '../../src/lake/folder-store';
import { CrashError, FailingStore } from './failing-store';
import { useTemporaryFolders } from './temporary-folder';

const temporaryFolder = useTemporaryFolders();

test('operations are counted; the n-th and all after it do not happen', async () => {
  const inner = new FolderStore(await temporaryFolder(), { durable: false });
  const store = new FailingStore(inner, 4);
  const lock = await store.lock('oea/lock', 'test');
  await store.write('oea/a', '1');
  expect(await store.writeIfAbsent('oea/a', '2')).toBe(false);
  expect([store.operations, store.isDead]).toEqual([3, false]);
  await expect(store.write('oea/b', '2')).rejects.toThrow(new CrashError(4));
  await expect(store.read('oea/a')).rejects.toThrow('The process was killed at store operation 5.');
  await expect(lock.release()).rejects.toThrow(CrashError);
  await store.close();
  expect((await inner.list('oea')).map((file) => file.path)).toEqual(['oea/a', 'oea/lock']);
  await inner.close();
});

test('a death among several removals leaves a part of them done', async () => {
  const inner = new FolderStore(await temporaryFolder(), { durable: false });
  const paths = ['oea/1', 'oea/2', 'oea/3'];
  for (const path of paths) await inner.write(path, '');
  await expect(new FailingStore(inner, 3).remove(paths)).rejects.toThrow(CrashError);
  expect((await inner.list('oea')).map((file) => file.path)).toEqual(['oea/3']);
  await inner.close();
});
