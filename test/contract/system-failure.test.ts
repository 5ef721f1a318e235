import { formatError, InsightsError } from '../../src/contract/errors';
import { isOutOfSpace, outputNotWritten, systemCode } from '../../src/contract/system-failure';

const systemError = (code: string): Error => Object.assign(new Error(`${code}: Smith, John`), { code });

test("a system's code is told, an engine's own text is not", () => {
  const thrown = [systemError('ENOSPC'), systemError('Smith'), new Error('ENOSPC'), { code: 'ENOSPC' }, undefined];
  expect(thrown.map(systemCode)).toEqual(['ENOSPC', undefined, undefined, undefined, undefined]);
  expect(['ENOSPC', 'EDQUOT', 'EACCES'].map(systemError).map(isOutOfSpace)).toEqual([true, true, false]);
});

test.each([
  ['ENOSPC', 'ENOSPC', 'Free space on that disk, then run the command again.'],
  ['EDQUOT', 'EDQUOT', 'Free space on that disk, then run the command again.'],
  ['EACCES', 'EACCES', 'Name a file in an existing folder that you may write to.'],
  ['Smith', 'unknown cause', 'Name a file in an existing folder that you may write to.'],
])('a result that could not be written for %s', (code, shown, nextStep) => {
  const error = outputNotWritten('The report', 'out/report.html', systemError(code));
  expect(error).toBeInstanceOf(InsightsError);
  expect(formatError(error)).toBe(
    `OUTPUT_NOT_WRITTEN: The report could not be written (${shown}).\n  where: out/report.html\n  next:  ${nextStep}`,
  );
});
