import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inExclusiveFolder } from '../../src/lake/exclusive-folder';
import { currentProcess } from '../../src/lake/process-identity';
import { thrownBy } from '../support/thrown';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const inFolder = <Result>(folder: string, work: () => Promise<Result>): Promise<Result> =>
  inExclusiveFolder(folder, 'REHEARSAL_RUNNING', work);

test('two at once: the second is refused and touches nothing, and may begin when the first has ended', async () => {
  const folder = join(await temporaryFolder(), 'insights', 'rehearsal');
  const file = join(dirname(folder), 'rehearsal.lock');
  const ended = await inFolder(folder, async () => {
    expect(statSync(dirname(folder)).mode & 0o777).toBe(0o700);
    const held = readFileSync(file, 'utf8');
    const { since } = JSON.parse(held) as { readonly since: string };
    expect(await thrownBy(() => inFolder(folder, () => Promise.reject(new Error('It ran.'))))).toEqual({
      code: 'REHEARSAL_RUNNING',
      message: `Another one works in this folder (process ${process.pid}, since ${since}).`,
      place: { file },
    });
    expect(readFileSync(file, 'utf8')).toBe(held);
    return 'the first';
  });
  await expect(inFolder(folder, () => Promise.reject(new Error('It failed.')))).rejects.toThrow('It failed.');
  expect([ended, await inFolder(folder, async () => 'the third')]).toEqual(['the first', 'the third']);
  expect(readdirSync(dirname(folder))).toEqual([]);
});

test('the lock of one that died is taken over', async () => {
  const folder = join(await temporaryFolder(), 'insights', 'rehearsal');
  mkdirSync(dirname(folder));
  const former = { process: currentProcess('a former process'), id: '1', since: '2026-01-01T00:00:00Z' };
  writeFileSync(join(dirname(folder), 'rehearsal.lock'), JSON.stringify({ holder: 'a rehearsal', ...former }));
  expect(await inFolder(folder, async () => 'done')).toBe('done');
});
