import type { InsightsError } from '../../src/contract/errors';
import { refused } from '../../src/lake/blob-errors';
import { failed } from '../../src/lake/local-files';

/** Message and next step of what a store makes of a system's error. */
function toldBy(store: typeof failed, code: string): readonly string[] {
  try {
    return store(Object.assign(new Error(`${code}: Smith, John`), { code }), 'oea/x');
  } catch (error) {
    const { code: own, message, nextStep } = error as InsightsError;
    return [own, message, nextStep];
  }
}

test.each([
  ['ENOSPC', 'Free space on the disk of that folder, then run again: what was written before is kept.'],
  ['EACCES', 'See that you may read and write that folder and that its disk is there and has space, then run again.'],
])('what to do about %s of a folder fits a folder', (code, nextStep) => {
  expect(toldBy(failed, code)).toEqual([
    'LAKE_STORE_FAILED',
    `The file system refused an operation (${code}).`,
    nextStep,
  ]);
});

test('a disk of this machine that is full is not the storage account', () => {
  expect(toldBy(refused, 'ENOSPC')).toEqual([
    'LAKE_STORE_FAILED',
    'There is no space for a copy of the file on this machine (ENOSPC).',
    'Free space where temporary files are kept, then run again.',
  ]);
});
