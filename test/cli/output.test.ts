import { createOutput, formatCell, formatTable } from '../../src/cli/output';
import { errorCatalogue } from '../../src/contract/error-catalogue';
import { formatError, InsightsError } from '../../src/contract/errors';
import { printable } from '../../src/contract/printable';
import { captured } from './captured';

test('cells: thousands separated, a dash for what is not there', () => {
  expect([1234567, 0, -1200, null, 'text'].map(formatCell)).toEqual(['1,234,567', '0', '-1,200', '-', 'text']);
});

test('tables: numbers right, words left, a rule under the head', () => {
  const rows = [
    ['AadUser', 600, null],
    ['Section', 12345, 7],
  ];
  expect(formatTable(['table', 'landed', 'general'], rows)).toEqual([
    'table    landed  general',
    '-------  ------  -------',
    'AadUser     600        -',
    'Section  12,345        7',
  ]);
});

test('a table without rows is its head', () => {
  expect(formatTable(['code', 'meaning'], [])).toEqual(['code  meaning', '----  -------']);
});

test('progress is a line each where nobody watches', () => {
  const surroundings = captured();
  const output = createOutput(surroundings.streams, false);
  output.progress('landing');
  output.progress('correcting');
  output.line('done');
  expect(surroundings.printed()).toEqual({ stdout: 'done\n', stderr: 'landing\ncorrecting\n' });
});

test('progress replaces itself on a terminal, and is gone before the next line', () => {
  const surroundings = captured({ isTerminal: true });
  const output = createOutput(surroundings.streams, false);
  output.progress('landing');
  output.progress('correcting');
  output.line('done');
  output.error('failed');
  expect(surroundings.printed()).toEqual({
    stdout: 'done\n',
    stderr: '\r\u001b[Klanding\r\u001b[Kcorrecting\r\u001b[Kfailed\n',
  });
});

test('quiet leaves standard output alone, not standard error', () => {
  const surroundings = captured();
  const output = createOutput(surroundings.streams, true);
  output.line('result');
  output.table(['a'], [[1]]);
  output.progress('working');
  output.error('failed');
  expect(surroundings.printed()).toEqual({ stdout: '', stderr: 'working\nfailed\n' });
});

test('a name of somebody else cannot break out of its line', () => {
  const forging = 'new\nline\u001b[2K.csv';
  expect(printable(forging)).toBe('new?line?[2K.csv');
  const surroundings = captured();
  createOutput(surroundings.streams, false).progress(`Landing ${forging}`);
  expect(surroundings.printed().stderr).toBe('Landing new?line?[2K.csv\n');
  expect(formatError(new InsightsError('DROP_NOT_FOUND', 'Nothing is there.', { place: { file: forging } }))).toBe(
    `DROP_NOT_FOUND: Nothing is there.\n  where: new?line?[2K.csv\n  next:  ${errorCatalogue.DROP_NOT_FOUND.nextStep}`,
  );
});
