import type { ChildRequest, ChildResult } from '../../src/deployment/child-process';
import { processRevision, type RevisionCode } from '../../src/review/collect/run-code';

const paths = { drop: 'the drop', lake: 'the lake', saltFile: 'the salt' };

/** A revision whose programs are only written down. */
function revision(processing: RevisionCode['programs']['processing'], exitCode = 0) {
  const asked: Omit<ChildRequest, 'onLine'>[] = [];
  const run = async (request: ChildRequest): Promise<ChildResult> => {
    asked.push(request);
    return { exitCode, stdout: '', stderr: '' };
  };
  const code: RevisionCode = {
    ...{ tree: 'the tree', output: 'the output', variables: { A: 'b' }, run },
    programs: { synthesis: 'none', processing },
  };
  return { code, asked };
}

test('a revision processes the drop in its own folder, with one thread, so that two fill two cores', async () => {
  const { code, asked } = revision({ file: 'program.cjs', digest: 'x' });
  expect(await processRevision(code, paths)).toBe(true);
  expect(asked).toEqual([
    {
      program: process.execPath,
      arguments: ['program.cjs', 'process', '--drop', 'the drop', '--lake', 'the lake', '--salt-file', 'the salt'],
      folder: 'the tree',
      variables: { A: 'b', INSIGHTS_THREADS: '1' },
    },
  ]);
});

test('a program that fails, or that could not be put together, has processed nothing', async () => {
  expect(await processRevision(revision({ file: 'program.cjs', digest: 'x' }, 1).code, paths)).toBe(false);
  const { code, asked } = revision('It cannot be put together.');
  expect([await processRevision(code, paths), asked]).toEqual([false, []]);
});
